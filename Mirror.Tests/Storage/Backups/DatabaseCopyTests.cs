using Microsoft.EntityFrameworkCore;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Storage;
using Mirror.Core.Storage.Backups;
using Mirror.Tests.Hosting;
using Mirror.Tests.Importing;
using Mirror.Tests.Ui;

namespace Mirror.Tests.Storage.Backups;

/// <summary>Between a SQLite file and a real PostgreSQL server.</summary>
public sealed class DatabaseCopyTests : IDisposable
{
    private readonly MirrorDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Copy_ToPostgreSqlAndBack_KeepsEveryRow()
    {
        var source = Sqlite("source.db");
        await SeedAsync(source);
        var target = await PostgreSqlAsync();
        var back = Sqlite("back.db");

        var there = await Copy(source, target).RunAsync(null, CancellationToken.None);
        var again = await Copy(target, back).RunAsync(null, CancellationToken.None);

        Assert.Equal(there, again);
        Assert.Equal(40, there.Single(table => table.Table == "Versions").Rows);
        Assert.Equal(80, there.Single(table => table.Table == "Packages").Rows);
        await using var before = source.CreateDbContext();
        await using var after = back.CreateDbContext();
        Assert.Equal(
            await before.Versions.OrderBy(row => row.Id).Select(row => new { row.Id, row.Version, row.Size, row.LastUsedAt }).ToListAsync(),
            await after.Versions.OrderBy(row => row.Id).Select(row => new { row.Id, row.Version, row.Size, row.LastUsedAt }).ToListAsync());
    }

    [Fact]
    public async Task Copy_ToPostgreSql_LeavesIdsForNewRows()
    {
        var source = Sqlite("source.db");
        await SeedAsync(source);
        var target = await PostgreSqlAsync();
        await Copy(source, target).RunAsync(null, CancellationToken.None);

        await using var db = target.CreateDbContext();
        long highest = await db.Namespaces.MaxAsync(row => row.Id);
        var added = db.Namespaces.Add(new NamespaceRow { Path = "another", RootGroupId = 1, Kind = NamespaceKind.Group }).Entity;
        await db.SaveChangesAsync();

        Assert.Equal(highest + 1, added.Id);
    }

    [Fact]
    public async Task Copy_ToADatabaseWithData_IsRefusedAndChangesNothing()
    {
        var (source, target) = (Sqlite("source.db"), await PostgreSqlAsync());
        await SeedAsync(source);
        await using (var db = target.CreateDbContext())
        {
            db.Audit.Add(new AuditRow(DateTimeOffset.UnixEpoch, "test", Principal.Admin));
            await db.SaveChangesAsync();
        }

        var refused = await Assert.ThrowsAsync<CopyException>(() => Copy(source, target).RunAsync(null, CancellationToken.None));

        Assert.Contains("is not empty: its table Audit has 1 rows", refused.Message, StringComparison.Ordinal);
        await using var after = target.CreateDbContext();
        Assert.Equal((1, 0), (await after.Audit.CountAsync(), await after.Versions.CountAsync()));
    }

    [Fact]
    public async Task Copy_Interrupted_LeavesTheTargetEmptyAndCanBeRepeated()
    {
        var (source, target) = (Sqlite("source.db"), await PostgreSqlAsync());
        await SeedAsync(source);
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Copy(source, target).RunAsync(new StopAt("Packages", stop), stop.Token));
        await using (var db = target.CreateDbContext())
        {
            Assert.Equal(0, await db.Versions.CountAsync());
        }

        var copied = await Copy(source, target).RunAsync(null, CancellationToken.None);

        Assert.Equal(80, copied.Single(table => table.Table == "Packages").Rows);
        Assert.Empty(Directory.GetFiles(_directory.Path, "*.rows"));
    }

    private DatabaseCopy Copy(CatalogDatabase from, CatalogDatabase to) => new(from, to, Path.Combine(_directory.Path, "copy.rows"));

    private CatalogDatabase Sqlite(string file) => new(new MirrorOptions
    {
        DataDirectory = _directory.Path,
        Database = new DatabaseOptions { ConnectionString = $"Data Source={Path.Combine(_directory.Path, file)};Pooling=False" },
    });

    private async Task<CatalogDatabase> PostgreSqlAsync() => new(new MirrorOptions
    {
        DataDirectory = _directory.Path,
        Database = new DatabaseOptions { Provider = DatabaseProvider.PostgreSql, ConnectionString = await MigratedDatabase.CreateAsync() },
    });

    private async Task SeedAsync(CatalogDatabase database)
    {
        await database.MigrateAsync(CancellationToken.None);
        var store = new FileSystemPackageStore(Path.Combine(_directory.Path, "packages"), Path.Combine(_directory.Path, "staging"));
        var seed = new CatalogSeed(database, store, DateTimeOffset.UnixEpoch + TimeSpan.FromDays(20_000));
        for (int i = 0; i < 40; i++)
        {
            await seed.SignedAsync($"acme/p{i % 7}", $"1.{i}.0", ["linux_amd64", "darwin_arm64"], 1_000 + i, TimeSpan.FromDays(i), Principal.Admin);
        }
    }

    private sealed class StopAt(string table, CancellationTokenSource stop) : IProgress<CopyProgress>
    {
        public void Report(CopyProgress value)
        {
            if (value.Table == table)
            {
                stop.Cancel();
            }
        }
    }
}
