using Mirror.Core.Database;
using Mirror.Core.Storage.Retention;
using Mirror.Web.Cli;

namespace Mirror.Web.Hosting;

internal static class DataOpening
{
    /// <summary>Creates or migrates the database, after checking that it belongs to the package store.</summary>
    /// <param name="adoptStore">Declares that the package store belongs to the database.</param>
    /// <exception cref="StartFailedException">They do not belong together; the database was not created.</exception>
    public static async Task OpenDataAsync(this IServiceProvider services, bool adoptStore, CancellationToken cancellationToken)
    {
        try
        {
            var ownership = services.GetRequiredService<StoreOwnership>();
            if (!adoptStore)
            {
                await ownership.CheckBeforeDatabaseAsync(cancellationToken);
            }

            var database = services.GetRequiredService<CatalogDatabase>();
            await database.MigrateAsync(cancellationToken);
            database.KeepOpen();
            await (adoptStore ? ownership.AdoptAsync(cancellationToken) : ownership.EnsureAsync(cancellationToken));
        }
        catch (ForeignStoreException e)
        {
            throw new StartFailedException(e.Message, e);
        }
    }
}
