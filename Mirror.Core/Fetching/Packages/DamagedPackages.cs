using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Storage;

namespace Mirror.Core.Fetching.Packages;

/// <summary>
/// Takes packages whose bytes or proofs failed a check out of service, and tracks them until they have been replaced.
/// </summary>
public sealed partial class DamagedPackages(
    IDbContextFactory<MirrorDbContext> databases, IPackageStore store, StoredBlobs blobs, ProofStore proofs, Quarantine quarantine,
    CatalogChanges changes, TimeProvider time, ILogger<DamagedPackages> logger)
{
    /// <summary>
    /// Removes bytes that were found to be damaged while being served. Their packages are not quarantined: the next request fetches them
    /// again.
    /// </summary>
    /// <param name="identity">The identity of the damaged bytes: newer bytes are kept. Null if they are not a regular file.</param>
    internal async Task DiscardAsync(Sha256Digest digest, string? identity, string reason)
    {
        using (await store.LockAsync(digest, CancellationToken.None).ConfigureAwait(false))
        {
            if (await IdentifyAsync(digest).ConfigureAwait(false) is not (true, var stored) || stored != identity)
            {
                return;
            }

            await using var db = databases.CreateDbContext();
            var rows = await FindRowsAsync(db, digest, CancellationToken.None).ConfigureAwait(false);
            await TakeOutAsync(
                rows,
                digest,
                IntegrityFault.Damaged,
                reason,
                deleteBytes: true,
                refuse: false,
                Principal.System,
                CancellationToken.None).ConfigureAwait(false);
            await RecordModulesAsync(db, digest, reason, Principal.System, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Removes the bytes of modules. The next request fetches them again, and they must then match the recorded SHA-256. The caller holds
    /// the digest's lock.
    /// </summary>
    internal async Task TakeOutModulesAsync(
        MirrorDbContext db, Sha256Digest digest, string reason, Principal by, CancellationToken cancellationToken)
    {
        await RecordModulesAsync(db, digest, reason, by, cancellationToken).ConfigureAwait(false);
        await blobs.RemoveAsync(db, digest, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>The packages that share the bytes, with their versions and providers.</summary>
    internal static Task<List<PackageRow>> FindRowsAsync(MirrorDbContext db, Sha256Digest digest, CancellationToken cancellationToken) =>
        db.Packages.AsNoTracking().Include(row => row.Version).ThenInclude(version => version.Provider)
            .Where(row => row.Sha256 == digest.Hex).ToListAsync(cancellationToken);

    /// <summary>Removes the records that refer to the bytes; the caller holds the digest's lock.</summary>
    /// <param name="rows">With their versions and providers.</param>
    /// <param name="deleteBytes">The bytes are wrong for every row that refers to them.</param>
    /// <param name="refuse">Quarantine the packages for a while, with the reason.</param>
    internal async Task TakeOutAsync(
        IReadOnlyList<PackageRow> rows,
        Sha256Digest digest,
        IntegrityFault fault,
        string reason,
        bool deleteBytes,
        bool refuse,
        Principal by,
        CancellationToken cancellationToken)
    {
        await using (var db = databases.CreateDbContext())
        await using (var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (var row in rows)
            {
                string platform = $"{row.Os}_{row.Arch}";
                await db.Packages.Where(package => package.Id == row.Id).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
                if (!await db.DamagedPackages.AnyAsync(known => known.ProviderId == row.Version.ProviderId
                    && known.Version == row.Version.Version
                    && known.Platform == platform, cancellationToken).ConfigureAwait(false))
                {
                    db.DamagedPackages.Add(new DamagedPackageRow
                    {
                        ProviderId = row.Version.ProviderId,
                        Version = row.Version.Version,
                        Platform = platform,
                        Sha256 = digest.Hex,
                        Fault = fault,
                        FoundAt = time.GetUtcNow(),
                    });
                }

                db.Audit.Add(new AuditRow(time.GetUtcNow(), "package.take-out", by) { Detail = reason }
                    .Of(
                        row.Version.Provider.RootGroupId,
                        Address(row.Version.Provider),
                        ProviderVersion.Parse(row.Version.Version),
                        Platform.Parse(platform)));
            }

            await VersionFigures.UpdateAsync(db, rows.Select(row => row.VersionId).Distinct().ToList(), cancellationToken)
                .ConfigureAwait(false);
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            // From here on, the operation completes even if the caller stops waiting.
            cancellationToken = CancellationToken.None;
            if (deleteBytes || !await ReferencedBlobs.ContainAsync(db, digest, cancellationToken).ConfigureAwait(false))
            {
                await blobs.RemoveAsync(db, digest, cancellationToken).ConfigureAwait(false);
            }
        }

        foreach (var row in rows)
        {
            var provider = Address(row.Version.Provider);
            var version = ProviderVersion.Parse(row.Version.Version);
            var platform = Platform.Parse($"{row.Os}_{row.Arch}");
            if (fault == IntegrityFault.Unproven)
            {
                await proofs.RemoveAsync(row.Version.Provider.RootGroupId, provider, version, cancellationToken).ConfigureAwait(false);
            }

            TakenOut($"{provider} {version} {platform}", reason);
            if (refuse)
            {
                await quarantine.AddAsync(row.Version.Provider.RootGroupId, provider, version, platform, reason, by, cancellationToken)
                    .ConfigureAwait(false);
            }

            changes.Publish(new CatalogChange(row.Version.Provider.RootGroupId, provider));
        }
    }

    /// <returns>Whether the bytes are stored, and their identity; null if they are not a regular file.</returns>
    private async Task<(bool IsStored, string? Identity)> IdentifyAsync(Sha256Digest digest)
    {
        try
        {
            using var content = await store.Uncached.OpenAsync(digest, CancellationToken.None).ConfigureAwait(false);
            return (content is not null, content?.Identity);
        }
        catch (IrregularFileException)
        {
            return (true, null);
        }
    }

    private async Task RecordModulesAsync(
        MirrorDbContext db, Sha256Digest digest, string reason, Principal by, CancellationToken cancellationToken)
    {
        foreach (var row in await db.ModulePackages.AsNoTracking().Where(row =>
            row.Sha256 == digest.Hex).ToListAsync(cancellationToken).ConfigureAwait(false))
        {
            string module = $"{row.Hostname}/{row.Namespace}/{row.Name}/{row.System}";
            db.Audit.Add(
                new AuditRow(
                    time.GetUtcNow(),
                    "module.verify",
                    by)
                { RootGroupId = row.RootGroupId, Version = row.Version, Succeeded = false, Target = module, Detail = reason });
            TakenOut($"{module} {row.Version}", reason);
        }

        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
    }

    private static ProviderAddress Address(ProviderRow provider) =>
        CatalogReader.Address(provider.Hostname, provider.Namespace, provider.Type);

    [LoggerMessage(2016, LogLevel.Error, "Took {Package} out of service: {Reason}")]
    private partial void TakenOut(string package, string reason);
}
