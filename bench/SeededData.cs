using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.E2E.Processes;

namespace Mirror.Bench;

/// <summary>A data directory with a database of rows without files.</summary>
internal static class SeededData
{
    /// <summary>
    /// Starts a server once to create the directory. Without the instance id in the package store, the server would assume that its disk is
    /// not mounted.
    /// </summary>
    /// <param name="database">The database; null for SQLite in the directory.</param>
    public static async Task<CatalogDatabase> CreateAsync(string directory, DatabaseOptions? database = null)
    {
        await using (await MirrorProcess.StartAsync([$"--Mirror:DataDirectory={directory}", .. Arguments(database)]))
        {
        }

        return new CatalogDatabase(Options(directory, database));
    }

    public static MirrorOptions Options(string directory, DatabaseOptions? database) =>
        new() { DataDirectory = directory, Database = database ?? new DatabaseOptions() };

    /// <summary>The arguments of a server that uses the database.</summary>
    public static string[] Arguments(DatabaseOptions? database) => database is null
        ? []
        : [$"--Mirror:Database:Provider={database.Provider}", $"--Mirror:Database:ConnectionString={database.ConnectionString}"];
}
