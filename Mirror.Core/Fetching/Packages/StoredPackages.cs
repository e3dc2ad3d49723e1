using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;

namespace Mirror.Core.Fetching.Packages;

/// <summary>Opens stored packages. Their digests are cached in memory, so that a warm package costs no database access.</summary>
public sealed class StoredPackages
{
    private const int SizeOfOne = 600;
    private readonly ReadThroughCache<(
        long RootGroupId, ProviderAddress Provider, ProviderVersion Version, Platform Platform), StoredDigest> _digests;
    private readonly CatalogReader _catalog;
    private readonly StoredContents _contents;

    public StoredPackages(CatalogReader catalog, StoredContents contents, CacheSpace space, CatalogChanges changes)
    {
        _digests = new(ReadAsync, key => (key.RootGroupId, key.Provider), space, _ => SizeOfOne);
        _catalog = catalog;
        _contents = contents;
        changes.Changed += change =>
        {
            if (!change.LeavesPackages)
            {
                _digests.Forget(change.RootGroupId, change.Source);
            }
        };
    }

    /// <returns>The package, or null if it has no row or no bytes.</returns>
    public async ValueTask<PackageDelivery?> OpenAsync(
        long rootGroupId, ProviderAddress provider, ProviderVersion version, Platform platform, CancellationToken cancellationToken)
    {
        return await FindDigestAsync(rootGroupId, provider, version, platform, cancellationToken).ConfigureAwait(false) is { } digest
            ? await _contents.OpenAsync(digest, cancellationToken).ConfigureAwait(false)
            : null;
    }

    /// <returns>The digest in the catalog for the platform, or null.</returns>
    public async ValueTask<Sha256Digest?> FindDigestAsync(
        long rootGroupId, ProviderAddress provider, ProviderVersion version, Platform platform, CancellationToken cancellationToken)
    {
        var known = await _digests.GetAsync((rootGroupId, provider, version, platform), cancellationToken).ConfigureAwait(false);
        return known?.Digest;
    }

    private async Task<StoredDigest?> ReadAsync(
        (long RootGroupId, ProviderAddress Provider, ProviderVersion Version, Platform Platform) key, CancellationToken cancellationToken)
    {
        var stored = await _catalog.FindVersionAsync(key.RootGroupId, key.Provider, key.Version, cancellationToken).ConfigureAwait(false);
        return stored?.Platforms.FirstOrDefault(package => package.Platform == key.Platform) is { } found
            ? new StoredDigest(found.Digest)
            : null;
    }

    private sealed record StoredDigest(Sha256Digest Digest);
}
