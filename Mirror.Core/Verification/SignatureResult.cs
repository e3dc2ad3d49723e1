namespace Mirror.Core.Verification;

/// <summary>Why a detached signature is not accepted.</summary>
public enum SignatureFault
{
    /// <summary>No key was offered to check against.</summary>
    NoKeys,

    /// <summary>The signature names none of the offered keys as its issuer.</summary>
    UnknownKey,

    /// <summary>The named key did not make this signature over this document: one of the two was changed.</summary>
    BadSignature,

    /// <summary>The signature is ASCII-armored; the registry protocol, and so clients, demand a binary one.</summary>
    ArmoredSignature,

    /// <summary>The signature is no OpenPGP signature.</summary>
    MalformedSignature,

    /// <summary>The signature is of a kind that is not accepted, such as one over SHA-1 or MD5.</summary>
    UnsupportedSignature,

    /// <summary>Not one of the offered keys can be read.</summary>
    MalformedKey,

    /// <summary>The signature is good, but its key was revoked by its owner.</summary>
    RevokedKey,
}

/// <summary>The outcome of verifying a detached signature.</summary>
public abstract record SignatureResult
{
    private SignatureResult()
    {
    }

    /// <param name="Key">The primary key that stands behind the signature.</param>
    /// <param name="SigningFingerprint">Of the key that made it: the primary key's, or a signing subkey's.</param>
    /// <param name="KeyIndex">Which of the offered keys it was, from 0.</param>
    /// <param name="Created">When the signature says that it was made.</param>
    /// <param name="IsExpired">The key, its subkey or the signature has ended since. Accepted as clients do, and shown.</param>
    /// <param name="UnreadableKeys">A sentence for each offered key that could not be read.</param>
    public sealed record Valid(
        SigningKey Key,
        string SigningFingerprint,
        int KeyIndex,
        DateTimeOffset Created,
        bool IsExpired,
        IReadOnlyList<string> UnreadableKeys) : SignatureResult
    {
        /// <summary>The signing subkey's fingerprint; null where the primary key signed.</summary>
        public string? SubkeyFingerprint => SigningFingerprint == Key.Fingerprint ? null : SigningFingerprint;
    }

    /// <param name="Fault">What is wrong, for decisions.</param>
    /// <param name="Message">What was found and what was expected, for people; one or more sentences.</param>
    public sealed record Invalid(SignatureFault Fault, string Message) : SignatureResult;
}
