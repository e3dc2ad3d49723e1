using System.Text.Json.Serialization;

namespace Mirror.Core.Diagnosis;

/// <summary>What decides whether a client gets what it asks for.</summary>
public enum VerdictCause
{
    /// <summary>It is stored, and served whatever the origin says.</summary>
    Stored,

    /// <summary>It is not stored, and can be fetched.</summary>
    Fetchable,

    /// <summary>Nothing is known of the origin yet.</summary>
    NeverAsked,
    PolicyHides,

    /// <summary>It failed verification.</summary>
    Quarantined,
    HostNotAllowed,
    Offline,
    CachingOff,

    /// <summary>The origin cannot be asked, or gives no usable answer.</summary>
    OriginFails,

    /// <summary>The origin does not have the provider.</summary>
    ProviderAbsent,
    VersionAbsent,
    PlatformAbsent,
}

/// <summary>Why an <c>init</c> succeeds or fails, in plain words.</summary>
/// <param name="Cause">
/// stored, fetchable, neverAsked, policyHides, quarantined, hostNotAllowed, offline, cachingOff, originFails, providerAbsent, versionAbsent
/// or platformAbsent.
/// </param>
/// <param name="Summary">What is the case.</param>
/// <param name="Advice">What to do.</param>
public sealed record Verdict(VerdictCause Cause, string Summary, string Advice)
{
    /// <summary>Whether an init succeeds. Null: that is not known before the origin has been asked.</summary>
    [JsonPropertyOrder(-1)]
    public bool? Works => Cause switch
    {
        VerdictCause.Stored or VerdictCause.Fetchable => true,
        VerdictCause.NeverAsked => null,
        _ => false,
    };
}
