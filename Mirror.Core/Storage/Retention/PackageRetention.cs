using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;

namespace Mirror.Core.Storage.Retention;

/// <summary>Evicts packages that have not been used for long, as <see cref="RetentionPolicy"/> decides.</summary>
public sealed partial class PackageRetention(
    IDbContextFactory<MirrorDbContext> databases, IPackageStore store, StoredBlobs blobs, PackageReaders readers,
    NamespaceDirectory namespaces,
    CatalogChanges changes, MirrorOptions options, TimeProvider time, ILogger<PackageRetention> logger)
{
    private const int ForecastDays = 7;

    private long _removed;

    /// <summary>The number of packages evicted since the start.</summary>
    public long RemovedCount => Interlocked.Read(ref _removed);

    /// <param name="needed">In bytes.</param>
    /// <param name="reason">Why space is needed, for the log and the audit log.</param>
    /// <returns>Whether enough was removed.</returns>
    public async Task<bool> FreeAsync(long needed, string reason, CancellationToken cancellationToken)
    {
        var by = BeginRun();
        foreach (var bytes in RetentionPolicy.Choose(await FindAsync(cancellationToken).ConfigureAwait(false), needed))
        {
            if (await RemoveAsync(bytes.Digest, by, reason, null, cancellationToken).ConfigureAwait(false))
            {
                needed -= bytes.Size;
            }
        }

        return needed <= 0;
    }

    /// <summary>Evicts packages that have not been used for <c>Mirror:Packages:KeepUnused</c>.</summary>
    public async Task RemoveUnusedAsync(CancellationToken cancellationToken)
    {
        if (options.Packages.KeepUnused is not { } keep)
        {
            return;
        }

        var since = time.GetUtcNow() - keep;
        string reason = $"not used for {Quantity.FormatDuration(keep)} (Mirror:Packages:KeepUnused)";
        var by = BeginRun();
        foreach (var bytes in RetentionPolicy.ChooseUnused(await FindAsync(cancellationToken).ConfigureAwait(false), since))
        {
            await RemoveAsync(bytes.Digest, by, reason, since, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The packages that <see cref="RemoveUnusedAsync"/> will evict in the coming days; null if unused packages are kept.</summary>
    public async Task<UnusedForecast?> ForecastAsync(CancellationToken cancellationToken) =>
        options.Packages.KeepUnused is { } keep
            ? RetentionPolicy.Forecast(await FindAsync(cancellationToken).ConfigureAwait(false), keep, time.GetUtcNow(), ForecastDays)
            : null;

    private async Task<IReadOnlyList<StoredBytes>> FindAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var rows = await db.Packages.AsNoTracking()
            .Select(row =>
                new { row.Sha256, row.Size, row.CachedAt, row.LastUsedAt, row.Trust, row.Credential, row.Version.Provider.Hostname, row.Version.Provider.RootGroupId })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        var caching = new HashSet<long>();
        foreach (long rootGroupId in rows.Select(row => row.RootGroupId).Distinct())
        {
            if (await namespaces.FindAsync(rootGroupId, cancellationToken).ConfigureAwait(false) is { AutomaticCaching: true })
            {
                caching.Add(rootGroupId);
            }
        }

        return [.. rows.GroupBy(row => row.Sha256).Select(shared =>
        {
            var digest = Sha256Digest.Parse(shared.Key);
            return new StoredBytes(
                digest,
                shared.First().Size,
                shared.Max(row => row.LastUsedAt ?? row.CachedAt),
                shared.All(row => CanReturn(row.Trust, row.Credential, row.Hostname) && caching.Contains(row.RootGroupId)),
                readers.IsRead(digest));
        })];
    }

    /// <summary>All that is removed for one reason at one time is one line of the activity.</summary>
    private static Principal BeginRun() => Principal.System with { Run = $"retention/{Guid.CreateVersion7():N}" };

    /// <summary>Imported packages, and packages fetched with a token that no longer exists, cannot be fetched again.</summary>
    private bool CanReturn(TrustLevel trust, string credential, string hostname) =>
        trust is not (TrustLevel.Imported or TrustLevel.Bundled)
        && !credential.StartsWith(CredentialIdentity.CallerPrefix, StringComparison.Ordinal)
        && ProviderHostname.TryParse(hostname, out var host)
        && options.MayQuery(host)
        && options.Upstream.ModeFor(host) != UpstreamMode.Offline;

    /// <param name="unusedSince">If not null, packages that were used at this time or later are kept.</param>
    private async Task<bool> RemoveAsync(
        Sha256Digest digest, Principal by, string reason, DateTimeOffset? unusedSince, CancellationToken cancellationToken)
    {
        List<PackageRow> rows;
        using (await store.LockAsync(digest, cancellationToken).ConfigureAwait(false))
        {
            if (readers.IsRead(digest))
            {
                return false;
            }

            await using var db = databases.CreateDbContext();
            rows = await db.Packages.Include(row => row.Version)
                .ThenInclude(version => version.Provider)
                .Where(row => row.Sha256 == digest.Hex)
                .ToListAsync(cancellationToken)
                .ConfigureAwait(false);
            if (!rows.TrueForAll(row => CanReturn(row.Trust, row.Credential, row.Version.Provider.Hostname)
                && !((row.LastUsedAt ?? row.CachedAt) >= unusedSince)))
            {
                // A user has imported it in the meantime, or a client has used it.
                return false;
            }

            foreach (var row in rows)
            {
                db.Packages.Remove(row);
                db.Audit.Add(new AuditRow(time.GetUtcNow(), "package.retire", by) { Detail = reason }
                    .Of(
                        row.Version.Provider.RootGroupId,
                        AddressOf(row),
                        ProviderVersion.Parse(row.Version.Version),
                        Platform.Parse($"{row.Os}_{row.Arch}")));
            }

            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            foreach (var row in rows)
            {
                Removed($"{AddressOf(row)} {row.Version.Version} {row.Os}_{row.Arch}", row.LastUsedAt ?? row.CachedAt, reason);
                changes.Publish(new CatalogChange(row.Version.Provider.RootGroupId, AddressOf(row)));
            }

            await RemoveEmptyVersionsAsync(db, rows, CancellationToken.None).ConfigureAwait(false);
            if (!await ReferencedBlobs.ContainAsync(db, digest, CancellationToken.None).ConfigureAwait(false))
            {
                await blobs.RemoveAsync(db, digest, CancellationToken.None).ConfigureAwait(false);
            }
        }

        Interlocked.Increment(ref _removed);
        return true;
    }

    /// <summary>Removes versions left without packages: unlike after a deletion, there is no reason to show them.</summary>
    private static async Task RemoveEmptyVersionsAsync(
        MirrorDbContext db, IEnumerable<PackageRow> rows, CancellationToken cancellationToken)
    {
        var ids = rows.Select(row => row.VersionId).ToList();
        await db.Versions.Where(version => ids.Contains(version.Id) && version.Packages.Count == 0)
            .ExecuteDeleteAsync(cancellationToken)
            .ConfigureAwait(false);
    }

    private static ProviderAddress AddressOf(PackageRow row) =>
        CatalogReader.Address(row.Version.Provider.Hostname, row.Version.Provider.Namespace, row.Version.Provider.Type);

    [LoggerMessage(1706, LogLevel.Information, "Removed {Package}, last used {LastUsed:u}: {Reason}")]
    private partial void Removed(string package, DateTimeOffset lastUsed, string reason);
}
