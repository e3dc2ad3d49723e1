using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Catalog;

/// <summary>A manifest or package that a digest identifies.</summary>
/// <param name="Platform">Null for the index of a version.</param>
/// <param name="Manifest">The manifest or index, byte for byte; null for a package.</param>
public sealed record OciContent(ProviderVersion Version, Platform? Platform, byte[]? Manifest)
{
    /// <summary>The approximate memory use in bytes.</summary>
    internal long Size => 300 + (Manifest?.Length ?? 0);
}

/// <summary>Remembers what the digests in OCI documents identify, for all replicas.</summary>
public sealed class OciContents
{
    private readonly ReadThroughCache<(long RootGroupId, ProviderAddress Provider, Sha256Digest Digest), OciContent> _memory;
    private readonly IDbContextFactory<MirrorDbContext> _databases;

    public OciContents(IDbContextFactory<MirrorDbContext> databases, CacheSpace space, CatalogChanges changes)
    {
        _memory = new(ReadAsync, key => (key.RootGroupId, key.Provider), space, content => content.Size);
        _databases = databases;
        changes.Changed += change => _memory.Forget(change.RootGroupId, change.Source);
    }

    /// <returns>Null for a digest that no document of the provider contained.</returns>
    public ValueTask<OciContent?> FindAsync(
        long rootGroupId, ProviderAddress provider, Sha256Digest digest, CancellationToken cancellationToken) =>
        _memory.GetAsync((rootGroupId, provider, digest), cancellationToken);

    /// <summary>Call before a document with the digests is sent.</summary>
    public Task SaveAsync(
        long rootGroupId,
        ProviderAddress provider,
        IReadOnlyDictionary<Sha256Digest, OciContent> contents,
        CancellationToken cancellationToken) => _databases.RetryAsync(async db =>
        {
            var row = await CatalogWriter.EnsureProviderAsync(db, rootGroupId, provider, cancellationToken).ConfigureAwait(false);
            string[] digests = [.. contents.Keys.Select(digest => digest.Hex)];
            var known = row.Id == 0
                ? []
                : await db.OciContents.Where(x => x.ProviderId == row.Id && digests.Contains(x.Digest))
                    .Select(x => x.Digest)
                    .ToHashSetAsync(cancellationToken)
                    .ConfigureAwait(false);
            foreach (var (digest, content) in contents.Where(content => !known.Contains(content.Key.Hex)))
            {
                db.OciContents.Add(new OciContentRow
                {
                    Provider = row,
                    Digest = digest.Hex,
                    Version = content.Version.Value,
                    Platform = content.Platform?.Value ?? "",
                    Manifest = content.Manifest,
                });
            }

            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        });

    private async Task<OciContent?> ReadAsync(
        (long RootGroupId, ProviderAddress Provider, Sha256Digest Digest) key, CancellationToken cancellationToken)
    {
        var (rootGroupId, provider, digest) = key;
        await using var db = _databases.CreateDbContext();
        var row = await db.OciContents.AsNoTracking().SingleOrDefaultAsync(
            x => x.Provider.RootGroupId == rootGroupId
                && x.Provider.Hostname == provider.Hostname.Value
                && x.Provider.Namespace == provider.Namespace
                && x.Provider.Type == provider.Type
                && x.Digest == digest.Hex,
            cancellationToken).ConfigureAwait(false);
        return row is null
            ? null
            : new OciContent(ProviderVersion.Parse(row.Version), row.Platform.Length == 0 ? null : Platform.Parse(row.Platform), row.Manifest);
    }
}
