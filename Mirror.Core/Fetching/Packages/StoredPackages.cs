using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Documents;

namespace Mirror.Core.Fetching.Packages;

/// <summary>Opens stored packages; which bytes a platform has is kept in memory, so that a warm package costs no database access.</summary>
public sealed class StoredPackages
{
    private const int SizeOfOne = 600;
    private readonly ReadThrough<(long RootGroupId, ProviderAddress Provider, ProviderVersion Version, Platform Platform), StoredDigest> _digests;
    private readonly CatalogReader _catalog;
    private readonly StoredContents _contents;

    public StoredPackages(CatalogReader catalog, StoredContents contents, CacheSpace space, CatalogChanges changes)
    {
        _digests = new(space, _ => SizeOfOne, key => (key.RootGroupId, key.Provider));
        _catalog = catalog;
        _contents = contents;
        changes.Changed += change =>
        {
            if (!change.LeavesPackages)
            {
                _digests.Forget(change);
            }
        };
    }

    /// <returns>The package, or null where there is no row, or no bytes for it.</returns>
    public async ValueTask<PackageDelivery?> OpenAsync(long rootGroupId, ProviderAddress provider, ProviderVersion version, Platform platform, CancellationToken cancellationToken)
    {
        return await FindDigestAsync(rootGroupId, provider, version, platform, cancellationToken).ConfigureAwait(false) is { } digest
            ? await _contents.OpenAsync(digest, cancellationToken).ConfigureAwait(false)
            : null;
    }

    /// <returns>Which bytes the catalog has for the platform, or null.</returns>
    public async ValueTask<Sha256Digest?> FindDigestAsync(long rootGroupId, ProviderAddress provider, ProviderVersion version, Platform platform, CancellationToken cancellationToken)
    {
        var known = await _digests.GetAsync((rootGroupId, provider, version, platform), async key =>
        {
            var stored = await _catalog.FindVersionAsync(rootGroupId, provider, version, cancellationToken).ConfigureAwait(false);
            return stored?.Packages.FirstOrDefault(package => package.Platform == platform) is { } found ? new StoredDigest(found.Digest) : null;
        }).ConfigureAwait(false);
        return known?.Digest;
    }

    private sealed record StoredDigest(Sha256Digest Digest);
}
