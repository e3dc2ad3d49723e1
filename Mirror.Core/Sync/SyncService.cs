using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Fetching;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Fetching.Packages;

namespace Mirror.Core.Sync;

/// <summary>
/// Fetches packages in advance, as tasks that are independent of the client that started them: they are stored, resumed after a restart,
/// can be cancelled, and report their progress.
/// </summary>
public sealed class SyncService(
    ProviderMirror mirror, VersionLists lists, SyncStore store, ServerLifetime lifetime, TimeProvider time, ILogger<SyncService> logger)
    : IDisposable
{
    private const int MaxConcurrentTasks = 2;
    private const int MaxConcurrentPackages = 4;
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(200);

    private readonly SyncPlanner _planner = new(mirror);
    private readonly ConcurrentDictionary<long, SyncTask> _tasks = new();
    private readonly SemaphoreSlim _slots = new(MaxConcurrentTasks, MaxConcurrentTasks);

    /// <summary>
    /// Raised with the root group whenever a task starts, ends or completes a package. Handlers must be fast and must not throw.
    /// </summary>
    public event Action<long>? Changed;

    /// <summary>
    /// Starts a task for the root group of a namespace. It does not require automatic caching, since the sync is explicit.
    /// </summary>
    /// <param name="scope">The namespace. Tokens sent with it are only used for this task, and not after a restart.</param>
    /// <param name="by">The principal that requests it.</param>
    public async Task<SyncStatus> StartAsync(
        ResolvedNamespace scope, SyncRequest request, Principal by, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        long id = await store.AddAsync(scope, request, by, now, cancellationToken).ConfigureAwait(false);
        var task = new SyncTask(id, ScopeOf(scope, request), request, by, now);
        Run(task);
        return task.Status;
    }

    /// <summary>Resumes the tasks that a server shutdown interrupted.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        foreach (var (row, scope, request) in await store.FindUnfinishedAsync(cancellationToken).ConfigureAwait(false))
        {
            Run(new SyncTask(row.Id, ScopeOf(scope, request), request, new Principal(row.CreatedByKind, row.CreatedBy), row.CreatedAt));
        }
    }

    /// <summary>
    /// Cancels a task of a namespace or of one below it; packages fetched so far are kept. The cancellation is recorded first, so that the
    /// task is not resumed after a restart.
    /// </summary>
    /// <param name="scope">A namespace in which <paramref name="by"/> may cancel syncs.</param>
    public async Task<SyncCancellation> CancelAsync(ResolvedNamespace scope, long id, Principal by, CancellationToken cancellationToken)
    {
        if (!_tasks.TryGetValue(id, out var task) || task.Scope.RootGroupId != scope.RootGroupId)
        {
            return SyncCancellation.NotRunning;
        }

        if (!task.Scope.Ancestry.Contains(scope.NamespaceId))
        {
            return SyncCancellation.OfAnotherNamespace;
        }

        if (!await store.EndAsync(task, SyncState.Cancelled, null, by, time.GetUtcNow(), cancellationToken).ConfigureAwait(false))
        {
            return SyncCancellation.NotRunning;
        }

        try
        {
            await task.Cancellation.CancelAsync().ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // The task ended in the meantime, as cancelled.
        }

        return SyncCancellation.Cancelled;
    }

    /// <summary>The current status of a task, or null.</summary>
    public async Task<SyncStatus?> FindAsync(long rootGroupId, long id, CancellationToken cancellationToken) =>
        _tasks.TryGetValue(id, out var task)
            ? task.Scope.RootGroupId == rootGroupId ? task.Status : null
            : await store.FindAsync(rootGroupId, id, cancellationToken).ConfigureAwait(false);

    /// <summary>The status of a task whenever it changes, until it ends; a few times per second during downloads.</summary>
    public async IAsyncEnumerable<SyncStatus> WatchAsync(
        long rootGroupId, long id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!_tasks.TryGetValue(id, out var task) || task.Scope.RootGroupId != rootGroupId)
        {
            if (await store.FindAsync(rootGroupId, id, cancellationToken).ConfigureAwait(false) is { } ended)
            {
                yield return ended;
            }

            yield break;
        }

        while (true)
        {
            var next = task.NextChange;
            var status = task.Status;
            yield return status;
            // A task interrupted by a server shutdown does not end.
            if (status.HasEnded || lifetime.Draining.IsCancellationRequested)
            {
                yield break;
            }

            await next.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose() => _slots.Dispose();

    private ResolvedNamespace ScopeOf(ResolvedNamespace scope, SyncRequest request) =>
        scope with { AutomaticCaching = true, DocumentsSince = request.Force ? time.GetUtcNow() : default };

    private void Run(SyncTask task)
    {
        _tasks[task.Id] = task;
        Changed?.Invoke(task.Scope.RootGroupId);
        _ = Task.Run(() => RunAsync(task));
    }

    private async Task RunAsync(SyncTask task)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(task.Cancellation.Token, lifetime.Draining);
        bool entered = false;
        try
        {
            await _slots.WaitAsync(cancellation.Token).ConfigureAwait(false);
            entered = true;
            task.Begin();
            await store.BeginAsync(task.Id, cancellation.Token).ConfigureAwait(false);
            var (packages, problems, stale) = await _planner.PlanAsync(task, cancellation.Token).ConfigureAwait(false);
            await store.SetPackagesAsync(task.Id, packages, cancellation.Token).ConfigureAwait(false);
            task.Add(packages);
            Changed?.Invoke(task.Scope.RootGroupId);
            await Parallel.ForEachAsync(
                packages.Where(package => !package.HasEnded),
                new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrentPackages, CancellationToken = cancellation.Token },
                async (package, token) => await FetchAsync(task, package, token).ConfigureAwait(false)).ConfigureAwait(false);
            var state = problems.Count > 0 || packages.Any(package => package.State == SyncPackageState.Failed) ? SyncState.Failed
                : stale.Count > 0 ? SyncState.Stale
                : SyncState.Succeeded;
            string error = string.Join(' ', problems.Concat(stale));
            await EndAsync(task, state, error.Length > 0 ? error : null).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (lifetime.Draining.IsCancellationRequested)
        {
            // The task is still stored as running, and is resumed after the restart.
            task.Progressed();
        }
        catch (OperationCanceledException)
        {
            await EndAsync(task, SyncState.Cancelled, null).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            logger.SyncFailed(task.Id, e);
            await EndAsync(task, SyncState.Failed, e.Message).ConfigureAwait(false);
        }
        finally
        {
            if (entered)
            {
                _slots.Release();
            }

            if (!task.Status.HasEnded && !lifetime.Draining.IsCancellationRequested)
            {
                // The end could not be recorded, but watchers must be notified.
                task.End(SyncState.Failed, "The database failed; the task resumes when the server restarts.", time.GetUtcNow());
            }

            _tasks.TryRemove(task.Id, out _);
            task.Dispose();
            if (task.Scope.Tokens is { } tokens)
            {
                await lists.InvalidateAsync(tokens.Identity, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private async Task EndAsync(SyncTask task, SyncState state, string? error)
    {
        var now = time.GetUtcNow();
        bool isNew = await store.EndAsync(task, state, error, task.By, now, CancellationToken.None).ConfigureAwait(false);
        // If the task was cancelled just before it ended, it counts as cancelled.
        task.End(isNew ? state : SyncState.Cancelled, isNew ? error : null, now);
        Changed?.Invoke(task.Scope.RootGroupId);
    }

    private async Task FetchAsync(SyncTask task, SyncPackage package, CancellationToken cancellationToken)
    {
        task.Change(package, SyncPackageState.Fetching);
        try
        {
            var answer = task.Request.Force
                ? await mirror.RefetchPackageAsync(
                    task.Scope, package.Provider, package.Version, package.Platform, task.By, cancellationToken).ConfigureAwait(false)
                : await mirror.GetPackageAsync(task.Scope, package.Provider, package.Version, package.Platform, task.By, cancellationToken)
                    .ConfigureAwait(false);
            if (!answer.TryGet(out var delivery))
            {
                task.Change(package, SyncPackageState.Failed, answer.Failure.Message);
                return;
            }

            using (delivery)
            {
                package.Size = delivery.Length;
                package.Delivery = delivery;
                var failure = await WatchAsync(task, delivery, cancellationToken).ConfigureAwait(false);
                package.Size = delivery.Length;
                package.Delivery = null;
                task.Change(
                    package,
                    failure is not null
                        ? SyncPackageState.Failed
                        : delivery.IsComplete ? SyncPackageState.Present
                        : SyncPackageState.Fetched,
                    failure?.Message);
            }
        }
        catch (OperationCanceledException) when (!lifetime.Draining.IsCancellationRequested)
        {
            task.Change(package, SyncPackageState.Cancelled);
            throw;
        }
        finally
        {
            if (package.HasEnded)
            {
                await store.SetPackageAsync(package, CancellationToken.None).ConfigureAwait(false);
                Changed?.Invoke(task.Scope.RootGroupId);
            }
        }
    }

    private async Task<Addresses.Failure?> WatchAsync(SyncTask task, PackageDelivery delivery, CancellationToken cancellationToken)
    {
        var stored = delivery.WhenStoredAsync(cancellationToken);
        while (!stored.IsCompleted)
        {
            await Task.WhenAny(stored, Task.Delay(ProgressInterval, time, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            task.Progressed();
        }

        return await stored.ConfigureAwait(false);
    }
}
