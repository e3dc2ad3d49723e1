using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Storage;
using Mirror.Core.Storage.Backups;
using Mirror.Core.Storage.Retention;
using Mirror.Tests.Cli;
using Mirror.Tests.Hosting;
using Mirror.Tests.Importing;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using Mirror.Web.Cli;
using Mirror.Web.Hosting;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Storage.Retention;

/// <summary>A server with another database or another package store: nothing is deleted because of that.</summary>
public sealed class StoreOwnershipTests : IAsyncDisposable
{
    private readonly MirrorDirectory _directory = new();
    private readonly FakeOrigin _origin = FakeOrigin.Start();

    public StoreOwnershipTests() => _origin.AddProvider("example/hello").AddVersions("1.0.0");

    private string Database => Path.Combine(_directory.Path, "mirror.db");

    private string Packages => Path.Combine(_directory.Path, "packages");

    public async ValueTask DisposeAsync()
    {
        SqliteConnection.ClearAllPools();
        await _origin.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Start_WithoutItsDatabase_FailsAndChangesNothing()
    {
        await CacheAsync();
        DeleteDatabase();

        var refused = await Assert.ThrowsAsync<StartFailedException>(() => StartBareAsync());

        Assert.Contains("the database is new", refused.Message, StringComparison.Ordinal);
        Assert.Contains("mirror verify --offline --adopt", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Database));
        Assert.Single(StoredFiles());
    }

