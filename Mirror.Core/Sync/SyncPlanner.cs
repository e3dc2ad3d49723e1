using Mirror.Core.Addresses;
using Mirror.Core.Fetching;
using Mirror.Core.Fetching.Documents;

namespace Mirror.Core.Sync;

/// <param name="Problems">The selections that could not be planned; the others are synced.</param>
/// <param name="Stale">The versions that may not be the latest, with the reasons.</param>
internal sealed record SyncPlan(IReadOnlyList<SyncPackage> Packages, IReadOnlyList<string> Problems, IReadOnlyList<string> Stale);

/// <summary>Determines the packages that a task fetches, for several providers concurrently.</summary>
internal sealed class SyncPlanner(ProviderMirror mirror)
{
    private const int MaxConcurrentProviders = 4;

    public async Task<SyncPlan> PlanAsync(SyncTask task, CancellationToken cancellationToken)
    {
        var selections = task.Request.Providers;
        var plans = new SyncPlan[selections.Count];
        await Parallel.ForAsync(0, plans.Length, new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrentProviders, CancellationToken = cancellationToken }, async (i, token) =>
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
            // A version that failed verification is not in the list: requesting it exactly retries it.
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
                ? $"No version of {selection.Provider} matches '{constraint}'; the latest available version is {Newest(offered)?.Value ?? "none"}."
                : $"{selection.Provider} has no stable version; specify an exact prerelease version.";
            return new SyncPlan([], [offered.Failure is { } outage ? $"{outage.Message} {problem}" : problem], []);
        }

        var packages = new List<SyncPackage>();
        var problems = new List<string>();
        // An exact version is never stale: newer versions are irrelevant.
        bool stale = offered.Failure is not null && selection.Versions?.Exact is null;
        foreach (var version in versions)
        {
            var found = await mirror.GetReleaseAsync(task.Scope, selection.Provider, version, task.By, cancellationToken)
                .ConfigureAwait(false);
            if (found.TryGet(out var release))
            {
                packages.AddRange(Select(task, selection.Provider, release));
                // The platforms of an exact version are known once it is proven.
                stale |= offered.Failure is not null && release.Proof is null && task.Request.Platforms.Count == 0;
            }
            else
            {
                problems.Add(found.Failure.Message);
            }
        }

        return new SyncPlan(
            packages, problems, stale ? [$"{offered.Failure!.Message} The latest known version is {Newest(offered)}."] : []);
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
