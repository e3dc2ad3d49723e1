using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Catalog;

/// <summary>Reads a root group's stored versions of one provider; <see cref="CatalogSearch"/> covers all providers.</summary>
public sealed class CatalogReader(IDbContextFactory<MirrorDbContext> databases)
{
    /// <summary>One stored version, or null.</summary>
    public async Task<VersionDetails?> FindVersionAsync(
        long rootGroupId, ProviderAddress provider, ProviderVersion version, CancellationToken cancellationToken) =>
        (await FindVersionsAsync(rootGroupId, provider, version, cancellationToken).ConfigureAwait(false)).SingleOrDefault();

    /// <summary>The stored versions of a provider, newest first.</summary>
    public Task<IReadOnlyList<VersionDetails>> FindVersionsAsync(
        long rootGroupId, ProviderAddress provider, CancellationToken cancellationToken) =>
        FindVersionsAsync(rootGroupId, provider, null, cancellationToken);

    private async Task<IReadOnlyList<VersionDetails>> FindVersionsAsync(
        long rootGroupId, ProviderAddress provider, ProviderVersion? version, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var versions = db.Versions.AsNoTracking().Where(Is(rootGroupId, provider));
        if (version is not null)
        {
            versions = versions.Where(row => row.Version == version.Value);
        }

        var rows = await versions
            .OrderByDescending(row => row.SortKey)
            .Select(row => new
            {
                Version = row,
                row.Packages,
                Proof = db.Proofs.Where(proof => proof.ProviderId == row.ProviderId && proof.Version == row.Version)
                    .OrderByDescending(proof => proof.VerifiedAt)
                    .Select(proof =>
                        new ProofSummary(
                            proof.Trust, proof.KeyFingerprint, proof.KeyOwner, proof.KeyExpired, proof.KeyPinned, proof.VerifiedAt))
                    .FirstOrDefault(),
            })
            .AsSplitQuery()
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => new VersionDetails(
            provider,
            ProviderVersion.Parse(row.Version.Version),
            row.Packages.Select(package => (TrustLevel?)package.Trust).Min(),
            row.Proof,
            row.Version.CreatedAt,
            new Principal(row.Version.CreatedByKind, row.Version.CreatedBy),
            [.. row.Packages.Select(Details).OrderBy(package => package.Platform)]))];
    }

    /// <summary>Packages of a version that were taken out of service by a check of the store and have not been replaced yet.</summary>
    public async Task<IReadOnlyList<DamagedPackage>> FindDamagedAsync(
        long rootGroupId, ProviderAddress provider, ProviderVersion version, CancellationToken cancellationToken)
    {
        string hostname = provider.Hostname.Value, @namespace = provider.Namespace, type = provider.Type;
        await using var db = databases.CreateDbContext();
        var rows = await db.DamagedPackages.AsNoTracking()
            .Where(row => row.Provider.RootGroupId == rootGroupId
                && row.Provider.Hostname == hostname
                && row.Provider.Namespace == @namespace
                && row.Provider.Type == type && row.Version == version.Value)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(
            row => new DamagedPackage(Platform.Parse(row.Platform), row.Fault, row.FoundAt)).OrderBy(package => package.Platform)];
    }

    internal static Expression<Func<VersionRow, bool>> Is(long rootGroupId, ProviderAddress provider)
    {
        string hostname = provider.Hostname.Value, @namespace = provider.Namespace, type = provider.Type;
        return row => row.Provider.RootGroupId == rootGroupId && row.Provider.Hostname == hostname
            && row.Provider.Namespace == @namespace && row.Provider.Type == type;
    }

    internal static ProviderAddress Address(string hostname, string @namespace, string type) =>
        ProviderAddress.Parse($"{hostname}/{@namespace}/{type}");

    private static PackageDetails Details(PackageRow package) => new(
        Platform.Parse($"{package.Os}_{package.Arch}"),
        Hashes(Sha256Digest.Parse(package.Sha256).ZipHash, package.ContentHash),
        package.Size,
        package.Trust,
        package.CachedAt,
        new Principal(package.CachedByKind, package.CachedBy),
        package.LastUsedAt,
        package.Downloads,
        package.ArchiveProblem);

    private static PackageHash[] Hashes(PackageHash zip, string? content) => content is null ? [zip] : [zip, PackageHash.Parse(content)];
}
