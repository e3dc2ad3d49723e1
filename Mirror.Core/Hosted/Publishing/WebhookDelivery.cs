using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mirror.Core.Addresses;

namespace Mirror.Core.Hosted.Publishing;

/// <summary>A request of a forge to a webhook.</summary>
/// <param name="Header">The value of a header; null if there is none or more than one.</param>
public sealed record WebhookDelivery(Func<string, string?> Header, ReadOnlyMemory<byte> Body)
{
    /// <summary>In bytes. The forges send much less about a tag.</summary>
    public const int MaxBody = 1 << 20;

    // https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
    private static readonly TimeSpan ClockDifference = TimeSpan.FromMinutes(5);

    /// <summary>The kind of event, as the forge names it.</summary>
    internal string? Event(ForgeKind forge) => forge switch
    {
        ForgeKind.GitHub => Header("X-GitHub-Event"),
        ForgeKind.GitLab => Header("X-Gitlab-Event"),
        _ => Header("X-Gitea-Event") ?? Header("X-Forgejo-Event"),
    };

    /// <summary>Whether the sender knows the secret. Compares in constant time.</summary>
    internal bool IsFrom(ForgeKind forge, string secret, DateTimeOffset now) => forge switch
    {
        // https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
        ForgeKind.GitHub => IsSignedInHex(HubSignature, secret),
        // https://docs.gitlab.com/user/project/integrations/webhooks/
        ForgeKind.GitLab => IsSecret(Header("X-Gitlab-Token"), secret) || IsSignedMessage(secret, now),
        // https://docs.gitea.com/usage/webhooks
        ForgeKind.Gitea => IsSignedInHex(Header("X-Gitea-Signature"), secret)
            || IsSignedInHex(Header("X-Forgejo-Signature"), secret)
            || IsSignedInHex(HubSignature, secret),
        _ => false,
    };

    private string? HubSignature => Header("X-Hub-Signature-256") is { } text && text.StartsWith("sha256=", StringComparison.Ordinal)
        ? text["sha256=".Length..]
        : null;

    private static bool IsSecret(string? token, string secret) =>
        token is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(secret));

    private bool IsSignedInHex(string? signature, string secret)
    {
        byte[] presented = new byte[HMACSHA256.HashSizeInBytes];
        return signature?.Length == 2 * presented.Length
            && Convert.FromHexString(signature, presented, out _, out _) == System.Buffers.OperationStatus.Done
            && CryptographicOperations.FixedTimeEquals(presented, HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Body.Span));
    }

    /// <summary>A signature in the form of Standard Webhooks: <c>v1,BASE64</c>, or several with spaces between them.</summary>
    private bool IsSignedMessage(string secret, DateTimeOffset now)
    {
        const int MaxSignatures = 8;
        if (Header("webhook-id") is not { } id
            || Header("webhook-timestamp") is not { } timestamp
            || Header("webhook-signature") is not { } signatures
            || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out long sent)
            || Math.Abs(now.ToUnixTimeSeconds() - (decimal)sent) > (decimal)ClockDifference.TotalSeconds)
        {
            return false;
        }

        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, WebhookSecret.SigningKey(secret));
        hash.AppendData(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
        hash.AppendData(Body.Span);
        byte[] expected = Encoding.ASCII.GetBytes("v1," + Convert.ToBase64String(hash.GetHashAndReset()));
        return signatures.Split(' ', MaxSignatures)
            .Any(signature => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), expected));
    }
}
