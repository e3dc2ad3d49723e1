using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Proofs;

/// <summary>
/// Fetches the proof of the version that clients without a constraint select, before a list offers it. Otherwise every one of them would
/// select a version that then fails verification.
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
    // Limited, because every version of an unsigned provider fails.
    private const int MaxAttempts = 4;

    // Several lists may be decided concurrently: the wait for a proof counts from when it started.
    private readonly ConcurrentDictionary<(long RootGroupId, ProviderAddress Provider, ProviderVersion Version), Moment> _begun = new();

    /// <summary>
    /// Proves the highest visible stable version and, if that fails, the next one. The list waits at most
    /// <see cref="UpstreamLimits.NewestProofWait"/> in total; unfinished work continues, and its result is shared by all waiting callers.
    /// </summary>
    /// <param name="stored">Versions with stored packages, which are served even if the origin fails.</param>
    /// <param name="remaining">The time left for the list.</param>
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

        // An origin that has just failed is not waited for again.
        if (versions is not { Document: { } list, Failure: not { IsOutage: true }, Refresh: null })
        {
            return;
        }

        var wait = options.Upstream.Limits.NewestProofWait;
        await ProveAsync(request, list.Value, stored, remaining < wait ? remaining : wait, waiter).ConfigureAwait(false);
    }

    /// <summary>The stale list is served in the meantime; the latest version of the new list is proven when it is requested.</summary>
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
            // The server is stopping.
        }
        catch (Exception e)
        {
            logger.Unexpected($"the proof of the newest version of {request.Provider}", e);
        }
    }

    /// <param name="wait">How long to wait in total, and for each version since the fetch of its proof started; null for no limit.</param>
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
                // The version is listed; if it fails in the background, the next list is without it.
                return;
            }

            // A version that failed verification, or is too new for the policy, is not listed, so the one before it is the highest. An
            // outage hides no version.
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
            return new Failure(FailureKind.Unreachable, $"Fetching the proof of {request.Provider} {version.Version} failed.");
        }
        finally
        {
            _begun.TryRemove((request.RootGroupId, request.Provider, version.Version), out _);
        }
    }

    /// <param name="remaining">Null for no limit.</param>
    internal static async Task<bool> IsOverAsync(Task proving, TimeSpan? remaining, TimeProvider time, CancellationToken waiter)
    {
        if (proving.IsCompleted || remaining <= TimeSpan.Zero)
        {
            // The time is over; a proof that has arrived by now counts.
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
