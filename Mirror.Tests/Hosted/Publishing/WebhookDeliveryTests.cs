using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mirror.Core.Addresses;
using Mirror.Core.Hosted.Publishing;
using static Mirror.Tests.Hosted.Publishing.ForgeDelivery;

namespace Mirror.Tests.Hosted.Publishing;

/// <summary>The proofs and the documents of deliveries.</summary>
public sealed class WebhookDeliveryTests
{
    // Of GitHub's documentation: https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
    private const string DocumentedSecret = "It's a Secret to Every" + "body";
    private const string DocumentedBody = "Hello, World!";
    private const string DocumentedSignature = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    // Of the reference implementation of Standard Webhooks, which GitLab follows.
    private const string StandardSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string StandardBody = """{"test": 2432232314}""";
    private const string StandardId = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string StandardSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private static readonly DateTimeOffset StandardTime = DateTimeOffset.FromUnixTimeSeconds(1614265330);

    [Theory]
    [InlineData(ForgeKind.GitHub, "X-Hub-Signature-256", "sha256=" + DocumentedSignature, true)]
    [InlineData(ForgeKind.GitHub, "X-Hub-Signature-256", DocumentedSignature, false)]
    [InlineData(ForgeKind.GitHub, "X-Hub-Signature-256", "sha512=" + DocumentedSignature, false)]
    [InlineData(ForgeKind.GitHub, "X-Hub-Signature-256", "sha256=" + DocumentedSignature + "00", false)]
    [InlineData(ForgeKind.GitHub, "X-Hub-Signature-256", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e18", false)]
    [InlineData(ForgeKind.GitHub, "X-Hub-Signature-256", "sha256=zz7107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17", false)]
    [InlineData(ForgeKind.GitHub, "X-Hub-Signature-256", "sha256=", false)]
    [InlineData(ForgeKind.GitHub, "X-Hub-Signature-256", "", false)]
    // SHA-1 only.
    [InlineData(ForgeKind.GitHub, "X-Hub-Signature", "sha1=01dc10d0c83e72ed246219cdd91669667fe2ca59", false)]
    [InlineData(ForgeKind.GitHub, "X-Gitea-Signature", DocumentedSignature, false)]
    [InlineData(ForgeKind.GitHub, "X-Gitlab-Token", DocumentedSecret, false)]
    [InlineData(ForgeKind.Gitea, "X-Gitea-Signature", DocumentedSignature, true)]
    [InlineData(ForgeKind.Gitea, "X-Forgejo-Signature", DocumentedSignature, true)]
    [InlineData(ForgeKind.Gitea, "X-Hub-Signature-256", "sha256=" + DocumentedSignature, true)]
    [InlineData(ForgeKind.Gitea, "X-Gitea-Signature", "sha256=" + DocumentedSignature, false)]
    [InlineData(ForgeKind.GitLab, "X-Gitlab-Token", DocumentedSecret, true)]
    [InlineData(ForgeKind.GitLab, "X-Gitlab-Token", "it's a Secret to Every" + "body", false)]
    [InlineData(ForgeKind.GitLab, "X-Gitlab-Token", "It's a Secret to Everybod", false)]
    [InlineData(ForgeKind.GitLab, "X-Gitlab-Token", "", false)]
    [InlineData(ForgeKind.GitLab, "X-Hub-Signature-256", "sha256=" + DocumentedSignature, false)]
    [InlineData(ForgeKind.Bitbucket, "X-Hub-Signature-256", "sha256=" + DocumentedSignature, false)]
    [InlineData(ForgeKind.GitHub, null, null, false)]
    [InlineData(ForgeKind.GitLab, null, null, false)]
    [InlineData(ForgeKind.Gitea, null, null, false)]
    public void Delivery_WithAProofOfTheSecret_IsOfTheForge(ForgeKind forge, string? header, string? value, bool isFrom)
    {
        var delivery = Delivery(DocumentedBody, (header ?? "", value));

        Assert.Equal(isFrom, delivery.IsFrom(forge, DocumentedSecret, DateTimeOffset.UnixEpoch));
    }

    [Fact]
    public void Delivery_WithAnotherBody_IsNotOfTheForge() => Assert.False(
        Delivery("Hello, World?", ("X-Hub-Signature-256", "sha256=" + DocumentedSignature)).IsFrom(ForgeKind.GitHub, DocumentedSecret, default));

    [Theory]
    [InlineData(StandardSignature, 0, true)]
    [InlineData("v1a,AAAA v1,AAAA " + StandardSignature, 0, true)]
    [InlineData(StandardSignature, 299, true)]
    [InlineData(StandardSignature, -299, true)]
    [InlineData(StandardSignature, 301, false)]
    [InlineData(StandardSignature, -301, false)]
    [InlineData("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", 0, false)]
    [InlineData("v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", 0, false)]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OF=", 0, false)]
    [InlineData("", 0, false)]
    public void Delivery_WithASigningToken_IsOfGitLab(string signature, int secondsLater, bool isFrom)
    {
        var delivery = Delivery(
            StandardBody,
            ("webhook-id", StandardId),
            ("webhook-timestamp", StandardTime.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            ("webhook-signature", signature));

        Assert.Equal(isFrom, delivery.IsFrom(ForgeKind.GitLab, StandardSecret, StandardTime.AddSeconds(secondsLater)));
        Assert.False(delivery.IsFrom(ForgeKind.GitHub, StandardSecret, StandardTime.AddSeconds(secondsLater)));
    }

    [Theory]
    [InlineData("9223372036854775807")]
    [InlineData("-1")]
    [InlineData("1e9")]
    [InlineData("99999999999999999999999")]
    [InlineData(null)]
    public void Delivery_WithAnImpossibleTimestamp_IsNotOfGitLab(string? timestamp)
    {
        var delivery = Delivery(
            StandardBody, ("webhook-id", StandardId), ("webhook-timestamp", timestamp), ("webhook-signature", StandardSignature));

        Assert.False(delivery.IsFrom(ForgeKind.GitLab, StandardSecret, StandardTime));
    }

    [Fact]
    public void Secret_Generated_CanBeASigningTokenOfGitLab()
    {
        string secret = WebhookSecret.Generate();
        byte[] key = Convert.FromBase64String(secret["whsec_".Length..]);
        string signature = Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"a.{StandardTime.ToUnixTimeSeconds()}.{{}}")));

        Assert.Equal(32, key.Length);
        Assert.Null(WebhookSecret.Check(secret));
        Assert.True(Delivery(
            "{}",
            ("webhook-id", "a"),
            ("webhook-timestamp", $"{StandardTime.ToUnixTimeSeconds()}"),
            ("webhook-signature", $"v1,{signature}")).IsFrom(ForgeKind.GitLab, secret, StandardTime));
    }

