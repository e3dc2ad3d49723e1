using Microsoft.EntityFrameworkCore;
using Mirror.Core.Configuration;
using Mirror.Core.Database;

namespace Mirror.Core.Audit;

/// <summary>Removes events older than <c>Mirror:Audit:Retention</c>.</summary>
public sealed class AuditRetention(IDbContextFactory<MirrorDbContext> databases, MirrorOptions options, TimeProvider time)
{
    // Small batches, so that no removal holds the database's write lock for long.
    private const int BatchSize = 5000;

    public async Task RemoveExpiredAsync(CancellationToken cancellationToken)
    {
        var limit = time.GetUtcNow() - options.Audit.Retention;
        for (int batch = BatchSize; batch == BatchSize;)
        {
            await using var db = databases.CreateDbContext();
            batch = await db.Audit.Where(
                row => db.Audit.Where(old => old.At < limit).OrderBy(old => old.At).Take(BatchSize).Select(old => old.Id).Contains(row.Id))
                .ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
