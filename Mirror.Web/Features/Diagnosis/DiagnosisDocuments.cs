using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Diagnosis;
using Mirror.Core.Fetching.Proofs;

namespace Mirror.Web.Features.Diagnosis;

/// <summary>Why an init that asks for a provider succeeds or fails.</summary>
/// <param name="Version">What was asked about; null: the newest that a client would choose.</param>
/// <param name="Platform">As <c>os_arch</c>; null: any.</param>
/// <param name="Quarantine">What failed verification, and when that is tried again.</param>
/// <param name="Versions">Those at the origin and those stored, newest first.</param>
public sealed record DiagnosisDocument(
    string Provider,
    string Group,
    string? Version,
    string? Platform,
    VerdictDocument Verdict,
    DiagnosedOriginDocument Origin,
    IReadOnlyList<QuarantineDocument> Quarantine,
    IReadOnlyList<DiagnosedVersionDocument> Versions)
{
    /// <param name="check">What asking the origin just now came to; null: it was not asked.</param>
    public static DiagnosisDocument From(ProviderFacts facts, string? version, string? platform, Verdict verdict, OriginCheck? check) => new(
        facts.Provider.ToString(),
        facts.Namespace.Value,
        version,
        platform,
        new VerdictDocument(verdict.Works, verdict.Cause, verdict.Summary, verdict.Advice),
        DiagnosedOriginDocument.From(facts, check),
        [.. facts.Quarantine.Select(QuarantineDocument.From)],
        [.. facts.Versions.Select(DiagnosedVersionDocument.From)]);
}

/// <param name="Works">Null: that is not known before the origin has been asked.</param>
/// <param name="Cause">stored, fetchable, neverAsked, policyHides, quarantined, hostNotAllowed, offline, cachingOff, originFails, providerAbsent, versionAbsent or platformAbsent.</param>
/// <param name="Summary">What is the case.</param>
/// <param name="Advice">What to do.</param>
public sealed record VerdictDocument(bool? Works, VerdictCause Cause, string Summary, string Advice);

/// <param name="Allowed">It may be asked (<c>Mirror:Upstream:AllowedHosts</c>).</param>
/// <param name="Mode">fallback, online or offline.</param>
/// <param name="AutomaticCachingFrom">The group or workspace whose setting that is; null: nobody sets it.</param>
/// <param name="LeftAlone">It failed so often that it is not asked for a moment.</param>
/// <param name="Checked">It was asked for this document.</param>
/// <param name="TookMilliseconds">How long it took to answer then; null: it was not asked.</param>
/// <param name="AskedAt">When it was last asked; null: not that this server knows.</param>
/// <param name="ListedAt">Of when the list of versions is; null: none is known.</param>
/// <param name="Failure">What came of asking it last, if not a list.</param>
public sealed record DiagnosedOriginDocument(
    string Hostname,
    bool Allowed,
    UpstreamMode Mode,
    bool AutomaticCaching,
    string? AutomaticCachingFrom,
    bool LeftAlone,
    bool Checked,
    long? TookMilliseconds,
    DateTimeOffset? AskedAt,
    DateTimeOffset? ListedAt,
    string? Failure)
{
    public static DiagnosedOriginDocument From(ProviderFacts facts, OriginCheck? check) => new(
        facts.Provider.Hostname.Value,
        facts.HostIsAllowed,
        facts.Mode,
        facts.AutomaticCaching,
        facts.AutomaticCachingFrom?.Value,
        facts.IsLeftAlone,
        check is not null,
        (long?)check?.Took.TotalMilliseconds,
        facts.Origin.AskedAt,
        facts.Origin.ListedAt,
        facts.Origin.Failure?.Message);
}

/// <param name="Platform">As <c>os_arch</c>; null: the whole version.</param>
/// <param name="Until">When it is tried again without being asked for.</param>
public sealed record QuarantineDocument(string Version, string? Platform, string Reason, DateTimeOffset FailedAt, DateTimeOffset Until)
{
    public static QuarantineDocument From(QuarantineEntry entry) => new(entry.Version.Value, entry.Platform?.Value, entry.Reason, entry.FailedAt, entry.Until);
}

/// <param name="AtOrigin">The origin lists it.</param>
/// <param name="OriginPlatforms">As <c>os_arch</c>; empty where the origin does not tell.</param>
/// <param name="StoredPlatforms">As <c>os_arch</c>.</param>
/// <param name="Trust">That of its least trusted stored package; null: nothing is stored.</param>
/// <param name="HiddenBecause">Why policy hides it; null: it passes.</param>
public sealed record DiagnosedVersionDocument(
    string Version, bool AtOrigin, IReadOnlyList<string> OriginPlatforms, IReadOnlyList<string> StoredPlatforms, TrustLevel? Trust, string? HiddenBecause)
{
    public static DiagnosedVersionDocument From(VersionFacts version) => new(
        version.Version.Value,
        version.AtOrigin,
        [.. version.OriginPlatforms.Select(platform => platform.Value)],
        [.. version.StoredPlatforms.Order().Select(platform => platform.Value)],
        version.Trust,
        version.HiddenBecause);
}