    [Theory]
    [InlineData("short")]
    [InlineData("a secret with spaces in between")]
    [InlineData("a-secret-with-a-line-break\n")]
    [InlineData("a-secret-with-an-umlaut-ä-in-it")]
    public void Secret_ThatIsWeakOrNoToken_IsRefusedWithoutNamingIt(string secret) =>
        Assert.DoesNotContain(secret, Assert.IsType<string>(WebhookSecret.Check(secret)), StringComparison.Ordinal);

    public static TheoryData<ForgeKind, string, string, string?> Events() => new()
    {
        { ForgeKind.GitHub, "push", Push("refs/tags/v1.2.3"), "v1.2.3" },
        { ForgeKind.GitHub, "push", Push("refs/tags/vpc/v1.2.3-rc.1"), "vpc/v1.2.3-rc.1" },
        { ForgeKind.GitHub, "push", Push("refs/tags/v1.2.3", isDeleted: true), null },
        { ForgeKind.GitHub, "push", """{"ref":"refs/tags/v1.2.3","after":"0000000000000000000000000000000000000000000000000000000000000000"}""", null },
        { ForgeKind.GitHub, "push", Push("refs/heads/main"), null },
        { ForgeKind.GitHub, "push", Push("refs/heads/refs/tags/v1.2.3"), null },
        { ForgeKind.GitHub, "push", "{}", null },
        { ForgeKind.GitHub, "create", Create("v1.2.3"), "v1.2.3" },
        { ForgeKind.GitHub, "create", Create("v1.2.3", "branch"), null },
        { ForgeKind.GitHub, "delete", Create("v1.2.3"), null },
        { ForgeKind.GitHub, "release", Release("v1.2.3"), "v1.2.3" },
        { ForgeKind.GitHub, "release", Release("v1.2.3", "created"), null },
        { ForgeKind.GitHub, "release", """{"action":"published"}""", null },
        { ForgeKind.GitHub, "ping", Ping, null },
        { ForgeKind.GitHub, "Tag Push Hook", TagPush("v1.2.3"), null },
        { ForgeKind.GitLab, "Tag Push Hook", TagPush("v1.2.3"), "v1.2.3" },
        { ForgeKind.GitLab, "Tag Push Hook", TagPush("v1.2.3", isDeleted: true), null },
        { ForgeKind.GitLab, "Push Hook", Push("refs/heads/main"), null },
        { ForgeKind.GitLab, "Release Hook", GitLabRelease("v1.2.3"), "v1.2.3" },
        { ForgeKind.GitLab, "Release Hook", GitLabRelease("v1.2.3", "update"), null },
        { ForgeKind.Gitea, "push", Push("refs/tags/v1.2.3"), "v1.2.3" },
        { ForgeKind.Gitea, "create", Create("v1.2.3"), "v1.2.3" },
        { ForgeKind.Gitea, "release", Release("v1.2.3"), "v1.2.3" },
        { ForgeKind.Gitea, "issues", "{}", null },
    };

