using System.Security.Cryptography;
using System.Text;

namespace Mirror.Core.Hosted.Publishing;

/// <summary>
/// The secret that a forge proves to know, in the form of GitLab's signing tokens, which the other forges and GitLab's secret token accept
/// too.
/// </summary>
public static class WebhookSecret
{
    /// <summary>In characters.</summary>
    public const int MaxLength = 256;

    // Shorter ones could be guessed from a signature.
    private const int MinLength = 24;

    private const string Prefix = "whsec_";

    public static string Generate() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>Null if the text is a valid secret; otherwise the problem, without the text.</summary>
    public static string? Check(string secret) =>
        secret.Length is < MinLength or > MaxLength
            ? $"The secret has {secret.Length} characters; expected {MinLength} to {MaxLength}."
        : secret.Any(c => c is < '!' or > '~') ? "The secret contains spaces or other characters that are not valid in a token."
        : null;

    /// <summary>The key of signatures in the form of Standard Webhooks: the decoded token.</summary>
    internal static byte[] SigningKey(string secret)
    {
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return Encoding.UTF8.GetBytes(secret);
        }

        byte[] key = new byte[secret.Length];
        return Convert.TryFromBase64Chars(secret.AsSpan(Prefix.Length), key, out int length)
            ? key[..length]
            : Encoding.UTF8.GetBytes(secret);
    }
}
