using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Fetching;
using Mirror.Core.Fetching.Proofs;

namespace Mirror.Core.Storage.Integrity;

/// <summary>Fetches packages that were taken out of service from their origins again.</summary>
public sealed partial class Repairs(
    IDbContextFactory<MirrorDbContext> databases,
    ProviderMirror mirror,
    Quarantine quarantine,
    NamespaceDirectory namespaces,
    ILogger<Repairs> logger)
{
    /// <summary>Fetches all packages that were taken out and have not been replaced yet.</summary>
    public async Task<IReadOnlyList<IntegrityFinding>> RunAsync(Principal by, CancellationToken cancellationToken)
    {
        List<DamagedPackageRow> rows;
        await using (var db = databases.CreateDbContext())
        {
            rows = await db.DamagedPackages.AsNoTracking()
                .Include(row => row.Provider)
                .OrderBy(row => row.Id)
                .ToListAsync(cancellationToken)
                .ConfigureAwait(false);
        }

        var findings = new List<IntegrityFinding>();
        foreach (var row in rows)
        {
            if (await namespaces.FindAsync(row.Provider.RootGroupId, cancellationToken).ConfigureAwait(false) is not { } scope)
            {
                continue;
            }

            var provider = CatalogReader.Address(row.Provider.Hostname, row.Provider.Namespace, row.Provider.Type);
            var version = ProviderVersion.Parse(row.Version);
            var platform = Platform.Parse(row.Platform);
            string? failure = await FetchAsync(scope with { AutomaticCaching = true }, provider, version, platform, by, cancellationToken)
                .ConfigureAwait(false);
            findings.Add(new IntegrityFinding(
                row.Fault, Sha256Digest.Parse(row.Sha256), scope.Path, provider, version, platform,
                failure is null ? IntegrityOutcome.Repaired : IntegrityOutcome.NotRepaired,
                failure ?? "It was fetched from its origin again and verified."));
        }

        return findings;
    }

    private async Task<string?> FetchAsync(
        ResolvedNamespace scope,
        ProviderAddress provider,
        ProviderVersion version,
        Platform platform,
        Principal by,
        CancellationToken cancellationToken)
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
            .Where(row => row.Provider.RootGroupId == scope.RootGroupId
                && row.Provider.Hostname == provider.Hostname.Value
                && row.Provider.Namespace == provider.Namespace
                && row.Provider.Type == provider.Type && row.Version == version.Value && row.Platform == platform.Value)
            .ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        Repaired($"{provider} {version} {platform}");
        return null;
    }

    [LoggerMessage(1801, LogLevel.Information, "Repaired {Package}: fetched again and verified")]
    private partial void Repaired(string package);
}
