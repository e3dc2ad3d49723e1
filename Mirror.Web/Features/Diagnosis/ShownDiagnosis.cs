using Mirror.Core.Diagnosis;
using Mirror.Core.Verification;

namespace Mirror.Web.Features.Diagnosis;

/// <summary>Which provider a page's URL names and what is asked about it, as it stands there.</summary>
public sealed record DiagnosisAddress(
    string Group, string Hostname, string Namespace, string Type, string? Version, string? Platform, int Page);

/// <param name="Diagnosis">Null: the URL names no provider, or nothing that the visitor may read.</param>
public sealed record LoadedDiagnosis(DiagnosisAddress Address, ShownDiagnosis? Diagnosis);

/// <summary>What the page of a provider shows, in a form that travels from the prerendered page to its circuit.</summary>
/// <param name="Facts">With the versions of one page of the list only.</param>
/// <param name="VersionProblem">What is wrong with the version that was asked about.</param>
/// <param name="Hidden">How many versions policy hides.</param>
/// <param name="Failures">What failed verification, or was refused, last.</param>
/// <param name="Suggested">Versions to ask about, newest first.</param>
/// <param name="Platforms">Those to ask about, <c>os_arch</c>.</param>
/// <param name="AtOrigin">How many versions the origin lists; null if it was not queried.</param>
/// <param name="Stored">Of how many versions something is stored.</param>
/// <param name="Total">How many versions are known.</param>
/// <param name="MayCheck">The visitor may have the origin asked.</param>
public sealed record ShownDiagnosis(
    ProviderDiagnosis Facts,
    string? VersionProblem,
    string? PlatformProblem,
    IReadOnlyList<SeenSigningKey> Keys,
    IReadOnlyList<string> Rules,
    TimeSpan? MinimumReleaseAge,
    int Hidden,
    IReadOnlyList<ShownFailure> Failures,
    IReadOnlyList<string> Suggested,
    IReadOnlyList<string> Platforms,
    int? AtOrigin,
    int Stored,
    int Total,
    bool MayCheck);

/// <param name="What">The version, and the platform where it is about one.</param>
/// <param name="Until">When it is tried again; null where it no longer waits.</param>
public sealed record ShownFailure(string What, string Reason, DateTimeOffset At, DateTimeOffset? Until);
