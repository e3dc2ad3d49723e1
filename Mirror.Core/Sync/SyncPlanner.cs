using Mirror.Core.Addresses;
using Mirror.Core.Fetching;
using Mirror.Core.Fetching.Documents;

namespace Mirror.Core.Sync;

/// <param name="Problems">What could not be planned; the rest goes on.</param>
/// <param name="Stale">Which of the versions may not be the newest, and why.</param>
internal sealed record SyncPlan(IReadOnlyList<SyncPackage> Packages, IReadOnlyList<string> Problems, IReadOnlyList<string> Stale);

/// <summary>Finds out which packages a task is to fetch, several providers at a time.</summary>
internal sealed class SyncPlanner(ProviderMirror mirror)
{
    private const int ProvidersAtOnce = 4;

    public async Task<SyncPlan> PlanAsync(SyncTask task, CancellationToken cancellationToken)
    {
        var selections = task.Request.Providers;
        var plans = new SyncPlan[selections.Count];
        await Parallel.ForAsync(0, plans.Length, new ParallelOptions { MaxDegreeOfParallelism = ProvidersAtOnce, CancellationToken = cancellationToken }, async (i, token) =>
            plans[i] = await PlanAsync(task, selections[i], token).ConfigureAwait(false)).ConfigureAwait(false);
        var packages = plans.SelectMany(plan => plan.Packages).DistinctBy(package => (package.Provider, package.Version, package.Platform));
        return new SyncPlan(
            [.. packages], [.. plans.SelectMany(plan => plan.Problems)], [.. plans.SelectMany(plan => plan.Stale)]);
    }

    private async Task<SyncPlan> PlanAsync(SyncTask task, SyncSelection selection, CancellationToken cancellationToken)
    {
        var answer = await mirror.GetCurrentVersionsAsync(task.Scope, selection.Provider, cancellationToken).ConfigureAwait(false);
        if (!answer.TryGet(out var offered))
        {
            return new SyncPlan([], [answer.Failure.Message], []);
        }

        var versions = SyncSelector.SelectVersions(offered, selection.Versions);
        if (versions.Count == 0 && selection.Versions?.Exact is { } exact)
        {
            // It may be out of the list because it failed verification: asking for it exactly tries again.
            var tried = await mirror.GetReleaseAsync(task.Scope, selection.Provider, exact, task.By, cancellationToken)
                .ConfigureAwait(false);
            if (tried.IsSuccess || tried.Failure.IsOutage)
            {
                versions = [exact];
            }
        }

        if (versions.Count == 0)
        {
            string problem = selection.Versions is { } constraint
                ? $"No version of {selection.Provider} matches '{constraint}'; the newest offered is {Newest(offered)?.Value ?? "none"}."
                : $"{selection.Provider} has no stable version; name a prerelease exactly.";
            return new SyncPlan([], [offered.Failure is { } outage ? $"{outage.Message} {problem}" : problem], []);
        }

        var packages = new List<SyncPackage>();
        var problems = new List<string>();
        // An exact version is as it was: what is newer does not matter.
        bool stale = offered.Failure is not null && selection.Versions?.Exact is null;
        foreach (var version in versions)
        {
            var found = await mirror.GetReleaseAsync(task.Scope, selection.Provider, version, task.By, cancellationToken)
                .ConfigureAwait(false);
            if (found.TryGet(out var release))
            {
                packages.AddRange(Select(task, selection.Provider, release));
                // Which platforms an exact version has is known once it is proven.
                stale |= offered.Failure is not null && release.Proof is null && task.Request.Platforms.Count == 0;
            }
            else
            {
                problems.Add(found.Failure.Message);
            }
        }

        return new SyncPlan(
            packages, problems, stale ? [$"{offered.Failure!.Message} The newest version that is known here is {Newest(offered)}."] : []);
    }

    private static ProviderVersion? Newest(OfferedVersions offered) => offered.Versions.Select(item => item.Version).FirstOrDefault();

    private static IEnumerable<SyncPackage> Select(SyncTask task, ProviderAddress provider, OfferedRelease release)
    {
        var (offered, missing) = SyncSelector.SelectPlatforms(release, task.Request.Platforms);
        return offered.Select(platform => new SyncPackage(provider, release.Version, platform))
            .Concat(missing.Select(platform => new SyncPackage(provider, release.Version, platform)
            {
                State = Database.SyncPackageState.Failed,
                Error = $"{provider} {release.Version} has no package for {platform}.",
            }));
    }
}
