using System.Text;
using Mirror.Core.Addresses;
using Mirror.Core.Hosted.Publishing;
using Mirror.Core.Upstream.Git;
using Mirror.Tests.Hosted.Publishing;
using static Mirror.Tests.Fuzzing.FuzzTargets;

namespace Mirror.Tests.Fuzzing;

/// <summary>Parsers of the deliveries of Git forges.</summary>
internal static class WebhookTargets
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1614265330);

    private static readonly (ForgeKind Forge, string Event)[] Events =
    [
        (ForgeKind.GitHub, "push"), (ForgeKind.GitHub, "create"), (ForgeKind.GitHub, "release"), (ForgeKind.GitLab, "Tag Push Hook"),
        (ForgeKind.GitLab, "Release Hook"), (ForgeKind.Gitea, "push"),
    ];

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new FuzzTarget(
            "webhook-event",
            [
                Bytes(ForgeDelivery.Push("refs/tags/vpc/v1.2.3")), Bytes(ForgeDelivery.Create("vpc/v1.2.3")),
                Bytes(ForgeDelivery.Release("vpc/v1.2.3")), Bytes(ForgeDelivery.TagPush("vpc/v1.2.3")), Bytes(ForgeDelivery.GitLabRelease("vpc/v1.2.3")),
            ],
            ["{", "}", "[", "]", "null", "\"ref\":", "\"deleted\":true", "refs/tags/", "vpc/v", "1.2.3", "-rc.1", "+b", "\\u0000", "\\ud800", "../", "@{", "\\n"],
            ReadEvents),
        // Id, timestamp, signatures, token and hexadecimal signature, one per line, then the body.
        OfText(
            "webhook-signature",
            [
                "msg_p5jXN8AQM9LWM0D4loKWxJek\n1614265330\nv1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=\n\n\n{\"test\": 2432232314}",
                "\n\n\nanother-token-of-the-forge\n757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17\nHello, World!",
            ],
            ["v1,", "v1a,", " ", "\n", "sha256=", "-1", "9223372036854775807", "+1614265330", "=", "\u0130"],
            Verify),
    ];

    private static string ReadEvents(byte[] body)
    {
        var outcomes = new List<string>();
        foreach (var (forge, name) in Events)
        {
            var read = WebhookEvent.Read(forge, name, body);
            outcomes.Add(read.GetType().Name);
            switch (read)
            {
                case WebhookEvent.Tagged tagged when ModuleTag.TryParse("vpc/v", tagged.Tag, out var tag):
                    Hold(GitSource.IsRevision(tag.Reference), "an accepted tag is the name of a reference");
                    Hold(tag.Name == $"vpc/v{tag.Version}", "an accepted tag is the prefix and the version");
                    outcomes.Add("accepted");
                    break;
                case WebhookEvent.Other other:
                    Hold(!other.Reason.Any(char.IsControl) && other.Reason.Length < 300, "a reason can be displayed");
                    break;
            }
        }

        return string.Join(' ', outcomes);
    }

    private static string Verify(string text)
    {
        string[] parts = text.Split('\n', 6);
        var headers = new Dictionary<string, string?>
        {
            ["webhook-id"] = parts[0],
            ["webhook-timestamp"] = parts.ElementAtOrDefault(1),
            ["webhook-signature"] = parts.ElementAtOrDefault(2),
            ["X-Gitlab-Token"] = parts.ElementAtOrDefault(3),
            ["X-Gitea-Signature"] = parts.ElementAtOrDefault(4),
            ["X-Hub-Signature-256"] = parts.ElementAtOrDefault(4),
        };
        var delivery = new WebhookDelivery(headers.GetValueOrDefault, Encoding.UTF8.GetBytes(parts.ElementAtOrDefault(5) ?? ""));
        bool isGitLab = delivery.IsFrom(ForgeKind.GitLab, Secret, Now);
        Hold(!isGitLab || parts.Length == 6 && parts[2].Contains("v1,", StringComparison.Ordinal), "only a signature proves the secret");
        Hold(!delivery.IsFrom(ForgeKind.GitHub, Secret, Now) && !delivery.IsFrom(ForgeKind.Gitea, Secret, Now), "no other signature is in the corpus");
        return $"{isGitLab}";
    }
}
