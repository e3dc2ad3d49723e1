using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Documents;

namespace Mirror.Core.Fetching.Proofs;

/// <summary>Stores the proofs of versions and the keys that signed them. A proof belongs to a root group and a credential.</summary>
public sealed class ProofStore
{
    private readonly ReadThroughCache<(
        long RootGroupId, ProviderAddress Provider, ProviderVersion Version, CredentialIdentity Credential), ReleaseProof> _memory;
    private readonly IDbContextFactory<MirrorDbContext> _databases;
    private readonly CatalogChanges _changes;

    public ProofStore(IDbContextFactory<MirrorDbContext> databases, CacheSpace space, CatalogChanges changes, NamespaceDirectory namespaces)
    {
        _memory = new(ReadAsync, key => (key.RootGroupId, key.Provider), space, proof => proof.Size);
        (_databases, _changes) = (databases, changes);
        // Another replica may have deleted a version.
        namespaces.Changed += () => _memory.Clear();
        changes.Changed += change =>
        {
            if (change.Unproven is not null)
            {
                _memory.Forget(change.RootGroupId, change.Source);
            }
        };
    }

    /// <summary>A counter of changes; see <see cref="HasChanged"/>.</summary>
    internal long Now => _memory.Now;

    /// <summary>Whether a proof of the provider was stored or removed since the given <see cref="Now"/>.</summary>
    internal bool HasChanged(long rootGroupId, ProviderAddress provider, long since) => _memory.HasChanged(rootGroupId, provider, since);

    public ValueTask<ReleaseProof?> FindAsync(ProviderRequest request, ProviderVersion version, CancellationToken cancellationToken) =>
        _memory.GetAsync((request.RootGroupId, request.Provider, version, request.Credential.Identity), cancellationToken);

    /// <summary>The most trusted proof of a version with SHA256SUMS, for any credential, or null.</summary>
    public async Task<ReleaseProof?> FindBestAsync(
        long rootGroupId, ProviderAddress provider, ProviderVersion version, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        var rows = await db.Proofs.AsNoTracking()
            .Where(x => x.Provider.RootGroupId == rootGroupId
                && x.Provider.Hostname == provider.Hostname.Value
                && x.Provider.Namespace == provider.Namespace
                && x.Provider.Type == provider.Type && x.Version == version.Value)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        var best = rows.Where(row => row.Sha256Sums.Length > 0)
            .OrderByDescending(row => row.Trust)
            .ThenByDescending(row => row.VerifiedAt)
            .FirstOrDefault();
        return best is null ? null : Restore(best, provider, version, CredentialIdentity.None);
    }

    /// <summary>The trust of bytes that were not fetched: that of a stored proof which includes them.</summary>
    /// <returns>Null if no proof includes them.</returns>
    public async Task<TrustLevel?> FindTrustAsync(
        long rootGroupId,
        ProviderAddress provider,
        ProviderVersion version,
        Platform platform,
        Sha256Digest digest,
        CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        var rows = await db.Proofs.AsNoTracking()
            .Where(x => x.Provider.RootGroupId == rootGroupId
                && x.Provider.Hostname == provider.Hostname.Value
                && x.Provider.Namespace == provider.Namespace
                && x.Provider.Type == provider.Type && x.Version == version.Value)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return rows
            .Where(row =>
                JsonSerializer.Deserialize(row.Release, StoredDocuments.Default.StoredRelease)!.RestoreFiles()
                    .Any(file => file.Platform == platform
                    && file.Digest == digest))
            .Max(row => (TrustLevel?)row.Trust);
    }

    /// <summary>Which of some keys signed a package, as any provider in a namespace.</summary>
    /// <param name="provider">Any provider in the namespace.</param>
    /// <param name="fingerprints">The keys.</param>
    /// <returns>Null if none of them did.</returns>
    public async Task<string?> FindSignerAsync(
        long rootGroupId,
        ProviderAddress provider,
        IReadOnlyList<string> fingerprints,
        Sha256Digest digest,
        CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        var rows = db.Proofs.AsNoTracking()
            .Where(x => x.Provider.RootGroupId == rootGroupId
                && x.Provider.Hostname == provider.Hostname.Value
                && x.Provider.Namespace == provider.Namespace
                && fingerprints.Contains(x.KeyFingerprint!))
            .Select(x => new { x.KeyFingerprint, x.Release })
            .AsAsyncEnumerable();
        await foreach (var row in rows.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (JsonSerializer.Deserialize(row.Release, StoredDocuments.Default.StoredRelease)!.RestoreFiles()
                .Any(file => file.Digest == digest))
            {
                return row.KeyFingerprint;
            }
        }

        return null;
    }

