using Microsoft.EntityFrameworkCore;
using Mirror.Core.Configuration;
using Mirror.Core.Database;

namespace Mirror.Tests.Hosting;

/// <summary>
/// An empty database with the current schema, created once per test run, because a migration would take most of the time of a test that
/// starts a server. Tests of migrations and of the executable create their own databases.
/// </summary>
internal static class MigratedDatabase
{
    private static readonly Lazy<Task<byte[]>> Template = new(MakeAsync);

    /// <summary>Copies it to the place where a server with these options expects its database, unless the database exists.</summary>
    public static async Task PutAsync(MirrorOptions options)
    {
        if (options.Database.ConnectionString is null && !File.Exists(options.DatabasePath))
        {
            byte[] template = await Template.Value;
            Directory.CreateDirectory(options.DataDirectory);
            await File.WriteAllBytesAsync(options.DatabasePath, template);
        }
    }

    private static async Task<byte[]> MakeAsync()
    {
        var directory = Directory.CreateTempSubdirectory("mirror-tests-schema-");
        try
        {
            string copy = Path.Combine(directory.FullName, "copy.db");
            var database = new CatalogDatabase(new MirrorOptions { DataDirectory = directory.FullName });
            await database.MigrateAsync(CancellationToken.None);
            await using (var db = database.CreateDbContext())
            {
                await db.Database.ExecuteSqlAsync($"VACUUM INTO {copy}");
                Microsoft.Data.Sqlite.SqliteConnection.ClearPool((Microsoft.Data.Sqlite.SqliteConnection)db.Database.GetDbConnection());
            }

            return await File.ReadAllBytesAsync(copy);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
