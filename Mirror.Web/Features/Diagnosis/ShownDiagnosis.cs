using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Diagnosis;

namespace Mirror.Web.Features.Diagnosis;

/// <summary>Which provider a page's URL names and what is asked about it, as it stands there.</summary>
public sealed record DiagnosisAddress(string Group, string Hostname, string Namespace, string Type, string? Version, string? Platform, int Page);

/// <param name="Diagnosis">Null: the URL names no provider, or nothing that the visitor may read.</param>
public sealed record LoadedDiagnosis(DiagnosisAddress Address, ShownDiagnosis? Diagnosis);

/// <summary>What the page of a provider shows, in a form that travels from the prerendered page to its circuit.</summary>
/// <param name="VersionProblem">What is wrong with the version that was asked about.</param>
/// <param name="Hidden">How many versions policy hides.</param>
/// <param name="Failures">What failed verification, or was refused, last.</param>
/// <param name="Suggested">Versions to ask about, newest first.</param>
/// <param name="Platforms">Those to ask about, <c>os_arch</c>.</param>
/// <param name="MayCheck">The visitor may have the origin asked.</param>
public sealed record ShownDiagnosis(
    string Provider,
    string Name,
    string Hostname,
    ShownVerdict Verdict,
    string? VersionProblem,
    string? PlatformProblem,
    ShownOrigin Origin,
    IReadOnlyList<ShownKey> Keys,
    IReadOnlyList<string> Rules,
    TimeSpan? MinimumReleaseAge,
    int Hidden,
    IReadOnlyList<ShownFailure> Failures,
    IReadOnlyList<string> Suggested,
    IReadOnlyList<string> Platforms,
    IReadOnlyList<ShownDiagnosedVersion> Versions,
    int AtOrigin,
    int Stored,
    int Total,
    bool MayCheck);

/// <param name="Works">Null: that is not known before the origin has been asked.</param>
public sealed record ShownVerdict(bool? Works, VerdictCause Cause, string Summary, string Advice);

public sealed record ShownOrigin(
    bool Allowed, UpstreamMode Mode, bool AutomaticCaching, string? AutomaticCachingFrom, bool LeftAlone, DateTimeOffset? AskedAt, DateTimeOffset? ListedAt, string? Failure);

public sealed record ShownKey(string Fingerprint, string? Owner, bool IsPinned, bool IsExpired, DateTimeOffset FirstSeenAt);

/// <param name="What">The version, and the platform where it is about one.</param>
/// <param name="Until">When it is tried anew; null where it no longer waits.</param>
public sealed record ShownFailure(string What, string Reason, DateTimeOffset At, DateTimeOffset? Until);

/// <param name="Url">Of the version's page; null: nothing of it is stored.</param>
/// <param name="OriginPlatforms">For people; empty where the origin does not tell.</param>
public sealed record ShownDiagnosedVersion(
    string Version, string? Url, bool AtOrigin, IReadOnlyList<string> OriginPlatforms, IReadOnlyList<string> StoredPlatforms, TrustLevel? Trust, string? HiddenBecause, string? Failed);
