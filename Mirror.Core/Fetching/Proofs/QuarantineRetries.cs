using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Documents;

namespace Mirror.Core.Fetching.Proofs;

/// <summary>
/// Retries the proofs of quarantined versions in the background, as <see cref="QuarantinePolicy"/> decides. The schedule is in the
/// database, so a restart does not affect it.
/// </summary>
public sealed class QuarantineRetries
{
    private const int MaxInPass = 40;
    private const int MaxConcurrent = 4;

    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromMinutes(1);

    private readonly AsyncPulse _wake = new();
    private readonly IDbContextFactory<MirrorDbContext> _databases;
    private readonly Quarantine _quarantine;
    private readonly Releases _releases;
    private readonly VersionLists _lists;
    private readonly ReleaseVisibility _visibility;
    private readonly OriginAccess _access;
    private readonly ProviderRequests _requests;
    private readonly NamespaceDirectory _namespaces;
    private readonly TimeProvider _time;
    private readonly ILogger<QuarantineRetries> _logger;

    internal QuarantineRetries(
        IDbContextFactory<MirrorDbContext> databases, Quarantine quarantine, Releases releases, VersionLists lists,
        ReleaseVisibility visibility, OriginAccess access,
        ProviderRequests requests, NamespaceDirectory namespaces, TimeProvider time, ILogger<QuarantineRetries> logger)
    {
        (_databases, _quarantine, _releases, _lists, _visibility, _access) = (databases, quarantine, releases, lists, visibility, access);
        (_requests, _namespaces, _time, _logger) = (requests, namespaces, time, logger);
        quarantine.Changed += _wake.Pulse;
    }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var woken = _wake.Next;
            DateTimeOffset? next;
            try
            {
                next = await TryDueAsync(stopping).ConfigureAwait(false);
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                _logger.Unexpected("retries of quarantined versions", e);
                next = _time.GetUtcNow() + PauseAfterFault;
            }

            await WaitAsync(woken, next, stopping).ConfigureAwait(false);
        }
    }

    private async Task WaitAsync(Task woken, DateTimeOffset? next, CancellationToken stopping)
    {
        if (next is not { } due)
        {
            await woken.WaitAsync(stopping).ConfigureAwait(false);
            return;
        }

        var pause = due - _time.GetUtcNow();
        if (pause > TimeSpan.Zero)
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            await Task.WhenAny(
                woken,
                Task.Delay(pause < QuarantinePolicy.MaxInterval ? pause : QuarantinePolicy.MaxInterval, _time, ended.Token)).ConfigureAwait(false);
            await ended.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <returns>When the next attempt is due; null if there is none.</returns>
    private async Task<DateTimeOffset?> TryDueAsync(CancellationToken stopping)
    {
        var now = _time.GetUtcNow();
        List<QuarantineRow> due;
        await using (var db = _databases.CreateDbContext())
        {
            due = await db.Quarantine.AsNoTracking().Include(row => row.Provider)
                .Where(row => row.Platform == "" && (row.Until <= now || row.FailedAt > now))
                .OrderBy(row => row.Until).Take(MaxInPass)
                .ToListAsync(stopping).ConfigureAwait(false);
        }

        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrent, CancellationToken = stopping }, async (row, token) =>
            await TryAsync(row, token).ConfigureAwait(false)).ConfigureAwait(false);
        await using var after = _databases.CreateDbContext();
        return await after.Quarantine.Where(row => row.Platform == "")
            .OrderBy(row => row.Until)
            .Select(row => (DateTimeOffset?)row.Until)
            .FirstOrDefaultAsync(stopping)
            .ConfigureAwait(false);
    }

    private async Task TryAsync(QuarantineRow row, CancellationToken stopping)
    {
        var provider = CatalogReader.Address(row.Provider.Hostname, row.Provider.Namespace, row.Provider.Type);
        var version = ProviderVersion.Parse(row.Version);
        var found = await FindScopeAsync(row.Provider.RootGroupId, provider, stopping).ConfigureAwait(false) is { } scope
            ? await ProveAsync(scope, provider, version, stopping).ConfigureAwait(false)
            : null;
        switch (found)
        {
            case null:
                await _quarantine.PostponeAsync(row.Id, QuarantinePolicy.MaxInterval, stopping).ConfigureAwait(false);
                break;
            case { IsSuccess: true }:
                // Saving the proof has removed the entry, unless the proof existed before.
                await _quarantine.LiftAsync(row.Provider.RootGroupId, provider, version, null, stopping).ConfigureAwait(false);
                break;
            case { Failure.Kind: not FailureKind.VerificationFailed }:
                await _quarantine.PostponeAsync(row.Id, null, stopping).ConfigureAwait(false);
                break;
            default:
                break;
        }
    }

    /// <returns>
    /// Null if the origin must not be queried: the policy hides the version, the origin no longer lists it, or no client has requested the
    /// provider for long.
    /// </returns>
    private async Task<Outcome<ReleaseProof>?> ProveAsync(
        ResolvedNamespace scope, ProviderAddress provider, ProviderVersion version, CancellationToken stopping)
    {
        var request = await _requests.BeginAsync(scope, provider, stopping).ConfigureAwait(false);
        // The list is not fetched here, so its age shows when a client last requested the provider.
        if (await _lists.FindLastAsync(request.Versions, stopping).ConfigureAwait(false) is not { } list
            || !QuarantinePolicy.IsWanted(list.Fetched.Age(_time))
            || list.Value.Find(version) is not { } offered
            || await _visibility.FindFailureAsync(request, version, null, stopping).ConfigureAwait(false) is not null)
        {
            return null;
        }

        return await _releases.GetAsync(new ReleaseQuestion(request, version, offered.Platforms, Principal.System), stopping)
            .ConfigureAwait(false);
    }

    /// <summary>A namespace of the root group that may query the origin, preferably the root itself; null if there is none.</summary>
    private async Task<ResolvedNamespace?> FindScopeAsync(long rootGroupId, ProviderAddress provider, CancellationToken stopping) =>
        (await _namespaces.ListAsync(stopping).ConfigureAwait(false))
            .Where(scope => scope.RootGroupId == rootGroupId && _access.MayAsk(scope, provider))
            .OrderBy(scope => scope.NamespaceId != rootGroupId).ThenBy(scope => scope.Path.Value, StringComparer.Ordinal)
            .FirstOrDefault();
}
