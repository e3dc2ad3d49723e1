using Mirror.Core.Database;
using Mirror.Core.Storage.Retention;
using Mirror.Web.Cli;

namespace Mirror.Web.Hosting;

internal static class DataOpening
{
    /// <summary>Makes or migrates the database, once it is known that it and the package store belong together.</summary>
    /// <param name="adoptStore">The operator declares that they do.</param>
    /// <exception cref="StartFailedException">They do not; no database was made.</exception>
    public static async Task OpenDataAsync(this IServiceProvider services, bool adoptStore, CancellationToken cancellationToken)
    {
        try
        {
            var ownership = services.GetRequiredService<StoreOwnership>();
            if (!adoptStore)
            {
                await ownership.CheckBeforeDatabaseAsync(cancellationToken);
            }

            await services.GetRequiredService<CatalogDatabase>().MigrateAsync(cancellationToken);
            await (adoptStore ? ownership.AdoptAsync(cancellationToken) : ownership.EnsureAsync(cancellationToken));
        }
        catch (ForeignStoreException e)
        {
            throw new StartFailedException(e.Message, e);
        }
    }
}
