using System.Text.Json.Serialization;
using Mirror.Core.Addresses;
using Mirror.Core.Fetching.Proofs;

namespace Mirror.Core.Diagnosis;

/// <summary>The reason why an <c>init</c> that requires a provider succeeds or fails.</summary>
/// <param name="Group">The group or workspace that the client uses.</param>
/// <param name="Version">The version in question; null for the latest version that a client would select.</param>
/// <param name="Platform">Null for any platform.</param>
/// <param name="Quarantine">Packages that failed verification, and when they are retried.</param>
/// <param name="Versions">The versions at the origin and those stored, newest first.</param>
public sealed record ProviderDiagnosis(
    ProviderAddress Provider,
    NamespacePath Group,
    ProviderVersion? Version,
    Platform? Platform,
    Verdict Verdict,
    OriginFacts Origin,
    IReadOnlyList<QuarantineEntry> Quarantine,
    IReadOnlyList<VersionFacts> Versions)
{
    /// <summary>How many versions the origin lists; null if no list of it is known.</summary>
    [JsonIgnore]
    public int? VersionsAtOrigin => Origin.ListedAt is null ? null : Versions.Count(version => version.AtOrigin);
}
