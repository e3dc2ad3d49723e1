using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Fetching.Packages;

/// <summary>Counts downloads in memory and periodically writes the counts, so that serving costs no database write.</summary>
public sealed class PackageUsage(IDbContextFactory<MirrorDbContext> databases, TimeProvider time)
{
    private readonly ConcurrentDictionary<(
        long, ProviderAddress, ProviderVersion, Platform), (long Count, DateTimeOffset Last)> _counts = new();

    public void Record(long rootGroupId, ProviderAddress provider, ProviderVersion version, Platform platform)
    {
        var now = time.GetUtcNow();
        _counts.AddOrUpdate((rootGroupId, provider, version, platform), (1, now), (_, count) => (count.Count + 1, now));
    }

    /// <summary>Writes the counts since the last flush.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        foreach (var key in _counts.Keys)
        {
            if (!_counts.TryRemove(key, out var count))
            {
                continue;
            }

            try
            {
                await WriteAsync(key, count.Count, count.Last, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                // Keep the count for the next flush.
                _counts.AddOrUpdate(key, count, (_, since) => (since.Count + count.Count, since.Last));
                throw;
            }
        }
    }

    private async Task WriteAsync(
        (long, ProviderAddress, ProviderVersion, Platform) key, long count, DateTimeOffset last, CancellationToken cancellationToken)
    {
        var (rootGroupId, provider, version, platform) = key;
        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var packages = db.Packages
            .Where(row => row.Os == platform.Os && row.Arch == platform.Arch && row.Version.Version == version.Value
                && row.Version.Provider.RootGroupId == rootGroupId && row.Version.Provider.Hostname == provider.Hostname.Value
                && row.Version.Provider.Namespace == provider.Namespace && row.Version.Provider.Type == provider.Type);
        await packages.ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Downloads, row => row.Downloads + count).SetProperty(row => row.LastUsedAt, last),
            cancellationToken).ConfigureAwait(false);
        await VersionFigures.UpdateAsync(
            db,
            await packages.Select(row => row.VersionId).ToListAsync(cancellationToken).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }
}
