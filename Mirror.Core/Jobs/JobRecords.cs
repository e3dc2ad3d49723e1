using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Packages;

namespace Mirror.Core.Jobs;

/// <summary>
/// Records the results of jobs' requests, in the background. Results that change nothing are not written, so a job that repeats its
/// requests costs no database access.
/// </summary>
public sealed class JobRecords(IDbContextFactory<MirrorDbContext> databases, ServerLifetime lifetime, TimeProvider time)
{
    private const int MaxInMemory = 1_000;
    private const int MaxPackagesInMemory = 20_000;
    private readonly ConcurrentDictionary<long, Job> _jobs = new();
    private int _packages;

    /// <summary>Records that a document was served or failed, or that a package failed.</summary>
    /// <param name="version">Null for the version list.</param>
    /// <param name="failure">Null if the document was served.</param>
    public void Note(long jobId, ISourceAddress source, ProviderVersion? version, Failure? failure) =>
        Write(
            jobId, source, version, Task.FromResult(failure is null ? default : new JobResult(JobPackageOutcome.Failed, failure.Message)));

    /// <summary>Records a package that is being served: it was stored before, or counts as cached once it is stored.</summary>
    public void Follow(long jobId, ISourceAddress source, ProviderVersion version, PackageDelivery package) =>
        Write(
            jobId,
            source,
            version,
            package.IsNew ? ResultAsync(
                package.WhenStoredAsync(lifetime.Stopping)) : Task.FromResult(new JobResult(JobPackageOutcome.Used)));

    /// <summary>Waits until the results of the job's requests so far have been written, or the limit is reached.</summary>
    public async Task WhenWrittenAsync(long jobId, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (_jobs.TryGetValue(jobId, out var job))
        {
            try
            {
                await Task.WhenAll(job.Pending.Keys).WaitAsync(limit, time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // Results that are not complete yet are part of a later summary.
            }
        }
    }

    private void Write(long jobId, ISourceAddress source, ProviderVersion? version, Task<JobResult> result)
    {
        if (_jobs.Count >= MaxInMemory || Volatile.Read(ref _packages) >= MaxPackagesInMemory)
        {
            _jobs.Clear(); // Their content is in the database.
            Volatile.Write(ref _packages, 0);
        }

        var job = _jobs.GetOrAdd(jobId, id => new Job(id));
        var work = WriteAsync(job, (source.ToString()!, version?.Value ?? ""), result);
        if (!work.IsCompleted)
        {
            job.Pending.TryAdd(work, true);
            _ = work.ContinueWith(
                ended => job.Pending.TryRemove(ended, out _),
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
    }

    private static async Task<JobResult> ResultAsync(Task<Failure?> stored)
    {
        try
        {
            return await stored.ConfigureAwait(false) is { } failure
                ? new JobResult(JobPackageOutcome.Failed, failure.Message)
                : new JobResult(JobPackageOutcome.Cached);
        }
        catch (OperationCanceledException)
        {
            return new JobResult(JobPackageOutcome.Failed, "The server stopped before the package was stored.");
        }
    }

    private async Task WriteAsync(Job job, (string Provider, string Version) key, Task<JobResult> result)
    {
        var next = await result.ConfigureAwait(false);
        await job.Gate.WaitAsync().ConfigureAwait(false);
        try
        {
            var known = job.Known ??= await LoadAsync(job.Id).ConfigureAwait(false);
            var before = known.GetValueOrDefault(key);
            var merged = JobOutcomes.Merge(before, next);
            if (merged == before || before.Outcome is null && known.Count >= JobLimits.PackagesPerJob)
            {
                return;
            }

            await WriteAsync(job.Id, key, merged).ConfigureAwait(false);
            if (known.TryAdd(key, merged))
            {
                Interlocked.Increment(ref _packages);
            }

            known[key] = merged;
        }
        catch (DbUpdateException)
        {
            // The job was deleted, or another replica wrote the same version: reload the known results.
            job.Known = null;
        }
        finally
        {
            job.Gate.Release();
        }
    }

    private async Task WriteAsync(long jobId, (string Provider, string Version) key, JobResult result)
    {
        await using var db = databases.CreateDbContext();
        var row = await db.JobPackages.SingleOrDefaultAsync(x => x.JobId == jobId && x.Provider == key.Provider && x.Version == key.Version)
            .ConfigureAwait(false);
        if (result.Outcome is not { } outcome)
        {
            if (row is not null)
            {
                db.JobPackages.Remove(row);
            }
        }
        else
        {
            row ??= db.JobPackages.Add(new JobPackageRow { JobId = jobId, Provider = key.Provider, Version = key.Version }).Entity;
            (row.Outcome, row.Reason, row.At) = (outcome, result.Reason, time.GetUtcNow());
        }

        await db.SaveChangesAsync().ConfigureAwait(false);
    }

    private async Task<Dictionary<(string, string), JobResult>> LoadAsync(long jobId)
    {
        await using var db = databases.CreateDbContext();
        var known = await db.JobPackages.AsNoTracking().Where(x => x.JobId == jobId)
            .ToDictionaryAsync(x => (x.Provider, x.Version), x => new JobResult(x.Outcome, x.Reason)).ConfigureAwait(false);
        Interlocked.Add(ref _packages, known.Count);
        return known;
    }

    private sealed class Job(long id)
    {
        public long Id => id;

        /// <summary>Serializes writes; not disposed, because no wait handle is used.</summary>
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public ConcurrentDictionary<Task, bool> Pending { get; } = new();

        /// <summary>The stored results; null if not loaded yet. A missing entry has no outcome.</summary>
        public Dictionary<(string Provider, string Version), JobResult>? Known { get; set; }
    }
}
