using System.Text.Json.Serialization;

namespace Mirror.Core.Diagnosis;

/// <summary>The deciding reason why a client gets a package or does not.</summary>
public enum VerdictCause
{
    /// <summary>It is stored, and served even if the origin fails.</summary>
    Stored,

    /// <summary>It is not stored, and can be fetched.</summary>
    Fetchable,

    /// <summary>The origin has not been queried yet.</summary>
    NeverAsked,
    PolicyHides,

    /// <summary>It is withheld because the key that signed it was revoked.</summary>
    KeyRevoked,

    /// <summary>It failed verification.</summary>
    Quarantined,
    HostNotAllowed,
    Offline,
    CachingOff,

    /// <summary>The origin cannot be queried, or gives no usable response.</summary>
    OriginFails,

    /// <summary>The origin does not have the provider.</summary>
    ProviderAbsent,
    VersionAbsent,
    PlatformAbsent,

    /// <summary>The hostname is that of this instance, which has not published it.</summary>
    NotPublished,
}

/// <summary>A human-readable explanation of why an <c>init</c> succeeds or fails.</summary>
/// <param name="Cause">
/// stored, fetchable, neverAsked, policyHides, keyRevoked, quarantined, hostNotAllowed, offline, cachingOff, originFails, providerAbsent, versionAbsent,
/// platformAbsent or notPublished.
/// </param>
/// <param name="Summary">The finding.</param>
/// <param name="Advice">The recommended action.</param>
public sealed record Verdict(VerdictCause Cause, string Summary, string Advice)
{
    /// <summary>Whether an init succeeds; null if that is unknown until the origin has been queried.</summary>
    [JsonPropertyOrder(-1)]
    public bool? Works => Cause switch
    {
        VerdictCause.Stored or VerdictCause.Fetchable => true,
        VerdictCause.NeverAsked => null,
        _ => false,
    };
}
