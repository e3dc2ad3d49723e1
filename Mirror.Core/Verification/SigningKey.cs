using System.Diagnostics.CodeAnalysis;
using Mirror.Core.Verification.OpenPgp;

namespace Mirror.Core.Verification;

/// <summary>A publisher's OpenPGP key; each part is proved by the key's own signatures.</summary>
/// <param name="Fingerprint">The primary key's fingerprint: 40 upper-case hexadecimal digits.</param>
/// <param name="UserId">The owner's name and address as stated in the key, sanitized for display.</param>
/// <param name="Created">When the primary key was created.</param>
/// <param name="Expires">When the primary key expires; null for never.</param>
/// <param name="Algorithm">For display, such as <c>RSA 4096</c>, <c>ECDSA P-256</c> or <c>Ed25519</c>.</param>
/// <param name="IsRevoked">The owner has revoked the key; none of its signatures is accepted.</param>
public sealed record SigningKey(
    string Fingerprint, string UserId, DateTimeOffset Created, DateTimeOffset? Expires, string Algorithm, bool IsRevoked)
{
    /// <summary>The 64-bit key id that registries list: the last 16 digits of the fingerprint.</summary>
    public string KeyId => Fingerprint[^16..];

    public bool IsExpiredAt(DateTimeOffset now) => Expires <= now;

    /// <summary>
    /// Parses an ASCII-armored public key; of several in one block, the first valid one. A key rejected here would make a client's
    /// installation fail if it were offered as a signing key.
    /// </summary>
    /// <param name="armor">The armored text.</param>
    /// <param name="now">The time at which self-signatures that have an expiry count or not.</param>
    /// <param name="key">The key, if it is valid.</param>
    /// <param name="refusal">Otherwise a clause that completes "the key …" with what was found and expected.</param>
    public static bool TryParse(
        string? armor, DateTimeOffset now, [NotNullWhen(true)] out SigningKey? key, [NotNullWhen(false)] out string? refusal) =>
        TryParse(armor, new CheckBudget(), now, out key, out refusal);

    /// <summary>The valid keys among several; examines as many keys as a verification would.</summary>
    /// <param name="offered">The keys, in the registry's order.</param>
    /// <param name="armor">Gets the armored text of a key.</param>
    public static IReadOnlyList<T> FindValid<T>(IEnumerable<T> offered, Func<T, string?> armor)
    {
        var budget = new CheckBudget();
        return [.. offered.Take(OpenPgpVerifier.MaxKeys).Where(key => TryParse(armor(key), budget, default, out _, out _))];
    }

    private static bool TryParse(
        string? armor,
        CheckBudget budget,
        DateTimeOffset now,
        [NotNullWhen(true)] out SigningKey? key,
        [NotNullWhen(false)] out string? refusal)
    {
        try
        {
            key = From(Certificate.ParseAll(ArmoredBlock.DecodePublicKey(armor ?? ""), budget, now)[0]);
            refusal = null;
            return true;
        }
        catch (InvalidDataException exception)
        {
            key = null;
            refusal = exception.Message;
            return false;
        }
    }

    internal static SigningKey From(Certificate certificate) => new(
        certificate.Primary.Fingerprint,
        certificate.Owner.Text,
        certificate.Primary.Created,
        certificate.Expires,
        certificate.Primary.Material!.Description,
        certificate.IsRevoked);
}
