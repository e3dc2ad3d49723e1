using Microsoft.EntityFrameworkCore;
using Mirror.Core.Catalog;
using Mirror.Core.Database;

namespace Mirror.Core.Storage.Retention;

/// <summary>The database and the package store belong to different instances. The message says what was found and what to do.</summary>
public sealed class ForeignStoreException(string message) : Exception(message);

/// <summary>The owners of a database and a package store.</summary>
/// <param name="Database">The instance id in the database; null if it has none yet.</param>
/// <param name="Store">The instance id of the store; null if it has none.</param>
/// <param name="HasPackages">The store contains packages.</param>
/// <param name="Named">The number of packages in the database.</param>
public readonly record struct StorePair(string? Database, string? Store, bool HasPackages, int Named)
{
    /// <summary>
    /// Why the two do not belong together, as a clause that follows "the package store"; null if they do, or are both new.
    /// </summary>
    public string? FindMismatch() => (Database, Store, HasPackages, Named) switch
    {
        ({ } database, { } store, _, _) when store == StoreOwnership.Incomplete(database) =>
            "is the target of a migration that is not complete; stop the server and repeat 'mirror migrate-packages' with the configuration of the former store",
        ({ } database, { } store, _, _) => database == store
            ? null
            : $"belongs to instance {store}, but the database belongs to instance {database}",
        (null, { } store, _, _) => $"belongs to instance {store}, but the database is new",
        (null, null, true, 0) => "contains packages, but the database is new",
        (_, null, false, > 0) => $"is empty and has no instance id, but the database contains {Named} packages; check that the disk with the packages is mounted",
        ({ }, null, true, _) => "contains packages, but has no instance id",
        _ => null,
    };
}

/// <summary>
/// Ties the package store to its database by the instance id in both, so that a lost or moved database, an older copy, or another disk does
/// not make all stored packages look orphaned.
/// </summary>
public sealed class StoreOwnership(
    CatalogDatabase database, InstanceSettings settings, IPackageStore store, TimeProvider time)
{
    private const string Setting = "instance";

    /// <summary>Before a database is created: refuses to create one for a store that belongs to another instance.</summary>
    /// <exception cref="ForeignStoreException">The store belongs to another instance.</exception>
    public async Task CheckBeforeDatabaseAsync(CancellationToken cancellationToken)
    {
        if (!database.Exists())
        {
            Refuse(new StorePair(null, await store.FindOwnerAsync(cancellationToken).ConfigureAwait(false), await HasPackagesAsync(cancellationToken).ConfigureAwait(false), 0));
        }
    }

    /// <summary>When the database is ready: marks a new pair, and refuses a pair that does not belong together.</summary>
    /// <exception cref="ForeignStoreException">The two do not belong together; nothing was changed.</exception>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        var pair = await ReadPairAsync(cancellationToken).ConfigureAwait(false);
        Refuse(pair);
        await BindAsync(pair.Database ?? Guid.NewGuid().ToString("N"), pair, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Assigns the store to the database, regardless of their instance ids.</summary>
    /// <returns>The instance id.</returns>
    public async Task<string> AdoptAsync(CancellationToken cancellationToken)
    {
        var pair = await ReadPairAsync(cancellationToken).ConfigureAwait(false);
        string instance = pair.Database ?? pair.Store ?? Guid.NewGuid().ToString("N");
        if (pair.FindMismatch() is { } mismatch)
        {
            await using var db = database.CreateDbContext();
            db.Audit.Add(
                new AuditRow(
                    time.GetUtcNow(), "store.adopt", Principal.Admin)
                { Target = instance, Detail = $"The package store {mismatch}." });
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }

        await BindAsync(instance, pair, cancellationToken).ConfigureAwait(false);
        return instance;
    }

    /// <summary>Whether the store still belongs to the database: a disk can be unmounted while the server is running.</summary>
    public async Task<bool> MatchesDatabaseAsync(CancellationToken cancellationToken) =>
        await settings.FindAsync(Setting, cancellationToken).ConfigureAwait(false) is { } instance
        && await store.FindOwnerAsync(cancellationToken).ConfigureAwait(false) == instance;

    /// <summary>The owner of a store to which packages of an instance are being copied. No server starts with such a store.</summary>
    internal static string Incomplete(string instance) => $"{instance}, incomplete";

    /// <summary>The instance id in a database, which is part of a backup.</summary>
    internal static async Task<string?> FindInstanceAsync(MirrorDbContext db, CancellationToken cancellationToken) =>
        await db.Settings.Where(row => row.Name == Setting)
            .Select(row => row.Value)
            .SingleOrDefaultAsync(cancellationToken)
            .ConfigureAwait(false);

    private async Task<StorePair> ReadPairAsync(CancellationToken cancellationToken)
    {
        await using var db = database.CreateDbContext();
        return new StorePair(
            await FindInstanceAsync(db, cancellationToken).ConfigureAwait(false),
            await store.FindOwnerAsync(cancellationToken).ConfigureAwait(false),
            await HasPackagesAsync(cancellationToken).ConfigureAwait(false),
            await ReferencedBlobs.In(db).CountAsync(cancellationToken).ConfigureAwait(false));
    }

    private async Task<bool> HasPackagesAsync(CancellationToken cancellationToken)
    {
        await foreach (var _ in store.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            return true;
        }

        return false;
    }

    private async Task BindAsync(string instance, StorePair pair, CancellationToken cancellationToken)
    {
        // The database first: an interruption leaves an empty store without an id, which the next start assigns.
        if (pair.Database is null)
        {
            await settings.SetAsync(Setting, instance, cancellationToken).ConfigureAwait(false);
        }

        if (pair.Store != instance)
        {
            await store.SetOwnerAsync(instance, cancellationToken).ConfigureAwait(false);
        }
    }

    private void Refuse(StorePair pair)
    {
        if (pair.FindMismatch() is { } mismatch)
        {
            throw new ForeignStoreException(
                $"The package store '{store.Location}' {mismatch}. Nothing was changed. "
                + "Restore the matching one: mount the right disk, set Mirror:DataDirectory, or restore the database with 'mirror restore'. "
                + "To use the packages with this database, stop the server and run 'mirror verify --offline --adopt' once; they are not downloaded again. "
                + $"If the packages are not needed, move '{store.Location}' away.");
        }
    }
}
