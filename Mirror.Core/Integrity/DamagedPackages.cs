using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Fetching;
using Mirror.Core.Packages;

namespace Mirror.Core.Integrity;

/// <summary>
/// Takes packages out of service whose bytes or proofs failed a check, remembers them, and fetches them anew. They are in
/// quarantine like whatever fails verification: a client is refused and told why until that ends, then the origin is asked.
/// </summary>
public sealed partial class DamagedPackages(
    IDbContextFactory<MirrorDbContext> databases, IPackageStore store, ProviderMirror mirror, ProofStore proofs, Quarantine quarantine,
    NamespaceDirectory namespaces, CatalogChanges changes, TimeProvider time, ILogger<DamagedPackages> logger)
{
    /// <summary>Removes records, and with them the way to the bytes; the caller holds the digest's lock.</summary>
    /// <param name="rows">With their versions and providers.</param>
    /// <param name="deleteBytes">The bytes are wrong, whoever else has them recorded.</param>
    internal async Task TakeOutAsync(IReadOnlyList<PackageRow> rows, Sha256Digest digest, IntegrityFault fault, string reason, bool deleteBytes, Principal by, CancellationToken cancellationToken)
    {
        await using (var db = databases.CreateDbContext())
        await using (var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (var row in rows)
            {
                string platform = $"{row.Os}_{row.Arch}";
                await db.Packages.Where(package => package.Id == row.Id).ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
                if (!await db.DamagedPackages.AnyAsync(known => known.ProviderId == row.Version.ProviderId && known.Version == row.Version.Version && known.Platform == platform, cancellationToken).ConfigureAwait(false))
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
                    .Of(row.Version.Provider.RootGroupId, Address(row.Version.Provider), ProviderVersion.Parse(row.Version.Version), Platform.Parse(platform)));
            }

            await VersionFigures.UpdateAsync(db, rows.Select(row => row.VersionId).Distinct().ToList(), cancellationToken).ConfigureAwait(false);
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            // From here on it is done wholly, whoever has stopped waiting for it.
            cancellationToken = CancellationToken.None;
            if (deleteBytes || !await RecordedBytes.ContainAsync(db, digest, cancellationToken).ConfigureAwait(false))
            {
                await store.DeleteAsync(digest, cancellationToken).ConfigureAwait(false);
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
            await quarantine.AddAsync(row.Version.Provider.RootGroupId, provider, version, platform, reason, by, cancellationToken).ConfigureAwait(false);
            changes.Publish(new CatalogChange(row.Version.Provider.RootGroupId, provider));
        }
    }

    /// <summary>Fetches everything anew that was taken out and is not back yet.</summary>
    internal async Task<IReadOnlyList<IntegrityFinding>> RepairAsync(Principal by, CancellationToken cancellationToken)
    {
        List<DamagedPackageRow> rows;
        await using (var db = databases.CreateDbContext())
        {
            rows = await db.DamagedPackages.AsNoTracking().Include(row => row.Provider).OrderBy(row => row.Id).ToListAsync(cancellationToken).ConfigureAwait(false);
        }

        var findings = new List<IntegrityFinding>();
        foreach (var row in rows)
        {
            if (await namespaces.FindAsync(row.Provider.RootGroupId, cancellationToken).ConfigureAwait(false) is not { } scope)
            {
                continue;
            }

            var provider = Address(row.Provider);
            var version = ProviderVersion.Parse(row.Version);
            var platform = Platform.Parse(row.Platform);
            string? failure = await FetchAsync(scope with { AutomaticCaching = true }, provider, version, platform, by, cancellationToken).ConfigureAwait(false);
            findings.Add(new IntegrityFinding(
                row.Fault, Sha256Digest.Parse(row.Sha256), scope.Path, provider, version, platform,
                failure is null ? IntegrityOutcome.Repaired : IntegrityOutcome.NotRepaired,
                failure ?? "It was fetched from its origin anew and verified."));
        }

        return findings;
    }

    private async Task<string?> FetchAsync(MirrorScope scope, ProviderAddress provider, ProviderVersion version, Platform platform, Principal by, CancellationToken cancellationToken)
    {
        await quarantine.LiftAsync(scope.RootGroupId, provider, version, platform, cancellationToken).ConfigureAwait(false);
        var answer = await mirror.GetPackageAsync(scope, provider, version, platform, by, cancellationToken).ConfigureAwait(false);
        if (!answer.TryGet(out var delivery))
        {
            return answer.Failure.Message;
        }

        using (delivery)
        {
            if (await delivery.WhenStoredAsync(cancellationToken).ConfigureAwait(false) is { } failure)
            {
                return failure.Message;
            }
        }

        await using var db = databases.CreateDbContext();
        await db.DamagedPackages
            .Where(row => row.Provider.RootGroupId == scope.RootGroupId && row.Provider.Hostname == provider.Hostname.Value && row.Provider.Namespace == provider.Namespace
                && row.Provider.Type == provider.Type && row.Version == version.Value && row.Platform == platform.Value)
            .ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        Repaired($"{provider} {version} {platform}");
        return null;
    }

    private static ProviderAddress Address(ProviderRow provider) => CatalogReader.Address(provider.Hostname, provider.Namespace, provider.Type);

    [LoggerMessage(1601, LogLevel.Error, "Took {Package} out of service: {Reason}")]
    private partial void TakenOut(string package, string reason);

    [LoggerMessage(1602, LogLevel.Information, "Repaired {Package}: fetched anew and verified")]
    private partial void Repaired(string package);
}
