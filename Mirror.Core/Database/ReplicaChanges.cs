using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Mirror.Core.Database;

/// <summary>
/// Tells what others who share the database changed of groups, their settings, policies and credentials. Every change leaves
/// its event in the transaction that makes it, so that the audit log is where to look.
/// </summary>
internal sealed class ReplicaChanges(IDbContextFactory<MirrorDbContext> databases, TimeProvider time)
{
    /// <summary>Short enough that what was taken away ends within a second everywhere.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(900);

    // Events of what is not kept by whoever asks here, or is read anew by itself as often as this.
    private static readonly string[] Others =
        ["access.", "group-mapping.", "integrity.", "job.", "member.", "module.", "package.", "proof.", "service-account.", "sync.", "token.", "user.", "version.verify"];

    private long _lookedAt;
    private long _seen;

    /// <summary>Takes what was changed so far as known: what is read from the database after this has it.</summary>
    public async Task CatchUpAsync(MirrorDbContext db, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _lookedAt, time.GetTimestamp());
        Volatile.Write(ref _seen, await db.Audit.MaxAsync(row => (long?)row.Id, cancellationToken).ConfigureAwait(false) ?? 0);
    }

    /// <summary>
    /// Whether something was changed since the last time. The database is asked once an interval, by one of those who come
    /// here; the others go on with what they know.
    /// </summary>
    public ValueTask<bool> AnyAsync()
    {
        long now = time.GetTimestamp(), last = Volatile.Read(ref _lookedAt);
        return time.GetElapsedTime(last, now) < Interval || Interlocked.CompareExchange(ref _lookedAt, now, last) != last
            ? new ValueTask<bool>(false)
            : new ValueTask<bool>(LookAsync());
    }

    private async Task<bool> LookAsync()
    {
        try
        {
            await using var db = databases.CreateDbContext();
            long seen = Volatile.Read(ref _seen);
            var events = await db.Audit.AsNoTracking()
                .Where(row => row.Id > seen)
                .Select(row => new { row.Id, row.Action })
                .ToListAsync()
                .ConfigureAwait(false);
            if (events.Count == 0)
            {
                return false;
            }

            Volatile.Write(ref _seen, events.Max(item => item.Id));
            return events.Exists(item => !Others.Any(other => item.Action.StartsWith(other, StringComparison.Ordinal)));
        }
        catch (DbException)
        {
            // What is known is served while the database is away.
            return false;
        }
    }
}
