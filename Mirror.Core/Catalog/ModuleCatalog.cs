using System.Data;
using System.Linq.Expressions;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Storage;

namespace Mirror.Core.Catalog;

/// <summary>A module package with staged bytes.</summary>
public sealed record NewModulePackage(
    long RootGroupId,
    ModuleAddress Module,
    ProviderVersion Version,
    ArchiveFormat Format,
    string Subdirectory,
    string? Checksum,
    Sha256Digest Digest,
    long Size,
    CredentialIdentity Credential,
    Principal By)
{
    public ModuleOrigin? Origin { get; init; }
}

/// <summary>The Git commit that a module's archive was made of.</summary>
/// <param name="Repository">The repository's URL.</param>
/// <param name="Revision">The tag, branch or commit that the origin or the publisher named.</param>
/// <param name="Commit">In hexadecimal digits; null if unknown.</param>
/// <param name="MovedTo">The commit that the revision named when it was last checked, if that is another one.</param>
/// <param name="CheckedAt">When the revision was last compared with the repository.</param>
public sealed record ModuleOrigin(
    string Repository, string? Revision, string? Commit, string? MovedTo = null, DateTimeOffset? CheckedAt = null);

/// <summary>The outcome of publishing a module version.</summary>
public enum ModulePublication
{
    Published,

    /// <summary>The version exists, with the same archive or another one.</summary>
    Exists,

    /// <summary>The registry namespace was deleted meanwhile.</summary>
    NamespaceMissing,

    /// <summary>The version was unpublished.</summary>
    Unpublished,
}

/// <summary>The module versions that a root group stores.</summary>
public sealed record ModuleList(IReadOnlyList<ModulePackage> Items);

/// <summary>A module with its stored versions that match a search.</summary>
/// <param name="Size">The size of all their archives in bytes.</param>
public sealed record ModuleSummary(ModuleAddress Module, int Versions, ProviderVersion Newest, long Size);

/// <summary>A stored module version.</summary>
/// <param name="Digest">The SHA-256 of the first archive fetched of the version; no other archive replaces it.</param>
public sealed record ModulePackage(
    ModuleAddress Module,
    ProviderVersion Version,
    ArchiveFormat Format,
    long Size,
    [property: JsonPropertyName("sha256")] Sha256Digest Digest,
    DateTimeOffset CachedAt,
    Principal CachedBy)
{
    [JsonIgnore]
    public string Subdirectory { get; init; } = "";

    [JsonIgnore]
    public string? Checksum { get; init; }

    /// <summary>Null unless the archive was made of a Git commit.</summary>
    public ModuleOrigin? Origin { get; init; }

    /// <summary>The package was fetched with a credential.</summary>
    [JsonIgnore]
    public bool IsProtected { get; init; }
}

