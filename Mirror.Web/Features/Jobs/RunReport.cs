namespace Mirror.Web.Features.Jobs;

/// <summary>What a run printed with <c>--json</c>.</summary>
/// <param name="Job">Null: it ran without the mirror.</param>
/// <param name="ExitCode">The program's.</param>
internal sealed record RunReport(string Workspace, string? Job, int ExitCode, IReadOnlyList<JobPackageDocument> Packages);
