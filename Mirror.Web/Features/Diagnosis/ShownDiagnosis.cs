using Mirror.Core.Diagnosis;
using Mirror.Core.Policy;
using Mirror.Core.Verification;

namespace Mirror.Web.Features.Diagnosis;

/// <summary>The provider and the questions in a page's URL, unparsed.</summary>
public sealed record DiagnosisAddress(
    string Group, string Hostname, string Namespace, string Type, string? Version, string? Platform, int Page);

/// <param name="Diagnosis">Null if the URL names no provider, or nothing that the user may read.</param>
public sealed record LoadedDiagnosis(DiagnosisAddress Address, ShownDiagnosis? Diagnosis);

/// <summary>The content of a provider's page, in a form that passes from the prerendered page to its circuit.</summary>
/// <param name="Facts">With only one page of the versions.</param>
/// <param name="VersionProblem">Why the requested version is invalid.</param>
/// <param name="Rules">The enabled rules that apply to the provider.</param>
/// <param name="Hidden">The number of versions that policy hides.</param>
/// <param name="Failures">The latest failed verifications and denials.</param>
/// <param name="Suggested">Versions to choose from, newest first.</param>
/// <param name="Platforms">Platforms to choose from, <c>os_arch</c>.</param>
/// <param name="AtOrigin">The number of versions that the origin lists; null if it was not queried.</param>
/// <param name="Stored">The number of versions with a stored package.</param>
/// <param name="Total">The number of known versions.</param>
/// <param name="MayCheck">Whether the user may have the origin queried.</param>
public sealed record ShownDiagnosis(
    ProviderDiagnosis Facts,
    string? VersionProblem,
    string? PlatformProblem,
    IReadOnlyList<SeenSigningKey> Keys,
    IReadOnlyList<PolicyRule> Rules,
    TimeSpan? MinimumReleaseAge,
    int Hidden,
    IReadOnlyList<ShownFailure> Failures,
    IReadOnlyList<string> Suggested,
    IReadOnlyList<string> Platforms,
    int? AtOrigin,
    int Stored,
    int Total,
    bool MayCheck);

/// <param name="What">The version and, if applicable, the platform.</param>
/// <param name="Until">When it is retried; null if no retry is pending.</param>
public sealed record ShownFailure(string What, string Reason, DateTimeOffset At, DateTimeOffset? Until);
