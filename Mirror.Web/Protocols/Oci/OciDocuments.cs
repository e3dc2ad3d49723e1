using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Fetching;
using Mirror.Core.Fetching.Documents;

namespace Mirror.Web.Protocols.Oci;

/// <summary>Creates and caches the documents of the OCI Distribution protocol.</summary>
public sealed class OciDocuments(ProviderMirror mirror, SizedReleases releases, OciContents contents, DocumentCache cache)
{
    private const string Protocol = "oci";

    /// <summary>The tags of a provider's versions, in the order that the protocol requires.</summary>
    public async Task<Outcome<OciTags>> GetTagsAsync(ResolvedNamespace scope, OciRepository repository, CancellationToken cancellationToken)
    {
        var provider = repository.Provider;
        var (offered, moment) = await cache.GatherAsync(
            scope, provider, again => mirror.GetVersionsAsync(scope, provider, again, cancellationToken));
        if (!offered.TryGet(out var versions))
        {
            return offered.Failure;
        }

        var tags = versions.Versions.Select(item => OciRequest.TagOf(item.Version)).OfType<string>().ToList();
        tags.Sort(StringComparer.Ordinal);
        ReadyDocument? all = tags.Count > OciTags.MaxPage
            ? null
            : await cache.MakeAsync(
                TagsKey(scope, provider),
                versions.IsLong,
                versions.FreshUntil,
                moment,
                () => new ReadyDocument(OciTags.Write(repository, tags)),
                cancellationToken);
        return new OciTags(tags, all);
    }

    /// <summary>The cached document with all tags; null if it is not cached.</summary>
    public ReadyDocument? FindReadyTags(ResolvedNamespace scope, ProviderAddress provider) => cache.Find(TagsKey(scope, provider));

    /// <summary>The index of a version, from the cache or created.</summary>
    public async Task<Outcome<ReadyDocument>> GetIndexAsync(
        ResolvedNamespace scope, ProviderAddress provider, ProviderVersion version, Principal by, CancellationToken cancellationToken)
    {
        var key = new DocumentKey(Protocol, scope.NamespaceId, scope.RootGroupId, provider, version);
        if (cache.Find(key) is { } ready)
        {
            return ready;
        }

        var (found, moment) = await cache.GatherAsync(
            scope, provider, _ => releases.GetReleaseAsync(scope, provider, version, by, cancellationToken));
        if (!found.TryGet(out var release))
        {
            return found.Failure;
        }

        var (index, identified) = OciManifests.Write(release);
        await contents.SaveAsync(scope.RootGroupId, provider, identified, cancellationToken);
        var document = new ReadyDocument(index);
        cache.Add(key, document, release.FreshUntil, moment);
        return document;
    }

    /// <summary>
    /// The manifest or index with a digest. It is available while its version is, and stays available when the version's present index
    /// differs: clients request the index first, and then its parts.
    /// </summary>
    /// <returns>Null if no index of the provider contained the digest.</returns>
    public async Task<Outcome<OciContent>?> FindManifestAsync(
        ResolvedNamespace scope, ProviderAddress provider, Sha256Digest digest, Principal by, CancellationToken cancellationToken)
    {
        if (await contents.FindAsync(scope.RootGroupId, provider, digest, cancellationToken) is not { Manifest: not null } content)
        {
            return null;
        }

        var index = await GetIndexAsync(scope, provider, content.Version, by, cancellationToken);
        return index.IsSuccess ? content : (Outcome<OciContent>)index.Failure;
    }

    /// <summary>The package with a digest; null if no manifest of the provider contained it.</summary>
    public async ValueTask<OciContent?> FindPackageAsync(
        ResolvedNamespace scope, ProviderAddress provider, Sha256Digest digest, CancellationToken cancellationToken) =>
        await contents.FindAsync(scope.RootGroupId, provider, digest, cancellationToken) is { Manifest: null } content ? content : null;

    private static DocumentKey TagsKey(ResolvedNamespace scope, ProviderAddress provider) =>
        new(Protocol, scope.NamespaceId, scope.RootGroupId, provider, null);
}