/// <summary>Stores a root group's modules. The first package of a version defines it: no other package replaces it.</summary>
public sealed class ModuleCatalog(
    IDbContextFactory<MirrorDbContext> databases, IPackageStore store, StoredBlobs blobs, PendingBlobs pending, CatalogChanges changes,
    MirrorOptions options, TimeProvider time)
{
    /// <param name="module">Null for all modules.</param>
    /// <returns>By address, newest version first.</returns>
    public async Task<IReadOnlyList<ModulePackage>> ListAsync(long rootGroupId, ModuleAddress? module, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var rows = db.ModulePackages.AsNoTracking().Where(module is null ? row => row.RootGroupId == rootGroupId : Is(rootGroupId, module));
        var found = await rows.ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. found.Select(Read)
            .OrderBy(package => package.Module.ToString(), StringComparer.Ordinal)
            .ThenByDescending(package => package.Version)];
    }

    /// <param name="search">Words that the address or version must contain.</param>
    /// <param name="take">The maximum number of modules.</param>
    /// <param name="anonymous">Only packages that were fetched without a credential.</param>
    /// <returns>By address, each with its matching versions.</returns>
    public async Task<Page<ModuleSummary>> SearchAsync(
        long rootGroupId, SearchText search, int take, bool anonymous, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var rows = db.ModulePackages.AsNoTracking().Where(row => row.RootGroupId == rootGroupId);
        if (anonymous)
        {
            string open = CredentialIdentity.None.Value;
            rows = rows.Where(row => row.Credential == open);
        }

        foreach (string word in search.Words)
        {
#pragma warning disable CA1862 // Runs in the database, which does not support StringComparison.
            rows = rows.Where(row =>
                (row.Namespace + " " + row.Name + " " + row.System + " " + row.Hostname).ToLower().Contains(word)
                || row.Version.Contains(word));
#pragma warning restore CA1862
        }

        var keys = rows.Select(row => row.Namespace + " " + row.Name + " " + row.System + " " + row.Hostname).Distinct();
        int total = await keys.CountAsync(cancellationToken).ConfigureAwait(false);
        var shown = await keys.OrderBy(key => key).Take(take).ToListAsync(cancellationToken).ConfigureAwait(false);
        var found = await rows
            .Where(row => shown.Contains(row.Namespace + " " + row.Name + " " + row.System + " " + row.Hostname))
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return new Page<ModuleSummary>(
            [.. found.Select(Read)
                .GroupBy(package => package.Module)
                .OrderBy(module => module.Key.ToString(), StringComparer.Ordinal)
                .Select(module => new ModuleSummary(
                    module.Key, module.Count(), module.Max(package => package.Version)!, module.Sum(package => package.Size)))],
            total);
    }

    /// <summary>Versions whose tag names another commit now.</summary>
    /// <param name="take">The maximum number.</param>
    public async Task<IReadOnlyList<ModulePackage>> FindMovedAsync(long rootGroupId, int take, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var rows = await db.ModulePackages.AsNoTracking()
            .Where(row => row.RootGroupId == rootGroupId && row.MovedTo != null)
            .OrderByDescending(row => row.Id)
            .Take(take)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        return [.. rows.Select(Read)];
    }

    public async Task<ModulePackage?> FindAsync(
        long rootGroupId, ModuleAddress module, ProviderVersion version, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var row = await db.ModulePackages.AsNoTracking()
            .Where(Is(rootGroupId, module))
            .SingleOrDefaultAsync(x => x.Version == version.Value, cancellationToken)
            .ConfigureAwait(false);
        return row is null ? null : Read(row);
    }

    /// <summary>Commits staged bytes and inserts their row if it does not exist.</summary>
    /// <exception cref="IOException">The bytes cannot be stored durably, or others were recorded first; no row is written.</exception>
    public async Task AddAsync(NewModulePackage package, StagedPackage staged, CancellationToken cancellationToken)
    {
        Sha256Digest recorded;
        try
        {
            recorded = await CommitAsync(package, staged, cancellationToken).ConfigureAwait(false);
        }
        catch (DbUpdateException)
        {
            // The root group has been deleted, so no row will ever refer to the bytes.
            await blobs.RemoveUnusedAsync(package.Digest, CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        if (recorded != package.Digest)
        {
            await blobs.RemoveUnusedAsync(package.Digest, cancellationToken).ConfigureAwait(false);
            throw new IOException($"{package.Module} {package.Version} has just been stored with the SHA-256 {recorded}.");
        }

        changes.Publish(new CatalogChange(package.RootGroupId, package.Module));
    }

    /// <summary>
    /// Commits the staged bytes of a module of this instance's own and inserts their row with its documentation, unless the version exists
    /// or its registry namespace has been deleted.
    /// </summary>
    /// <param name="documentation">JSON; null if it is read later.</param>
    /// <exception cref="IOException">The bytes cannot be stored durably; no row is written.</exception>
    public async Task<ModulePublication> PublishAsync(
        NewModulePackage package, string? documentation, StagedPackage staged, CancellationToken cancellationToken)
    {
        ModulePublication? outcome = null;
        string record = await pending.AddAsync([package.Digest], cancellationToken).ConfigureAwait(false);
        try
        {
            using (await store.LockAsync(package.Digest, cancellationToken).ConfigureAwait(false))
            {
                string identity = await store.CommitAsync(staged, package.Digest, cancellationToken).ConfigureAwait(false);
                blobs.Remember(package.Digest, identity);
                outcome = await databases.RetryAsync(
                    db => WritePublishedAsync(db, package, documentation, identity, record, cancellationToken)).ConfigureAwait(false);
            }
        }
        finally
        {
            if (outcome != ModulePublication.Published)
            {
                await pending.DiscardAsync(record, [package.Digest], CancellationToken.None).ConfigureAwait(false);
            }
        }

        if (outcome == ModulePublication.Published)
        {
            changes.Publish(new CatalogChange(package.RootGroupId, package.Module));
        }

        return outcome.Value;
    }

    /// <summary>Records that the origin's archive of a version differs from the first one fetched.</summary>
    public async Task RefuseAsync(
        long rootGroupId, ModuleAddress module, ProviderVersion version, string reason, Principal by, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var refused = Event("module.refuse", rootGroupId, module, version, by);
        (refused.Succeeded, refused.Detail) = (false, reason);
        db.Audit.Add(refused);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Records the commit that the revision of a stored version names now.</summary>
    /// <returns>Whether it differs from the stored one, and from the one recorded before.</returns>
    public Task<bool> RecordRevisionAsync(
        long rootGroupId, ModuleAddress module, ProviderVersion version, string commit, CancellationToken cancellationToken) =>
        databases.RetryAsync(async db =>
    {
        var row = await db.ModulePackages.Where(Is(rootGroupId, module))
            .SingleOrDefaultAsync(x => x.Version == version.Value, cancellationToken)
            .ConfigureAwait(false);
        if (row?.Commit is null)
        {
            return false;
        }

        string? movedTo = commit == row.Commit ? null : commit;
        bool hasMoved = movedTo is not null && movedTo != row.MovedTo;
        (row.MovedTo, row.CheckedAt) = (movedTo, time.GetUtcNow());
        if (hasMoved)
        {
            var moved = Event("module.moved", rootGroupId, module, version, Principal.System);
            moved.Detail = $"{row.Revision} of {row.Repository} is now {commit}; the stored archive was made of {row.Commit}";
            db.Audit.Add(moved);
        }

        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return hasMoved;
    });

    /// <summary>
    /// Deletes a version's package, SHA-256 and location: the next archive fetched defines the version. The number of a published version
    /// stays taken.
    /// </summary>
    /// <returns>False if the version was not stored.</returns>
    public Task<bool> DeleteAsync(
        long rootGroupId, ModuleAddress module, ProviderVersion version, Principal by, CancellationToken cancellationToken) =>
        databases.RetryAsync(async db =>
    {
        var row = await db.ModulePackages.Where(Is(rootGroupId, module))
            .SingleOrDefaultAsync(x => x.Version == version.Value, cancellationToken)
            .ConfigureAwait(false);
        if (row is null)
        {
            return false;
        }

        db.ModulePackages.Remove(row);
        if (options.IsOwn(module.Hostname))
        {
            await UnpublishedVersions.AddAsync(db, rootGroupId, module, version, time.GetUtcNow(), by, cancellationToken).ConfigureAwait(false);
        }

        // If the version was published again, its location or checksum may have changed too.
        string place = LocationKey(module, version);
        db.OriginDocuments.RemoveRange(await db.OriginDocuments.Where(document =>
            document.Key.StartsWith(place)).ToListAsync(cancellationToken).ConfigureAwait(false));
        bool isLast = !await db.ModulePackages.Where(Is(rootGroupId, module))
            .AnyAsync(x => x.Version != version.Value, cancellationToken).ConfigureAwait(false);
        string source = module.ToString();
        db.Deprecations.RemoveRange(await db.Deprecations.Where(deprecation =>
            deprecation.RootGroupId == rootGroupId
            && deprecation.Source == source
            && (isLast || deprecation.Version == version.Value)).ToListAsync(cancellationToken).ConfigureAwait(false));
        var deleted = Event("module.delete", rootGroupId, module, version, by);
        deleted.Detail = $"SHA-256 {row.Sha256}";
        db.Audit.Add(deleted);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        changes.Publish(new CatalogChange(rootGroupId, module));
        await blobs.RemoveUnusedAsync(Sha256Digest.Parse(row.Sha256), CancellationToken.None).ConfigureAwait(false);
        return true;
    });

    /// <summary>The key prefix of origin documents with the locations of a module's versions; the credential follows.</summary>
    internal static string LocationKey(ModuleAddress module) => $"module-location {module} ";

    /// <summary>The key prefix for a single version.</summary>
    internal static string LocationKey(ModuleAddress module, ProviderVersion version) => $"{LocationKey(module)}{version} ";

    internal static Expression<Func<ModulePackageRow, bool>> Is(long rootGroupId, ModuleAddress module)
    {
        string hostname = module.Hostname.Value, @namespace = module.Namespace, name = module.Name, system = module.System;
        return row =>
            row.RootGroupId == rootGroupId
                && row.Hostname == hostname
                && row.Namespace == @namespace
                && row.Name == name
                && row.System == system;
    }

    private async Task<Sha256Digest> CommitAsync(NewModulePackage package, StagedPackage staged, CancellationToken cancellationToken)
    {
        using (await store.LockAsync(package.Digest, cancellationToken).ConfigureAwait(false))
        {
            string identity = await store.CommitAsync(staged, package.Digest, cancellationToken).ConfigureAwait(false);
            blobs.Remember(package.Digest, identity);
            return await databases.RetryAsync(async db =>
            {
                await StoredBlobs.PutAsync(db, package.Digest, package.Size, identity, isNamed: true, cancellationToken)
                    .ConfigureAwait(false);
                return await WriteAsync(db, package, cancellationToken).ConfigureAwait(false);
            }).ConfigureAwait(false);
        }
    }

    private async Task<Sha256Digest> WriteAsync(MirrorDbContext db, NewModulePackage package, CancellationToken cancellationToken)
    {
        var row = await db.ModulePackages.Where(Is(package.RootGroupId, package.Module))
            .SingleOrDefaultAsync(x => x.Version == package.Version.Value, cancellationToken)
            .ConfigureAwait(false);
        if (row is not null)
        {
            if (row.Sha256 == package.Digest.Hex)
            {
                // Fetched again after its bytes were lost.
                await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            }

            return Sha256Digest.Parse(row.Sha256);
        }

        db.ModulePackages.Add(Row(package));
        db.Audit.Add(Event("module.cache", package.RootGroupId, package.Module, package.Version, package.By));
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return package.Digest;
    }

    private async Task<ModulePublication> WritePublishedAsync(
        MirrorDbContext db,
        NewModulePackage package,
        string? documentation,
        string identity,
        string record,
        CancellationToken cancellationToken)
    {
        // Otherwise the namespace could be deleted concurrently.
        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.Serializable, cancellationToken)
            .ConfigureAwait(false);
        string @namespace = package.Module.Namespace;
        if (!await db.RegistryNamespaces.AnyAsync(
            row => row.Name == @namespace && row.RootGroupId == package.RootGroupId, cancellationToken).ConfigureAwait(false))
        {
            return ModulePublication.NamespaceMissing;
        }

        if (await db.ModulePackages.Where(Is(package.RootGroupId, package.Module))
            .AnyAsync(row => row.Version == package.Version.Value, cancellationToken).ConfigureAwait(false))
        {
            return ModulePublication.Exists;
        }

        if (await UnpublishedVersions.FindAsync(db, package.Module, package.Version, cancellationToken).ConfigureAwait(false) is not null)
        {
            return ModulePublication.Unpublished;
        }

        await StoredBlobs.PutAsync(db, package.Digest, package.Size, identity, isNamed: true, cancellationToken).ConfigureAwait(false);
        var row = Row(package);
        row.Documentation = documentation is null ? null : new ModuleDocumentationRow { Body = documentation };
        db.ModulePackages.Add(row);
        var published = Event("module.publish", package.RootGroupId, package.Module, package.Version, package.By);
        published.Detail = $"SHA-256 {package.Digest.Hex}{(package.Origin is { } origin ? $", {origin.Repository} {origin.Revision}" : "")}";
        db.Audit.Add(published);
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        await PendingBlobs.CompleteAsync(db, record, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        CrashPoints.Reached("row-written");
        return ModulePublication.Published;
    }

    private ModulePackageRow Row(NewModulePackage package) => new()
    {
        RootGroupId = package.RootGroupId,
        Hostname = package.Module.Hostname.Value,
        Namespace = package.Module.Namespace,
        Name = package.Module.Name,
        System = package.Module.System,
        Version = package.Version.Value,
        Format = package.Format.Extension,
        Subdirectory = package.Subdirectory,
        Checksum = package.Checksum,
        Sha256 = package.Digest.Hex,
        Size = package.Size,
        Credential = package.Credential.Value,
        CachedAt = time.GetUtcNow(),
        CachedBy = package.By.Name,
        CachedByKind = package.By.Kind,
        Repository = package.Origin?.Repository,
        Revision = package.Origin?.Revision,
        Commit = package.Origin?.Commit,
        CheckedAt = package.Origin?.CheckedAt,
    };

    private static ModulePackage Read(ModulePackageRow row) => new(
        ModuleAddress.Parse($"{row.Hostname}/{row.Namespace}/{row.Name}/{row.System}"),
        ProviderVersion.Parse(row.Version),
        ArchiveFormat.Parse(row.Format),
        row.Size,
        Sha256Digest.Parse(row.Sha256),
        row.CachedAt,
        new Principal(row.CachedByKind, row.CachedBy))
    {
        Subdirectory = row.Subdirectory,
        Checksum = row.Checksum,
        Origin = row.Repository is { } repository
            ? new ModuleOrigin(repository, row.Revision, row.Commit, row.MovedTo, row.CheckedAt)
            : null,
        IsProtected = row.Credential != CredentialIdentity.None.Value,
    };

    private AuditRow Event(string action, long rootGroupId, ModuleAddress module, ProviderVersion version, Principal by) =>
        new(time.GetUtcNow(), action, by) { RootGroupId = rootGroupId, Version = version.Value, Target = module.ToString() };
}
