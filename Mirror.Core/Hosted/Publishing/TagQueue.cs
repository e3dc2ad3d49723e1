using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Mirror.Core.Database;

namespace Mirror.Core.Hosted.Publishing;

/// <summary>
/// Publishes the tags that forges report: those of a module one after the other, those of a few modules concurrently. They are stored
/// until then, so a restart loses none.
/// </summary>
public sealed class TagQueue(
    IDbContextFactory<MirrorDbContext> databases,
    TagPublisher publisher,
    ServerLifetime lifetime,
    TimeProvider time,
    ILogger<TagQueue> logger) : IDisposable
{
    /// <summary>How many tags of one module may wait.</summary>
    public const int MaxPending = 20;

    private const int MaxConcurrent = 2;

    private readonly SemaphoreSlim _slots = new(MaxConcurrent, MaxConcurrent);

    // The number of reasons to look for tags of a module, while something looks.
    private readonly ConcurrentDictionary<long, int> _reasons = new();
    private readonly ConcurrentDictionary<long, Task> _running = new();

    /// <summary>Records a delivery, and its tag if there is one to publish.</summary>
    /// <returns>False if too many tags of the module wait.</returns>
    public async Task<bool> AddAsync(long sourceId, ModuleTag? tag, CancellationToken cancellationToken)
    {
        bool isAdded = await databases.RetryAsync(async db =>
        {
            if (await db.ModuleSources.Include(row => row.PendingTags)
                .SingleOrDefaultAsync(row => row.Id == sourceId, cancellationToken)
                .ConfigureAwait(false) is not { } source)
            {
                return false;
            }

            source.LastDeliveryAt = time.GetUtcNow();
            bool isNew = tag is not null && source.PendingTags.TrueForAll(pending => pending.Tag != tag.Name);
            bool hasPlace = !isNew || source.PendingTags.Count < MaxPending;
            if (isNew && hasPlace)
            {
                source.PendingTags.Add(new PendingTagRow { Tag = tag!.Name, ReceivedAt = time.GetUtcNow() });
            }

            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            return hasPlace;
        }).ConfigureAwait(false);
        if (isAdded && tag is not null)
        {
            Start(sourceId);
        }

        return isAdded;
    }

    /// <summary>Publishes the tags that waited when a server stopped.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var waiting = db.PendingTags.Select(row => row.SourceId).Distinct();
        foreach (long id in await waiting.ToListAsync(cancellationToken).ConfigureAwait(false))
        {
            Start(id);
        }
    }

    /// <summary>Completes when nothing is being published any more, once <see cref="ServerLifetime.Draining"/> is cancelled.</summary>
    public Task StopAsync() => Task.WhenAll(_running.Values);

    public void Dispose() => _slots.Dispose();

    private void Start(long sourceId)
    {
        if (_reasons.AddOrUpdate(sourceId, 1, (_, reasons) => reasons + 1) == 1)
        {
            _running[sourceId] = Task.Run(() => RunAsync(sourceId));
        }
    }

    private async Task RunAsync(long sourceId)
    {
        try
        {
            int seen;
            do
            {
                seen = _reasons[sourceId];
                while (await FindNextAsync(sourceId).ConfigureAwait(false) is { } pending)
                {
                    await PublishAsync(pending).ConfigureAwait(false);
                }
            }
            while (!_reasons.TryRemove(new(sourceId, seen)));
        }
        catch (OperationCanceledException) when (lifetime.Draining.IsCancellationRequested)
        {
            // The tags are still stored.
        }
        catch (Exception e)
        {
            // They are published after the next delivery, or the next start.
            logger.TagsNotPublished(sourceId, e);
            _reasons.TryRemove(sourceId, out _);
        }
    }

    private async Task<PendingTagRow?> FindNextAsync(long sourceId)
    {
        await using var db = databases.CreateDbContext();
        return await db.PendingTags.AsNoTracking()
            .Include(row => row.Source)
            .ThenInclude(row => row.Namespace)
            .Where(row => row.SourceId == sourceId)
            .OrderBy(row => row.Id)
            .FirstOrDefaultAsync(lifetime.Draining)
            .ConfigureAwait(false);
    }

    private async Task PublishAsync(PendingTagRow pending)
    {
        await _slots.WaitAsync(lifetime.Draining).ConfigureAwait(false);
        try
        {
            await publisher.PublishAsync(pending, lifetime.Draining).ConfigureAwait(false);
        }
        finally
        {
            _slots.Release();
        }
    }
}

internal static partial class TagLog
{
    [LoggerMessage(2331, LogLevel.Error, "The tags of module source {Id} were not published")]
    public static partial void TagsNotPublished(this ILogger logger, long id, Exception exception);

    [LoggerMessage(2332, LogLevel.Warning, "{Module}: tag {Tag} was not published: {Reason}")]
    public static partial void TagNotPublished(this ILogger logger, string module, string tag, string reason);
}
