using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Fetching;
using Mirror.Core.Fetching.Documents;

namespace Mirror.Web.Protocols.NetworkMirror;

/// <summary>
/// Writes and caches the documents of the network mirror protocol.
/// See https://developer.hashicorp.com/terraform/internals/provider-network-mirror-protocol.
/// </summary>
public sealed class NetworkMirrorDocuments(ProviderMirror mirror, PackageLinks links, DocumentCache cache)
{
    private const string Protocol = "network-mirror";

    /// <summary>The document of a version that is not available here, so that clients continue with their next source.</summary>
    public static readonly byte[] NoArchives = "{\"archives\":{}}"u8.ToArray();

    /// <summary>Returns the cached document without waiting; null if it is not cached.</summary>
    /// <param name="jobId">The requesting job; its documents contain separate links and are not cached.</param>
    public ReadyDocument? FindReady(ResolvedNamespace scope, ProviderAddress provider, ProviderVersion? version, long? jobId) =>
        jobId is null || version is null ? cache.Find(Key(scope, provider, version)) : null;

    public async Task<Outcome<ReadyDocument>> GetIndexAsync(
        ResolvedNamespace scope, ProviderAddress provider, CancellationToken cancellationToken)
    {
        var (offered, moment) = await cache.GatherAsync(
            scope, provider, again => mirror.GetVersionsAsync(scope, provider, again, cancellationToken));
        if (!offered.TryGet(out var versions))
        {
            return offered.Failure;
        }

        return await cache.MakeAsync(
            Key(scope, provider, null), versions.IsLong, versions.FreshUntil, moment, () => WriteIndex(versions), cancellationToken);
    }

    public async Task<Outcome<ReadyDocument>> GetVersionAsync(
        ResolvedNamespace scope, ProviderAddress provider, ProviderVersion version, AccessSubject by, CancellationToken cancellationToken)
    {
        var (offered, moment) = await cache.GatherAsync(
            scope, provider, _ => mirror.GetReleaseAsync(scope, provider, version, by.Principal, cancellationToken));
        if (!offered.TryGet(out var release))
        {
            return offered.Failure;
        }

        var signer = await links.FindSignerAsync(scope, provider, by.JobId, cancellationToken);

        var document = DocumentWriter.Write(json =>
        {
            json.WriteStartObject("archives");
            foreach (var package in release.Packages)
            {
                json.WriteStartObject(package.Platform.Value);
                json.WriteStartArray("hashes");
                foreach (var hash in package.Hashes)
                {
                    json.WriteStringValue(hash.Value);
                }

                json.WriteEndArray();
                // Next to the document, as in a packed filesystem mirror.
                string name = package.FileName.ToString();
                json.WriteString(
                    "url", Uri.EscapeDataString(name) + signer?.Query(new LinkedFile(scope, provider, version, name, package.Digest)));
                json.WriteEndObject();
            }

            json.WriteEndObject();
        });
        if (by.JobId is null)
        {
            var freshUntil = signer is not null && signer.FreshUntil < release.FreshUntil ? signer.FreshUntil : release.FreshUntil;
            cache.Add(Key(scope, provider, version), document, freshUntil, moment);
        }

        return document;
    }

    private static ReadyDocument WriteIndex(OfferedVersions versions) => DocumentWriter.Write(json =>
    {
        json.WriteStartObject("versions");
        foreach (var item in versions.Versions)
        {
            json.WriteStartObject(item.Version.Value);
            json.WriteEndObject();
            DocumentWriter.Flush(json);
        }

        json.WriteEndObject();
    });

    private static DocumentKey Key(ResolvedNamespace scope, ProviderAddress provider, ProviderVersion? version) =>
        new(Protocol, scope.NamespaceId, scope.RootGroupId, provider, version);
}