    /// <summary>The stored proofs of a provider, each with its platforms and digests.</summary>
    /// <param name="only">The versions; null for all.</param>
    public async Task<IReadOnlyDictionary<ProviderVersion, KnownProof>> FindAllAsync(
        ProviderRequest request, IEnumerable<ProviderVersion>? only, CancellationToken cancellationToken)
    {
        string[]? versions = only?.Select(version => version.Value).ToArray();
        var (rootGroupId, provider, credential) = (request.RootGroupId, request.Provider, request.Credential.Identity);
        await using var db = _databases.CreateDbContext();
        string none = CredentialIdentity.None.Value;
        var rows = await db.Proofs.AsNoTracking()
            .Where(x => x.Provider.RootGroupId == rootGroupId
                && x.Provider.Hostname == provider.Hostname.Value
                && x.Provider.Namespace == provider.Namespace
                && x.Provider.Type == provider.Type
                && (versions == null || versions.Contains(x.Version))
                && (x.Credential == credential.Value || x.Credential == none || x.Credential.StartsWith(CredentialIdentity.CallerPrefix)))
            .Select(x => new { x.Version, x.Trust, x.Release, x.Credential, x.VerifiedAt, x.KeyFingerprint })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return rows.GroupBy(
            row => row.Version,
            (_, all) => all.OrderByDescending(
                row => row.Credential == credential.Value).ThenByDescending(row => row.VerifiedAt).First()).ToDictionary(
            row => ProviderVersion.Parse(row.Version),
            row =>
            {
                var release = JsonSerializer.Deserialize(row.Release, StoredDocuments.Default.StoredRelease)!;
                return new KnownProof(row.Trust, release.Protocols, release.RestoreFiles())
                {
                    SignedAt = release.SignedAt,
                    KeyFingerprint = row.KeyFingerprint,
                };
            });
    }