    [Theory]
    [MemberData(nameof(Events))]
    public void Event_OfAForge_NamesTheNewTag(ForgeKind forge, string name, string body, string? tag)
    {
        var read = WebhookEvent.Read(forge, name, Encoding.UTF8.GetBytes(body));

        Assert.Equal(tag, (read as WebhookEvent.Tagged)?.Tag);
        Assert.True(tag is not null || read is WebhookEvent.Other { Reason.Length: > 0 });
    }

    [Theory]
    [InlineData("push", "")]
    [InlineData("push", "null")]
    [InlineData("push", "[]")]
    [InlineData("push", "\"refs/tags/v1.2.3\"")]
    [InlineData("push", """{"ref":1}""")]
    [InlineData("push", """{"ref":"refs/tags/v1.2.3","deleted":"no"}""")]
    [InlineData("push", """{"ref":"refs/tags/\ud800"}""")]
    [InlineData("push", """{"ref":"refs/tags/v1.2.3" """)]
    [InlineData("push", "payload=%7B%22ref%22%3A%22refs%2Ftags%2Fv1.2.3%22%7D")]
    [InlineData(null, "{}")]
    public void Event_ThatIsNoDocument_IsMalformed(string? name, string body) =>
        Assert.IsType<WebhookEvent.Malformed>(WebhookEvent.Read(ForgeKind.GitHub, name, Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void Event_WithControlCharacters_IsDisplayedWithoutThem() => Assert.DoesNotContain(
        Assert.IsType<WebhookEvent.Other>(WebhookEvent.Read(ForgeKind.GitHub, "push", """{"ref":"\u001b[31m\r\nSet-Cookie: a"}"""u8)).Reason,
        char.IsControl);

    [Theory]
    [InlineData("v", "v1.2.3", "1.2.3")]
    [InlineData("v", "v1.2.3-rc.1", "1.2.3-rc.1")]
    [InlineData("v", "v1.2.3+build.7", "1.2.3+build.7")]
    [InlineData("", "1.2.3", "1.2.3")]
    [InlineData("vpc/v", "vpc/v1.2.3", "1.2.3")]
    [InlineData("vpc/v", "v1.2.3", null)]
    [InlineData("v", "vpc/v1.2.3", null)]
    [InlineData("v", "1.2.3", null)]
    [InlineData("v", "V1.2.3", null)]
    // Moving tags.
    [InlineData("v", "v1", null)]
    [InlineData("v", "v1.2", null)]
    [InlineData("v", "v01.2.3", null)]
    [InlineData("v", "v1.2.3.4", null)]
    [InlineData("v", "v1.2.3 ", null)]
    [InlineData("v", "v1.2.3\n", null)]
    [InlineData("v", "v", null)]
    [InlineData("v", "", null)]
    public void Tag_WithThePrefixAndAVersion_NamesTheVersion(string prefix, string name, string? version)
    {
        bool isTag = ModuleTag.TryParse(prefix, name, out var tag);

        Assert.Equal(version, tag?.Version.Value);
        Assert.Equal(isTag ? $"refs/tags/{name}" : null, tag?.Reference);
    }

    [Fact]
    public void Tag_LongerThanAny_IsNone() => Assert.False(ModuleTag.TryParse("v", "v1.2.3-" + new string('a', 400), out _));

    [Theory]
    [InlineData("", true)]
    [InlineData("v", true)]
    [InlineData("modules/vpc/v", true)]
    [InlineData("vpc@", true)]
    [InlineData("/v", false)]
    [InlineData("-v", false)]
    [InlineData("a//v", false)]
    [InlineData("../v", false)]
    [InlineData("a b", false)]
    [InlineData("v\n", false)]
    [InlineData("v^", false)]
    [InlineData("v:", false)]
    [InlineData("refs@{1}", false)]
    public void Prefix_ThatGitAccepts_IsOne(string prefix, bool isPrefix) => Assert.Equal(isPrefix, ModuleTag.IsPrefix(prefix));

    private static WebhookDelivery Delivery(string body, params (string Name, string? Value)[] headers) => new(
        name => headers.FirstOrDefault(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value, Encoding.UTF8.GetBytes(body));
}
