using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Upstream;
using Mirror.Core.Upstream.Git;

namespace Mirror.Core.Fetching.Modules;

/// <summary>
/// Compares the tags of stored modules with their repositories, in the background, when a module is requested. A tag that names another
/// commit is reported; the stored archive stays.
/// </summary>
public sealed class ModuleRevisions(
    GitSnapshots git, ModuleCatalog modules, TimeProvider time, ServerLifetime lifetime, ILogger<ModuleRevisions> logger)
{
    private const int MaxConcurrent = 4;
    private const int MaxFailed = 1000;

    /// <summary>How long a revision is not checked again.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromHours(24);

    /// <summary>How long a revision is not checked again after a failure.</summary>
    private static readonly TimeSpan FailureInterval = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<(long RootGroupId, ModuleAddress Module, ProviderVersion Version), Task> _running = [];
    private readonly Dictionary<(long RootGroupId, ModuleAddress Module, ProviderVersion Version), Moment> _failed = [];

    /// <summary>Starts a check unless the last one is recent, or too many are running.</summary>
    /// <param name="findCredential">For the repository.</param>
    public void Check(long rootGroupId, ModulePackage package, Func<CancellationToken, ValueTask<OriginCredential>> findCredential)
    {
        if (package.Origin is not { Revision: { } revision, Commit: not null } origin
            || GitSource.IsCommit(revision)
            || time.GetUtcNow() - origin.CheckedAt < Interval)
        {
            return;
        }

        var key = (rootGroupId, package.Module, package.Version);
        lock (_gate)
        {
            if (_running.Count < MaxConcurrent
                && !_running.ContainsKey(key)
                && !(_failed.TryGetValue(key, out var failed) && failed.IsWithin(FailureInterval, time)))
            {
                _running.Add(key, Task.Run(() => RunAsync(key, package, origin, revision, findCredential)));
            }
        }
    }

    /// <summary>Completes when all checks that are running now have ended.</summary>
    public Task WhenIdleAsync()
    {
        lock (_gate)
        {
            return Task.WhenAll(_running.Values);
        }
    }

    private async Task RunAsync(
        (long RootGroupId, ModuleAddress Module, ProviderVersion Version) key,
        ModulePackage package,
        ModuleOrigin origin,
        string revision,
        Func<CancellationToken, ValueTask<OriginCredential>> findCredential)
    {
        Failure? failure = null;
        try
        {
            failure = await CheckAsync(key.RootGroupId, package, origin, revision, findCredential).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The server is stopping.
        }
        catch (Exception e) when (e is DbUpdateException or System.Data.Common.DbException)
        {
            failure = new Failure(FailureKind.Storage, e.Message);
        }
        finally
        {
            lock (_gate)
            {
                _running.Remove(key);
                _failed.Remove(key);
                if (failure is not null)
                {
                    if (_failed.Count >= MaxFailed)
                    {
                        _failed.Clear();
                    }

                    _failed[key] = Moment.Now(time);
                }
            }
        }

        if (failure is not null)
        {
            logger.RevisionNotChecked(revision, $"{package.Module} {package.Version}", failure.Message);
        }
    }

    private async Task<Failure?> CheckAsync(
        long rootGroupId,
        ModulePackage package,
        ModuleOrigin origin,
        string revision,
        Func<CancellationToken, ValueTask<OriginCredential>> findCredential)
    {
        var credential = await findCredential(lifetime.Stopping).ConfigureAwait(false);
        var resolved = await git.ResolveAsync(new Uri(origin.Repository), revision, credential, lifetime.Stopping).ConfigureAwait(false);
        if (!resolved.TryGet(out var reference))
        {
            return resolved.Failure;
        }

        if (await modules.RecordRevisionAsync(rootGroupId, package.Module, package.Version, reference.Commit, lifetime.Stopping)
            .ConfigureAwait(false))
        {
            logger.RevisionMoved(revision, $"{package.Module} {package.Version}", reference.Commit, origin.Repository, origin.Commit);
        }

        return null;
    }
}
