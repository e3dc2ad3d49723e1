using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Proofs;

/// <summary>
/// Fetches the proof of the version that clients without a constraint choose, before a list offers it: otherwise every one of
/// them would choose a version that then fails verification.
/// </summary>
internal sealed class NewestProofs(
    Releases releases,
    ReleaseVisibility visibility,
    Quarantine quarantine,
    MirrorOptions options,
    TimeProvider time,
    ServerLifetime lifetime,
    ILogger<NewestProofs> logger)
{
    // An unsigned provider has as many versions that fail as it has versions.
    private const int MaxAttempts = 4;

    // Lists may be decided several at once: what is waited for counts from its beginning.
    private readonly ConcurrentDictionary<(long RootGroupId, ProviderAddress Provider, ProviderVersion Version), Moment> _begun = new();

    /// <summary>
    /// Proves the highest version shown that is no prerelease, and where it fails the next one. The list waits for all of it
    /// <see cref="UpstreamLimits.NewestProofWait"/> at most; what is unfinished then goes on, and ends for all who wait alike.
    /// </summary>
    /// <param name="stored">Versions with stored packages, which are served whatever the origin says.</param>
    /// <param name="remaining">What is left of the time in which the list must be answered.</param>
    public async Task ProveAsync(
        ProviderRequest request,
        OriginAnswer<OriginVersionList> versions,
        IReadOnlySet<ProviderVersion> stored,
        TimeSpan remaining,
        CancellationToken waiter)
    {
        if (versions.Refresh is { } refresh)
        {
            _ = ProveBehindAsync(request, refresh, stored);
        }

        // An origin that did not answer for the list is not waited for again.
        if (versions is not { Document: { } list, Failure: not { IsOutage: true }, Refresh: null })
        {
            return;
        }

        var wait = options.Upstream.Limits.NewestProofWait;
        await ProveAsync(request, list.Value, stored, remaining < wait ? remaining : wait, waiter).ConfigureAwait(false);
    }

    /// <summary>A stale list is served meanwhile; the version that the new one brings is proven when it is asked for.</summary>
    private async Task ProveBehindAsync(
        ProviderRequest request, Task<Outcome<CachedDocument<OriginVersionList>>> refresh, IReadOnlySet<ProviderVersion> stored)
    {
        try
        {
            if ((await refresh.ConfigureAwait(false)).TryGet(out var list))
            {
                await ProveAsync(request, list.Value, stored, null, lifetime.Stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
        catch (Exception e)
        {
            logger.Unexpected($"the proof of the newest version of {request.Provider}", e);
        }
    }

    /// <param name="wait">How long to wait in all, and for each version since its proof is being fetched; null: as long as it
    /// takes.</param>
    private async Task ProveAsync(
        ProviderRequest request, OriginVersionList list, IReadOnlySet<ProviderVersion> stored, TimeSpan? wait, CancellationToken waiter)
    {
        var began = Moment.Now(time);
        var waiting = (await quarantine.FindAsync(request.RootGroupId, request.Provider, waiter).ConfigureAwait(false))
            .Where(entry => entry.Platform is null && !QuarantinePolicy.IsDue(entry, time.GetUtcNow()))
                .Select(entry => entry.Version)
                .ToHashSet();
        int attempts = 0;
        foreach (var item in list.Versions.Where(item => !item.Version.IsPrerelease && !waiting.Contains(item.Version)))
        {
            if (await visibility.IsHiddenAsync(request, item.Version, list, waiter).ConfigureAwait(false))
            {
                continue;
            }

            if (stored.Contains(item.Version) || ++attempts > MaxAttempts)
            {
                return;
            }

            var since = _begun.GetOrAdd((request.RootGroupId, request.Provider, item.Version), _ => Moment.Now(time));
            var proving = ProveAsync(request, item);
            if (!await IsOverAsync(proving, wait - Longer(began.Age(time), since.Age(time)), time, waiter).ConfigureAwait(false))
            {
                // It is listed; should it fail behind, the next list is without it.
                return;
            }

            // One that failed verification, or was signed too lately for the policy, is not listed, so that the one before it is the
            // highest. An outage takes nothing away.
            var found = await proving.ConfigureAwait(false);
            bool isShown = found.IsSuccess
                ? !await visibility.IsHiddenAsync(request, item.Version, list, waiter).ConfigureAwait(false)
                : found.Failure.Kind != FailureKind.VerificationFailed;
            if (isShown)
            {
                return;
            }
        }
    }

    private async Task<Outcome<ReleaseProof>> ProveAsync(ProviderRequest request, OriginVersion version)
    {
        try
        {
            return await releases.GetAsync(
                new ReleaseQuestion(request, version.Version, version.Platforms, Principal.System),
                CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            logger.Unexpected($"the proof of {request.Provider} {version.Version}", e);
            return new Failure(FailureKind.Unreachable, $"The proof of {request.Provider} {version.Version} could not be fetched.");
        }
        finally
        {
            _begun.TryRemove((request.RootGroupId, request.Provider, version.Version), out _);
        }
    }

    /// <param name="remaining">Null: as long as it takes.</param>
    internal static async Task<bool> IsOverAsync(Task proving, TimeSpan? remaining, TimeProvider time, CancellationToken waiter)
    {
        if (proving.IsCompleted || remaining <= TimeSpan.Zero)
        {
            // A proof that came when the time was over counts, and there is no waiting for less than no time.
            return proving.IsCompleted;
        }

        try
        {
            await proving.WaitAsync(remaining ?? Timeout.InfiniteTimeSpan, time, waiter).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
