using System.Text.Json.Serialization;
using Mirror.Core.Addresses;
using Mirror.Core.Fetching.Proofs;

namespace Mirror.Core.Diagnosis;

/// <summary>Why an init that asks for a provider succeeds or fails.</summary>
/// <param name="Group">The group or workspace that it asks.</param>
/// <param name="Version">What was asked about; null: the newest that a client would choose.</param>
/// <param name="Platform">Null: any.</param>
/// <param name="Quarantine">What failed verification, and when that is tried again.</param>
/// <param name="Versions">Those at the origin and those stored, newest first.</param>
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
