using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Catalog;

/// <summary>A provider with versions or packages that failed verification.</summary>
/// <param name="Versions">The number of these versions.</param>
/// <param name="FailedAt">The time of the last attempt.</param>
public sealed record QuarantinedProvider(ProviderAddress Provider, int Versions, DateTimeOffset FailedAt);

/// <summary>Reads what failed verification in a root group and has not succeeded since.</summary>
public sealed class QuarantineReader(IDbContextFactory<MirrorDbContext> databases)
{
    /// <summary>Providers with the latest failures first.</summary>
    public async Task<IReadOnlyList<QuarantinedProvider>> ListAsync(long rootGroupId, int take, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var rows = await db.Quarantine.AsNoTracking().Where(row => row.Provider.RootGroupId == rootGroupId)
            .GroupBy(row => new { row.Provider.Hostname, row.Provider.Namespace, row.Provider.Type })
            .Select(group => new
            {
                group.Key.Hostname,
                group.Key.Namespace,
                group.Key.Type,
                Versions = group.Select(row => row.Version).Distinct().Count(),
                FailedAt = group.Max(row => row.FailedAt),
            })
            .OrderByDescending(group => group.FailedAt)
            .Take(take)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => new QuarantinedProvider(
            CatalogReader.Address(row.Hostname, row.Namespace, row.Type), row.Versions, row.FailedAt))];
    }
}
