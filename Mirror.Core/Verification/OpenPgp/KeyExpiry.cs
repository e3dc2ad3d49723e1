namespace Mirror.Core.Verification.OpenPgp;

/// <summary>
/// How long a key is valid, as GnuPG shows it (<c>gpg --list-keys</c>). The newest self-signature of each kind counts, and a direct-key
/// signature before those over user ids. The signatures given here are valid ones of the primary key.
/// </summary>
internal static class KeyExpiry
{
    /// <param name="direct">Direct-key signatures.</param>
    /// <param name="userIds">For each user id its certifications and their revocations, in the order of the key.</param>
    /// <returns>Counted from the creation of the key; null: the key does not expire.</returns>
    public static TimeSpan? OfPrimary(
        PublicKeyPacket primary,
        IEnumerable<SignaturePacket> direct,
        IEnumerable<IEnumerable<SignaturePacket>> userIds,
        DateTimeOffset now) =>
        Newest(primary, direct.Where(signature => !HasExpired(signature, now)))?.KeyLifetime
        // A newer user id without an expiry does not take back that of an older one.
        ?? userIds.Select(signatures => Newest(primary, signatures))
            .OfType<SignaturePacket>()
            .Where(signature => signature is { Type: not SignatureType.CertificationRevocation, KeyLifetime: not null }
                && !HasExpired(signature, now))
            .MaxBy(signature => signature.Created)?.KeyLifetime;

    /// <param name="bindings">The subkey's binding signatures and their revocations.</param>
    /// <returns>Counted from the creation of the subkey; null: it does not expire before the primary key.</returns>
    public static TimeSpan? OfSubkey(PublicKeyPacket primary, IEnumerable<SignaturePacket> bindings, DateTimeOffset now) =>
        Newest(primary, bindings.Where(signature => signature.Type == SignatureType.SubkeyBinding)) is { } newest && !HasExpired(newest, now)
            ? newest.KeyLifetime
            : null;

    /// <summary>Of equally new ones the last.</summary>
    private static SignaturePacket? Newest(PublicKeyPacket primary, IEnumerable<SignaturePacket> signatures) =>
        signatures.Where(signature => signature.Created >= primary.Created).Reverse().MaxBy(signature => signature.Created);

    private static bool HasExpired(SignaturePacket signature, DateTimeOffset now) => signature.Created + signature.Lifetime <= now;
}
