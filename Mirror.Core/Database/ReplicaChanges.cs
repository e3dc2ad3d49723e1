using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Mirror.Core.Database;

/// <summary>
/// Detects changes by other replicas to groups, settings, policies and credentials. Every change writes an audit event in its transaction,
/// so the audit log shows them.
/// </summary>
internal sealed class ReplicaChanges(IDbContextFactory<MirrorDbContext> databases, TimeProvider time)
{
    /// <summary>Short enough that a revocation takes effect everywhere within a second.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(900);

    // Events about data that the callers do not cache, or that is reloaded at least as often.
    private static readonly string[] Others =
        ["access.", "group-mapping.", "integrity.", "job.", "member.", "module.", "module-source.", "package.", "proof.", "service-account.", "sync.", "token.", "user.", "version.verify"];

    private long _queriedAt;
    private long _seen;

    /// <summary>Marks all changes so far as seen; later reads from the database include them.</summary>
    public async Task CatchUpAsync(MirrorDbContext db, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _queriedAt, time.GetTimestamp());
        Volatile.Write(ref _seen, await db.Audit.MaxAsync(row => (long?)row.Id, cancellationToken).ConfigureAwait(false) ?? 0);
    }

    /// <summary>
    /// Whether there were changes since the last call. One caller per interval queries the database; the others continue with the cached
    /// data.
    /// </summary>
    public ValueTask<bool> AnyAsync()
    {
        long now = time.GetTimestamp(), last = Volatile.Read(ref _queriedAt);
        return time.GetElapsedTime(last, now) < Interval || Interlocked.CompareExchange(ref _queriedAt, now, last) != last
            ? new ValueTask<bool>(false)
            : new ValueTask<bool>(QueryAsync());
    }

    private async Task<bool> QueryAsync()
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
            // While the database is unavailable, cached data is served.
            return false;
        }
    }
}