    [Fact]
    public async Task Start_WithANewDatabaseThatAdoptedTheStore_ServesWithoutADownload()
    {
        byte[] package = await CacheAsync();
        DeleteDatabase();

        await AdoptAsync();
        await using var server = await StartAsync();
        var space = await server.Services.GetRequiredService<Orphans>().SummariseAsync(CancellationToken.None);
        byte[] served = await server.Client.GetByteArrayAsync(Base + Package);

        Assert.Equal((1, true), (space!.Packages, space.HeldBack));
        Assert.Contains(
            "the database is new",
            await QueryAsync(server, db => db.Audit.Where(row => row.Action == "store.adopt").Select(row => row.Detail).SingleAsync()),
            StringComparison.Ordinal);
        Assert.Equal(package, served);
        Assert.Equal(1, _origin.Count(RequestKind.Package));
        Assert.Null(await server.Services.GetRequiredService<Orphans>().SummariseAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Start_WithThePackagesOfAnotherInstance_Fails(bool hasOthers)
    {
        await CacheAsync();
        Directory.Move(Packages, Packages + ".right");
        if (hasOthers)
        {
            using var other = new MirrorDirectory();
            await using (await StartAsync(other.Path))
            {
            }

            Directory.Move(Path.Combine(other.Path, "packages"), Packages);
        }

        var refused = await Assert.ThrowsAsync<StartFailedException>(() => StartBareAsync());
        Directory.Delete(Packages, recursive: true);
        Directory.Move(Packages + ".right", Packages);
        await using var server = await StartAsync();

        Assert.Contains(hasOthers ? "belongs to instance" : "mounted", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, await QueryAsync(server, db => db.Packages.CountAsync()));
    }

    [Fact]
    public async Task VerifyAndBackup_OfAReplacedStore_Fail()
    {
        await CacheAsync();
        await using var server = await StartAsync();
        Directory.Move(Packages, Packages + ".right");
        Directory.CreateDirectory(Path.Combine(Packages, "sha256", "ab"));
        await File.WriteAllTextAsync(Path.Combine(Packages, "sha256", "ab", "ab" + new string('0', 62)), "another's");

        var run = await CommandLine.RunAsync(server, "verify");
        string backup = Path.Combine(_directory.Path, "backup.tar");
        var refused = await Assert.ThrowsAsync<IOException>(() =>
            server.Services.GetRequiredService<BackupWriter>().WriteAsync(backup, new Progress<(int, int)>(), CancellationToken.None));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("does not belong to the database", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(backup));
        Assert.Contains("does not belong to this database", run.Error, StringComparison.Ordinal);
        Assert.Equal(1, await QueryAsync(server, db => db.Packages.CountAsync()));
    }

    [Fact]
    public async Task Restore_OfABackup_RestoresTheInstanceIdAndFileIdentities()
    {
        string backup = Path.Combine(_directory.Path, "backup.tar"), elsewhere = Path.Combine(_directory.Path, "elsewhere");
        await CacheAsync();
        await using (var server = await StartAsync())
        {
            await server.Services.GetRequiredService<BackupWriter>().WriteAsync(backup, new Progress<(int, int)>(), CancellationToken.None);
        }

        await RestoreAsync(backup, elsewhere);
        await using var restored = await StartAsync(elsewhere);
        using var content = await restored.Services.GetRequiredService<IPackageStore>()
            .OpenAsync(_origin.Provider("example/hello")["1.0.0"].Package("linux_amd64").Digest, CancellationToken.None);

        Assert.Equal(
            await File.ReadAllTextAsync(Path.Combine(Packages, "instance")),
            await File.ReadAllTextAsync(Path.Combine(elsewhere, "packages", "instance")));
        Assert.Equal(content!.Identity, await QueryAsync(restored, db => db.Blobs.Select(blob => blob.Identity).SingleAsync()));
    }

    [Fact]
    public async Task Restore_NextToPackages_SucceedsOnlyForTheSameInstance()
    {
        string backup = Path.Combine(_directory.Path, "backup.tar");
        await CacheAsync();
        await using (var server = await StartAsync())
        {
            await server.Services.GetRequiredService<BackupWriter>().WriteAsync(backup, new Progress<(int, int)>(), CancellationToken.None);
        }

        using var other = new MirrorDirectory();
        await using (await StartAsync(other.Path))
        {
        }

        SqliteConnection.ClearAllPools();
        File.Delete(Path.Combine(other.Path, "mirror.db"));
        var refused = await Assert.ThrowsAsync<IOException>(() => RestoreAsync(backup, other.Path));
        DeleteDatabase();
        await RestoreAsync(backup, _directory.Path);
        await using var restored = await StartAsync();

        Assert.Contains("belong to instance", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.Combine(other.Path, "packages", "sha256"), "*", SearchOption.AllDirectories));
        Assert.Equal(1, await QueryAsync(restored, db => db.Packages.CountAsync()));
    }

    [UnixFact("Windows makes links for administrators only.")]
    public async Task Start_WithALinkedDatabaseFile_Fails()
    {
        using var other = new MirrorDirectory();
        await MigratedDatabase.PutAsync(new MirrorOptions { DataDirectory = other.Path });
        File.CreateSymbolicLink(Database, Path.Combine(other.Path, "mirror.db"));

        var refused = await Assert.ThrowsAsync<IOException>(() => StartBareAsync());

        Assert.Contains("is a link", refused.Message, StringComparison.Ordinal);
    }

    [UnixFact("Windows makes links for administrators only.")]
    public async Task Backup_WithALinkAmongTheKeys_Fails()
    {
        await CacheAsync();
        await using var server = await StartAsync();
        File.CreateSymbolicLink(Path.Combine(_directory.Path, "keys", "another"), "/etc/passwd");

        await Assert.ThrowsAsync<IrregularFileException>(() =>
            server.Services.GetRequiredService<BackupWriter>().WriteAsync(
                Path.Combine(_directory.Path, "backup.tar"), new Progress<(int, int)>(), CancellationToken.None));
        Assert.False(File.Exists(Path.Combine(_directory.Path, "backup.tar")));
    }

    [Fact]
    public async Task Backup_OfADamagedPackage_OmitsIt()
    {
        await CacheAsync();
        await using var server = await StartAsync();
        string file = StoredFiles().Single();
        await File.WriteAllBytesAsync(file, [.. (await File.ReadAllBytesAsync(file)).Reverse()]);

        var report = await server.Services.GetRequiredService<BackupWriter>()
            .WriteAsync(Path.Combine(_directory.Path, "backup.tar"), new Progress<(int, int)>(), CancellationToken.None);

        Assert.Equal((0, 0, Path.GetFileName(file)), (report.Packages, report.Gone, Assert.Single(report.Damaged).Hex));
    }

    private async Task<byte[]> CacheAsync()
    {
        await using var server = await StartAsync();
        byte[] package = await server.Client.GetByteArrayAsync(Base + Package);
        await WhenIdleAsync(server);
        return package;
    }

    private void DeleteDatabase()
    {
        SqliteConnection.ClearAllPools();
        foreach (string file in Directory.GetFiles(_directory.Path, "mirror.db*"))
        {
            File.Delete(file);
        }
    }

    private async Task AdoptAsync()
    {
        await using var instance = await LocalInstance.OpenAsync(
            new MirrorOptions { DataDirectory = _directory.Path }, adoptStore: true, CancellationToken.None);
    }

    private static async Task RestoreAsync(string backup, string directory)
    {
        var options = new MirrorOptions { DataDirectory = directory };
        await new BackupReader(new CatalogDatabase(options), new FileSystemPackageStore(options.PackagesDirectory, options.StagingDirectory), options)
            .RestoreAsync(backup, new Progress<int>(), CancellationToken.None);
    }

    private string[] StoredFiles() => Directory.GetFiles(Path.Combine(Packages, "sha256"), "*", SearchOption.AllDirectories);

    private Task<MirrorServer> StartAsync(string? directory = null) =>
        MirrorServer.StartAsync(options => Configure(options) with { DataDirectory = directory ?? _directory.Path });

    /// <summary>Starts like the executable, without a database that the test created.</summary>
    private async Task StartBareAsync()
    {
        await using var host = MirrorHost.Build(
            Configure(new MirrorOptions { DataDirectory = _directory.Path, Listen = new ListenOptions { Http = new Uri("http://127.0.0.1:0") } }));
        await host.StartAsync();
    }

    private MirrorOptions Configure(MirrorOptions options) => options with
    {
        Listen = options.Listen with { Https = null },
        Upstream =
            options.Upstream with { Hosts = [new UpstreamHostOptions { Name = Name, ProvidersUrl = new Uri(_origin.ProvidersUrl) }] },
    };
}
