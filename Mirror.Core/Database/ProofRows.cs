namespace Mirror.Core.Database;

/// <summary>The proof of a version: its SHA256SUMS, signature and keys, exactly as the origin sent them. Kept permanently.</summary>
public sealed class ProofRow
{
    public long Id { get; set; }

    public long ProviderId { get; set; }

    public ProviderRow Provider { get; set; } = null!;

    public required string Version { get; set; }

    public required string Credential { get; set; }

    /// <summary>When it was signed, which <see cref="Release"/> repeats: the policy looks for recent signatures.</summary>
    public DateTimeOffset? SignedAt { get; set; }

    public required byte[] Sha256Sums { get; set; }

    /// <summary>Null for an unsigned provider that the policy allows.</summary>
    public byte[]? Signature { get; set; }

    /// <summary>The origin's <c>signing_keys.gpg_public_keys</c> as JSON.</summary>
    public required string SigningKeys { get; set; }

    /// <summary>The platforms, file names and protocols of the version, as JSON.</summary>
    public required string Release { get; set; }

    public TrustLevel Trust { get; set; }

    public string? KeyFingerprint { get; set; }

    public string? KeyOwner { get; set; }

    public bool KeyExpired { get; set; }

    public bool KeyPinned { get; set; }

    public DateTimeOffset VerifiedAt { get; set; }
}

/// <summary>A key that signed a provider, and when it was first seen.</summary>
public sealed class SeenKeyRow
{
    public long Id { get; set; }

    public long ProviderId { get; set; }

    public ProviderRow Provider { get; set; } = null!;

    public required string Fingerprint { get; set; }

    public string? Owner { get; set; }

    public DateTimeOffset FirstSeenAt { get; set; }

    /// <summary>For display, such as <c>RSA 4096</c>; null if it is unknown.</summary>
    public string? Algorithm { get; set; }

    /// <summary>When the key expires, as its owner last stated it; null if it does not expire or <see cref="Algorithm"/> is unknown.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }
}

/// <summary>A version, or one of its platforms, that failed verification; removed when an attempt succeeds.</summary>
public sealed class QuarantineRow
{
    public long Id { get; set; }

    public long ProviderId { get; set; }

    public ProviderRow Provider { get; set; } = null!;

    public required string Version { get; set; }

    /// <summary><c>os_arch</c>, or empty for the whole version.</summary>
    public required string Platform { get; set; }

    public required string Reason { get; set; }

    /// <summary>The time of the last attempt.</summary>
    public DateTimeOffset FailedAt { get; set; }

    /// <summary>When the next attempt is due; equal to <see cref="FailedAt"/> if a retry was requested.</summary>
    public DateTimeOffset Until { get; set; }
}
