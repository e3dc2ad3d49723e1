namespace Mirror.Core.Verification;

/// <summary>Why a detached signature is not accepted.</summary>
public enum SignatureFault
{
    /// <summary>No key was offered to check against.</summary>
    NoKeys,

    /// <summary>The signature names none of the offered keys as its issuer.</summary>
    UnknownKey,

    /// <summary>The named key did not make this signature over this document: one of them was modified.</summary>
    BadSignature,

    /// <summary>The signature is ASCII-armored; the registry protocol, and therefore clients, require a binary one.</summary>
    ArmoredSignature,

    /// <summary>The file is not an OpenPGP signature.</summary>
    MalformedSignature,

    /// <summary>The signature is of an unsupported kind, such as one over SHA-1 or MD5.</summary>
    UnsupportedSignature,

    /// <summary>None of the offered keys can be read.</summary>
    MalformedKey,

    /// <summary>The signature is valid, but the key's owner revoked the key.</summary>
    RevokedKey,
}

/// <summary>The outcome of verifying a detached signature.</summary>
public abstract record SignatureResult
{
    private SignatureResult()
    {
    }

    /// <param name="Key">The primary key of the signer.</param>
    /// <param name="SigningFingerprint">The fingerprint of the key that made the signature: the primary key or a signing subkey.</param>
    /// <param name="KeyIndex">The zero-based index among the offered keys.</param>
    /// <param name="Created">The creation time stated in the signature.</param>
    /// <param name="IsExpired">The key, its subkey or the signature has expired since. Accepted, as clients do, and shown.</param>
    /// <param name="UnreadableKeys">A sentence for each offered key that cannot be read.</param>
    public sealed record Valid(
        SigningKey Key,
        string SigningFingerprint,
        int KeyIndex,
        DateTimeOffset Created,
        bool IsExpired,
        IReadOnlyList<string> UnreadableKeys) : SignatureResult
    {
        /// <summary>The signing subkey's fingerprint; null if the primary key signed.</summary>
        public string? SubkeyFingerprint => SigningFingerprint == Key.Fingerprint ? null : SigningFingerprint;
    }

    /// <param name="Fault">The kind of fault, for decisions.</param>
    /// <param name="Message">What was found and expected, for display; one or more sentences.</param>
    public sealed record Invalid(SignatureFault Fault, string Message) : SignatureResult
    {
        /// <summary>The fingerprints or key IDs that the signatures name, if no key with them was found.</summary>
        public IReadOnlyList<string> Issuers { get; init; } = [];
    }
}
