using System.Collections.Concurrent;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Packages;

namespace Mirror.Core.Fetching;

/// <summary>Opens stored packages; which bytes a platform has is kept in memory, so that a warm package costs no database access.</summary>
public sealed class StoredPackages
{
    private const int MaxInMemory = 50_000;
    private readonly ConcurrentDictionary<(long, ProviderAddress, ProviderVersion, Platform), Sha256Digest> _digests = new();
    private readonly CatalogReader _catalog;
    private readonly IPackageStore _store;

    public StoredPackages(CatalogReader catalog, IPackageStore store, CatalogChanges changes)
    {
        _catalog = catalog;
        _store = store;
        changes.Changed += Forget;
    }

    /// <returns>The package, or null where there is no row, or no bytes for it.</returns>
    public async ValueTask<PackageDelivery?> OpenAsync(long rootGroupId, ProviderAddress provider, ProviderVersion version, Platform platform, CancellationToken cancellationToken)
    {
        if (await FindDigestAsync(rootGroupId, provider, version, platform, cancellationToken).ConfigureAwait(false) is not { } digest)
        {
            return null;
        }

        var content = await _store.OpenAsync(digest, cancellationToken).ConfigureAwait(false);
        return content is null ? null : new StoredDelivery(content, digest);
    }

    /// <returns>Which bytes the catalog has for the platform, or null.</returns>
    public async ValueTask<Sha256Digest?> FindDigestAsync(long rootGroupId, ProviderAddress provider, ProviderVersion version, Platform platform, CancellationToken cancellationToken)
    {
        var key = (rootGroupId, provider, version, platform);
        if (_digests.TryGetValue(key, out var known))
        {
            return known;
        }

        var stored = await _catalog.FindVersionAsync(rootGroupId, provider, version, cancellationToken).ConfigureAwait(false);
        if (stored?.Packages.FirstOrDefault(package => package.Platform == platform) is not { } found)
        {
            return null;
        }

        if (_digests.Count >= MaxInMemory)
        {
            _digests.Clear();
        }

        _digests[key] = found.Digest;
        return found.Digest;
    }

    private void Forget(CatalogChange change)
    {
        foreach (var key in _digests.Keys.Where(key => key.Item1 == change.RootGroupId && key.Item2 == change.Provider))
        {
            _digests.TryRemove(key, out _);
        }
    }
}
