using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Tests.Database;

namespace Mirror.Tests.Hosting;

/// <summary>
/// An empty database with the current schema, created once per test run, because a migration would take most of the time of a test that
/// starts a server. Tests of migrations and of the executable create their own databases.
/// </summary>
internal static class MigratedDatabase
{
    private const string TemplateName = "template_mirror";

    private static readonly Lazy<Task<byte[]>> Template = new(MakeAsync);
    private static readonly Lazy<Task<PostgreSqlServer>> Server = new(MakeTemplateAsync);
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Connections = new();

    /// <summary>Whether tests use PostgreSQL instead of SQLite, where they do not choose.</summary>
    public static bool IsPostgreSql { get; } = Environment.GetEnvironmentVariable("MIRROR_TEST_DATABASE") == "PostgreSql";

    /// <summary>Chooses the database of a server with these options, always the same for a data directory.</summary>
    public static async Task<MirrorOptions> ChooseAsync(MirrorOptions options)
    {
        if (options.Database.ConnectionString is not null || !IsPostgreSql)
        {
            return options;
        }

        var connection = Connections.GetOrAdd(Path.GetFullPath(options.DataDirectory), _ => new Lazy<Task<string>>(CreateAsync));
        return options with { Database = new DatabaseOptions { Provider = DatabaseProvider.PostgreSql, ConnectionString = await connection.Value } };
    }

    /// <summary>Creates the database of a server with these options, unless it exists.</summary>
    /// <returns>The options with the database.</returns>
    public static async Task<MirrorOptions> PutAsync(MirrorOptions options)
    {
        options = await ChooseAsync(options);
        if (options.Database.ConnectionString is null && !File.Exists(options.DatabasePath))
        {
            byte[] template = await Template.Value;
            Directory.CreateDirectory(options.DataDirectory);
            await File.WriteAllBytesAsync(options.DatabasePath, template);
        }

        return options;
    }

    /// <summary>Creates an empty PostgreSQL database with the current schema.</summary>
    /// <returns>How to connect to it.</returns>
    public static async Task<string> CreateAsync()
    {
        var server = await Server.Value;
        return await server.CreateDatabaseAsync("mirror_" + Guid.NewGuid().ToString("N"), TemplateName);
    }

    private static async Task<PostgreSqlServer> MakeTemplateAsync()
    {
        var server = await PostgreSqlServer.GetAsync();
        string connection = await server.CreateDatabaseAsync(TemplateName);
        var directory = Directory.CreateTempSubdirectory("mirror-tests-schema-");
        try
        {
            await new CatalogDatabase(new MirrorOptions
            {
                DataDirectory = directory.FullName,
                Database = new DatabaseOptions { Provider = DatabaseProvider.PostgreSql, ConnectionString = connection + ";Pooling=false" },
            }).MigrateAsync(CancellationToken.None);
            return server;
        }
        finally
        {
            directory.Delete(recursive: true);
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
