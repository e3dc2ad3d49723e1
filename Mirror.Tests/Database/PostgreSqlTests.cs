using System.Net;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Database.PostgreSql;
using Mirror.Tests.Hosting;
using Mirror.Tests.Importing;
using Npgsql;

namespace Mirror.Tests.Database;

/// <summary>Servers with a real PostgreSQL database: start errors, health, and concurrent writes.</summary>
public sealed class PostgreSqlTests
{
    [Fact]
    public void Model_OfPostgreSql_HasNoPendingMigration()
    {
        using var db = new PostgreSqlDbContext(new DbContextOptionsBuilder<PostgreSqlDbContext>().UseNpgsql("Host=localhost").Options);

        Assert.False(db.Database.HasPendingModelChanges());
    }

    [Fact]
    public async Task Start_WithADatabaseThatDoesNotExist_NamesItWithoutThePassword()
    {
        string connection = (await PostgreSqlServer.GetAsync()).ConnectionTo("no_such_database") + ";Password=the-secret";

        var refused = await Assert.ThrowsAsync<PostgresException>(() => MirrorServer.StartAsync(options => options with { Database = On(connection) }));

        string? explained = StorageFailure.ExplainToOperator(refused);
        Assert.StartsWith("Mirror:Database:ConnectionString cannot be used: This server's database does not exist.", explained, StringComparison.Ordinal);
        Assert.Contains("no_such_database", explained, StringComparison.Ordinal);
        Assert.DoesNotContain("the-secret", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithTheSchemaOfAnotherVersion_IsRefused()
    {
        string connection = await MigratedDatabase.CreateAsync();
        using var directory = new MirrorDirectory();
        var database = new CatalogDatabase(new MirrorOptions { DataDirectory = directory.Path, Database = On(connection) });
        await using (var db = database.CreateDbContext())
        {
            await db.Settings.Where(row => row.Name == DatabaseSchema.FingerprintSetting)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Value, "another"));
        }

        var refused = await Assert.ThrowsAsync<OtherSchemaException>(() => database.MigrateAsync(CancellationToken.None));

        Assert.Contains("on 127.0.0.1:", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readiness_WhileTheDatabaseRefusesConnections_Is503AndRecovers()
    {
        string connection = await MigratedDatabase.CreateAsync();
        string name = new NpgsqlConnectionStringBuilder(connection).Database!;
        var postgres = await PostgreSqlServer.GetAsync();
        await using var server = await MirrorServer.StartAsync(options => options with { Database = On(connection) });

        await postgres.ExecuteAsync($"ALTER DATABASE \"{name}\" ALLOW_CONNECTIONS false");
        await postgres.ExecuteAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        using var down = await server.Client.GetAsync("/health/ready");
        await postgres.ExecuteAsync($"ALTER DATABASE \"{name}\" ALLOW_CONNECTIONS true");
        using var up = await server.Client.GetAsync("/health/ready");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), (down.StatusCode, up.StatusCode));
    }

    [Fact]
    public async Task Totals_OfAVersion_IncludeThePackagesOfConcurrentTransactions()
    {
        string connection = await MigratedDatabase.CreateAsync();
        using var directory = new MirrorDirectory();
        var database = new CatalogDatabase(new MirrorOptions { DataDirectory = directory.Path, Database = On(connection) });
        long version;
        await using (var db = database.CreateDbContext())
        {
            var provider = db.Providers.Add(
                new ProviderRow { RootGroupId = MirrorDbContext.DefaultGroupId, Hostname = "example.com", Namespace = "acme", Type = "dns" }).Entity;
            var row = db.Versions.Add(new VersionRow { Provider = provider, Version = "1.0.0", SortKey = "1", CreatedBy = "test" }).Entity;
            await db.SaveChangesAsync();
            version = row.Id;
        }

        await Task.WhenAll(Enumerable.Range(0, 12).Select(async i =>
        {
            await using var db = database.CreateDbContext();
            db.Packages.Add(new PackageRow
            {
                VersionId = version,
                Os = "linux",
                Arch = $"a{i}",
                Sha256 = new string('0', 64),
                Size = 1,
                CachedBy = "test",
                Credential = "none",
            });
            await db.SaveChangesAsync();
        }));

        await using var after = database.CreateDbContext();
        Assert.Equal(12, await after.Versions.Where(row => row.Id == version).Select(row => row.Size).SingleAsync());
    }

    private static DatabaseOptions On(string connection) => new() { Provider = DatabaseProvider.PostgreSql, ConnectionString = connection };
}