    /// <summary>The keys that have signed the provider so far, oldest first.</summary>
    public async Task<IReadOnlyList<string>> FindSeenKeysAsync(
        long rootGroupId, ProviderAddress provider, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        return await db.SeenKeys
            .Where(x => x.Provider.RootGroupId == rootGroupId && x.Provider.Hostname == provider.Hostname.Value
                && x.Provider.Namespace == provider.Namespace && x.Provider.Type == provider.Type)
            .OrderBy(x => x.FirstSeenAt)
            .Select(x => x.Fingerprint)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Stores a proof and its key. Stored packages that match its checksums gain its trust; this is how an imported package becomes
    /// verified.
    /// </summary>
    public Task SaveAsync(long rootGroupId, ReleaseProof proof, CancellationToken cancellationToken)
    {
        // The proof is valid even if the database cannot store it.
        _memory.Set((rootGroupId, proof.Provider, proof.Version, proof.Credential), proof);
        return SaveAsync(rootGroupId, proof, null, cancellationToken);
    }

    /// <param name="broughtBy">The importing principal; null for an origin's response.</param>
    public async Task SaveAsync(long rootGroupId, ReleaseProof proof, Principal? broughtBy, CancellationToken cancellationToken)
    {
        await _databases.RetryAsync(async db =>
        {
            if (broughtBy is not null)
            {
                var imported = new AuditRow(
                    proof.VerifiedAt, "proof.import", broughtBy)
                { Detail = $"{proof.Trust}, key {proof.KeyFingerprint ?? "none"}" };
                db.Audit.Add(imported.Of(rootGroupId, proof.Provider, proof.Version, null));
            }

            await WriteAsync(db, rootGroupId, proof, cancellationToken).ConfigureAwait(false);
        }).ConfigureAwait(false);
        _memory.Set((rootGroupId, proof.Provider, proof.Version, proof.Credential), proof);
        _changes.Publish(new CatalogChange(rootGroupId, proof.Provider) { LeavesPackages = true });
    }

    /// <summary>Removes the proofs of a version, so that it is fetched from its origin and verified again.</summary>
    public async Task RemoveAsync(long rootGroupId, ProviderAddress provider, ProviderVersion version, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        await db.Proofs
            .Where(x => x.Provider.RootGroupId == rootGroupId
                && x.Provider.Hostname == provider.Hostname.Value
                && x.Provider.Namespace == provider.Namespace
                && x.Provider.Type == provider.Type && x.Version == version.Value)
            .ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        _changes.Publish(new CatalogChange(rootGroupId, provider) { LeavesPackages = true, Unproven = version });
    }

    private async Task<ReleaseProof?> ReadAsync(
        (long RootGroupId, ProviderAddress Provider, ProviderVersion Version, CredentialIdentity Credential) key,
        CancellationToken cancellationToken)
    {
        var (rootGroupId, provider, version, credential) = key;
        await using var db = _databases.CreateDbContext();
        // Proofs fetched without a credential, or by a sync with its own token, belong to the root group and all its readers.
        string none = CredentialIdentity.None.Value;
        var rows = await db.Proofs.AsNoTracking().Where(
            x => x.Provider.RootGroupId == rootGroupId
                && x.Provider.Hostname == provider.Hostname.Value
                && x.Provider.Namespace == provider.Namespace
                && x.Provider.Type == provider.Type && x.Version == version.Value
                && (x.Credential == credential.Value
                    || x.Credential == none
                    || x.Credential.StartsWith(CredentialIdentity.CallerPrefix))).ToListAsync(cancellationToken).ConfigureAwait(false);
        // A proof without files proves nothing: earlier releases stored such responses of other mirrors.
        return rows
            .OrderByDescending(row => row.Credential == credential.Value).ThenByDescending(row => row.VerifiedAt)
            .Select(row => Restore(row, provider, version, credential))
            .FirstOrDefault(proof => proof.Files.Count > 0);
    }

    /// <summary>Writes a proof and its key in the caller's transaction.</summary>
    internal static async Task WriteAsync(MirrorDbContext db, long rootGroupId, ReleaseProof proof, CancellationToken cancellationToken)
    {
        var provider = await CatalogWriter.EnsureProviderAsync(db, rootGroupId, proof.Provider, cancellationToken).ConfigureAwait(false);
        string version = proof.Version.Value, credential = proof.Credential.Value;
        string release = JsonSerializer.Serialize(StoredRelease.From(proof), StoredDocuments.Default.StoredRelease);
        string keys = JsonSerializer.Serialize(proof.SigningKeys, StoredDocuments.Default.IReadOnlyListOfferedKey);
        var row = provider.Id == 0
            ? null
            : await db.Proofs.SingleOrDefaultAsync(x => x.ProviderId == provider.Id
                && x.Version == version
                && x.Credential == credential, cancellationToken).ConfigureAwait(false);
        row ??= db.Proofs.Add(
            new ProofRow { Provider = provider, Version = version, Credential = credential, Sha256Sums = [], SigningKeys = keys, Release = release }).Entity;
        row.Sha256Sums = proof.Sums;
        row.Signature = proof.Signature;
        row.SigningKeys = keys;
        row.Release = release;
        row.Trust = proof.Trust;
        row.KeyFingerprint = proof.KeyFingerprint;
        row.KeyOwner = proof.KeyOwner;
        row.KeyExpired = proof.KeyExpired;
        row.KeyPinned = proof.KeyPinned;
        row.SignedAt = proof.SignedAt;
        row.VerifiedAt = proof.VerifiedAt;
        if (provider.Id != 0)
        {
            await QuarantineRows.RemoveAsync(db, provider.Id, version, "", cancellationToken).ConfigureAwait(false);
            await RaiseTrustAsync(db, provider.Id, proof, cancellationToken).ConfigureAwait(false);
        }

        if (proof.KeyFingerprint is { } fingerprint)
        {
            var seen = provider.Id == 0
                ? null
                : await db.SeenKeys.SingleOrDefaultAsync(
                    x => x.ProviderId == provider.Id && x.Fingerprint == fingerprint, cancellationToken).ConfigureAwait(false);
            seen ??= db.SeenKeys.Add(
                new SeenKeyRow { Provider = provider, Fingerprint = fingerprint, Owner = proof.KeyOwner, FirstSeenAt = proof.VerifiedAt }).Entity;
            if (proof.KeyAlgorithm is { } algorithm)
            {
                (seen.Algorithm, seen.ExpiresAt) = (algorithm, proof.KeyExpires);
            }
        }

        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task RaiseTrustAsync(MirrorDbContext db, long providerId, ReleaseProof proof, CancellationToken cancellationToken)
    {
        var packages = await db.Packages.Where(x => x.Version.ProviderId == providerId && x.Version.Version == proof.Version.Value)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        foreach (var package in packages)
        {
            if (proof.Trust > package.Trust
                && proof.Files.Any(file => file.Platform.Value == $"{package.Os}_{package.Arch}" && file.Digest?.Hex == package.Sha256))
            {
                package.Trust = proof.Trust;
            }
        }
    }

    private static ReleaseProof Restore(ProofRow row, ProviderAddress provider, ProviderVersion version, CredentialIdentity credential)
    {
        var release = JsonSerializer.Deserialize(row.Release, StoredDocuments.Default.StoredRelease)!;
        return new ReleaseProof
        {
            Provider = provider,
            Version = version,
            Credential = credential,
            Trust = row.Trust,
            Sums = row.Sha256Sums,
            Signature = row.Signature,
            SigningKeys = JsonSerializer.Deserialize(row.SigningKeys, StoredDocuments.Default.IReadOnlyListOfferedKey) ?? [],
            Protocols = release.Protocols,
            Files = release.RestoreFiles(),
            KeyFingerprint = row.KeyFingerprint,
            KeyOwner = row.KeyOwner,
            KeyExpired = row.KeyExpired,
            KeyPinned = row.KeyPinned,
            SignedAt = release.SignedAt,
            VerifiedAt = row.VerifiedAt,
        };
    }
}
