using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Storage;
using Mirror.Core.Storage.Backups;
using Mirror.Tests.Database;
using Mirror.Tests.Hosting;
using Mirror.Tests.Importing;
using Mirror.Tests.Protocols;
using Mirror.Tests.Storage.Archives;

namespace Mirror.Tests.Storage.Backups;

/// <summary>Migration from a version whose database has another schema.</summary>
public sealed class BackupMigrationTests : IDisposable
{
    private readonly MirrorDirectory _directory = new();

    private string Restored => Path.Combine(_directory.Path, "restored");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Restore_OfABackupOfMirror01_MigratesAllData()
    {
        string database = Path.Combine(_directory.Path, "earlier.db");
        await EarlierDatabase.MakeAsync(database);
        byte[] package = await EarlierDatabase.PackageAsync();
        var digest = Sha256Digest.Of(package);
        string backup = _directory.AddFile("backup.tar", RawTar.Make(
            new RawTar.Entry($"packages/sha256/{digest.Hex[..2]}/{digest.Hex}") { Content = package },
            new RawTar.Entry("mirror.db") { Content = await File.ReadAllBytesAsync(database) },
            new RawTar.Entry("mirror-backup-is-whole")));

        var report = await RestoreAsync(backup);

        Assert.Equal((1, "0.1.0 or earlier"), (report.Packages, report.WrittenBy));
        await AssertEverythingAsync(database, package);
    }

    [Fact]
    public async Task Restore_OfRowsAsJson_DoesNotNeedTheDatabase()
    {
        string earlier = Path.Combine(_directory.Path, "earlier.db");
        await EarlierDatabase.MakeAsync(earlier);
        byte[] package = await EarlierDatabase.PackageAsync();
        var digest = Sha256Digest.Of(package);
        var entries = new List<RawTar.Entry> { new($"packages/sha256/{digest.Hex[..2]}/{digest.Hex}") { Content = package } };
        await using (var connection = new SqliteConnection($"Data Source={earlier};Pooling=False"))
        {
            await connection.OpenAsync();
            foreach (string table in await TableWriter.ListAsync(connection, CancellationToken.None))
            {
                using var rows = new MemoryStream();
                await TableWriter.WriteAsync(connection, table, rows, CancellationToken.None);
                entries.Add(new RawTar.Entry($"tables/{table}.json") { Content = rows.ToArray() });
            }
        }

        // A database of another schema that does not contain its version.
        string other = Path.Combine(_directory.Path, "other.db");
        await ExecuteAsync(other, "CREATE TABLE Unknown (Id INTEGER PRIMARY KEY)");
        entries.Add(new RawTar.Entry("mirror.db") { Content = await File.ReadAllBytesAsync(other) });
        entries.Add(new RawTar.Entry("mirror-backup-is-whole"));

        await RestoreAsync(_directory.AddFile("backup.tar", RawTar.Make([.. entries])));

        await AssertEverythingAsync(earlier, package);
    }

    [Fact]
    public async Task Backup_OfThisVersion_ContainsTheRowsAsJson()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();
        await mirror.Client.GetByteArrayAsync(MirrorWithOrigin.Base + MirrorWithOrigin.Package);
        await mirror.WhenIdleAsync();
        string backup = Path.Combine(_directory.Path, "backup.tar");
        await mirror.Server.Services.GetRequiredService<BackupWriter>()
            .WriteAsync(backup, new Progress<(int, int)>(), CancellationToken.None);

        var contents = BackupContents.Read(backup);

        string[] tables = ["Namespaces", "Users", "AccessTokens", "Memberships", "PolicyRules", "Audit", "Packages", "Proofs"];
        foreach (string table in tables)
        {
            Assert.Contains(table, contents.Tables.Keys);
        }

        Assert.DoesNotContain("OriginDocuments", contents.Tables.Keys);
    }

    [Theory]
    [InlineData("[{\"Id\":1,\"Path\":\"default\",\"Kind\":7,\"RootGroupId\":1}]", "Row 1 of the backup's table Namespaces")]
    [InlineData("[{\"Id\":1,", "the backup's table Namespaces")]
    [InlineData("[]", "no group 'default'")]
    public async Task Restore_OfUnreadableRows_ReportsThemAndLeavesNoFiles(string namespaces, string reason)
    {
        string other = Path.Combine(_directory.Path, "other.db");
        await ExecuteAsync(other, "CREATE TABLE Unknown (Id INTEGER PRIMARY KEY)");
        string backup = _directory.AddFile("backup.tar", RawTar.Make(
            new RawTar.Entry("tables/Namespaces.json") { Content = Encoding.UTF8.GetBytes(namespaces) },
            new RawTar.Entry("mirror.db") { Content = await File.ReadAllBytesAsync(other) },
            new RawTar.Entry("mirror-backup-is-whole")));

        var refused = await Assert.ThrowsAsync<InvalidDataException>(() => RestoreAsync(backup));

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Restored, "*", SearchOption.AllDirectories));
    }

    /// <summary>Checks that the restored database has every row of the earlier one, and that a server works with them.</summary>
    private async Task AssertEverythingAsync(string earlier, byte[] package)
    {
        await using (var before = new SqliteConnection($"Data Source={earlier};Pooling=False"))
        await using (var after = new SqliteConnection($"Data Source={Path.Combine(Restored, "mirror.db")};Pooling=False"))
        {
            await before.OpenAsync();
            await after.OpenAsync();
            foreach (string table in (await TableWriter.ListAsync(before, CancellationToken.None)).Except(["Settings"]))
            {
                Assert.Equal((table, await CountAsync(before, table)), (table, await CountAsync(after, table)));
            }
        }

        await using var server = await MirrorServer.StartAsync(
            options => options with { DataDirectory = Restored, Upstream = options.Upstream with { Mode = UpstreamMode.Offline } });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/groups/platform/versions");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", EarlierDatabase.Token);
        using var response = await server.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(
            package,
            await server.Client.GetByteArrayAsync(
                "/v1/mirror/registry.example.com/example/hello/terraform-provider-hello_1.0.0_linux_amd64.zip"));
        await using var db = server.Services.GetRequiredService<CatalogDatabase>().CreateDbContext();
        Assert.Equal(["alice", "bob"], await db.Users.Select(user => user.Principal.Name).Order().ToListAsync());
        Assert.Equal(package.Length, (await db.Versions.SingleAsync()).Size);
    }

    private static async Task<long> CountAsync(SqliteConnection connection, string table)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A name from the database's own list.
        command.CommandText = $"SELECT count(*) FROM \"{table}\"";
#pragma warning restore CA2100
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task ExecuteAsync(string path, string statement)
    {
        await using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this class.
        command.CommandText = statement;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    private Task<BackupReport> RestoreAsync(string backup)
    {
        var options = new MirrorOptions { DataDirectory = Restored };
        return new BackupReader(new CatalogDatabase(options), new FileSystemPackageStore(options.PackagesDirectory, options.StagingDirectory), options)
            .RestoreAsync(backup, new Progress<int>(), CancellationToken.None);
    }
}
