using Microsoft.EntityFrameworkCore;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;

namespace Mirror.Core.Storage.Retention;

/// <summary>The database and the package store are not of the same instance. The message says what was found and what to do.</summary>
public sealed class ForeignStoreException(string message) : Exception(message);

/// <summary>What a database and a package store say of whose they are.</summary>
/// <param name="Database">The instance's id in the database; null: it has none yet.</param>
/// <param name="Store">The id that marks the store; null: it is not marked.</param>
/// <param name="HasPackages">Something is stored.</param>
/// <param name="Named">How many packages the database names.</param>
public readonly record struct StorePair(string? Database, string? Store, bool HasPackages, int Named)
{
    /// <summary>
    /// Why the two do not belong together, in words that follow "the package store"; null where they do, or are both new.
    /// </summary>
    public string? FindMismatch() => (Database, Store, HasPackages, Named) switch
    {
        ({ } database, { } store, _, _) => database == store
            ? null
            : $"is that of instance {store}, but the database is that of instance {database}",
        (null, { } store, _, _) => $"is that of instance {store}, but the database is new",
        (null, null, true, 0) => "holds packages, but the database is new",
        (_, null, false, > 0) => $"is empty and bears no instance's mark, but the database names {Named} packages: is the disk with the packages mounted?",
        ({ }, null, true, _) => "holds packages, but bears no instance's mark",
        _ => null,
    };
}

/// <summary>
/// Binds the package store to its database by the instance's id, which both carry: a database that was lost or moved, an older
/// copy, or another disk in the store's place must not make everything that is stored look as if nothing needed it.
/// </summary>
public sealed class StoreOwnership(
    CatalogDatabase database, InstanceSettings settings, IPackageStore store, MirrorOptions options, TimeProvider time)
{
    private const string Setting = "instance";

    /// <summary>Before there is a database: refuses to make one beside a store that belongs to another.</summary>
    /// <exception cref="ForeignStoreException">It does.</exception>
    public async Task CheckBeforeDatabaseAsync(CancellationToken cancellationToken)
    {
        if (!database.Exists())
        {
            Refuse(new StorePair(null, await store.FindOwnerAsync(cancellationToken).ConfigureAwait(false), await HasPackagesAsync(cancellationToken).ConfigureAwait(false), 0));
        }
    }

    /// <summary>Once the database is ready: marks a new pair, and refuses one that does not belong together.</summary>
    /// <exception cref="ForeignStoreException">It does not; nothing was changed.</exception>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        var pair = await LookAsync(cancellationToken).ConfigureAwait(false);
        Refuse(pair);
        await BindAsync(pair.Database ?? Guid.NewGuid().ToString("N"), pair, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Declares that the store belongs to the database, whatever both say.</summary>
    /// <returns>The instance's id.</returns>
    public async Task<string> AdoptAsync(CancellationToken cancellationToken)
    {
        var pair = await LookAsync(cancellationToken).ConfigureAwait(false);
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

    /// <summary>Whether the store is still the database's: a disk can be unmounted while the server runs.</summary>
    public async Task<bool> IsOursAsync(CancellationToken cancellationToken) =>
        await settings.FindAsync(Setting, cancellationToken).ConfigureAwait(false) is { } instance
        && await store.FindOwnerAsync(cancellationToken).ConfigureAwait(false) == instance;

    /// <summary>The instance's id, which a backup carries.</summary>
    internal static async Task<string?> FindInstanceAsync(MirrorDbContext db, CancellationToken cancellationToken) =>
        await db.Settings.Where(row => row.Name == Setting)
            .Select(row => row.Value)
            .SingleOrDefaultAsync(cancellationToken)
            .ConfigureAwait(false);

    private async Task<StorePair> LookAsync(CancellationToken cancellationToken)
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
        // The database first: a stop in between leaves an empty store without a mark, which the next start marks.
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
                $"The package store '{options.PackagesDirectory}' {mismatch}. Nothing was changed. "
                + "Bring back the one that belongs to the other: mount the right disk, set Mirror:DataDirectory, or restore the database with 'mirror restore'. "
                + "If the packages are to belong to this database, run 'mirror verify --offline --adopt' once with the server stopped: they are then used without being downloaded again. "
                + $"If they are not needed, move '{options.PackagesDirectory}' away.");
        }
    }
}
