using Microsoft.Extensions.DependencyInjection;
using Mirror.Core;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Storage;
using Mirror.Core.Storage.Backups;
using Mirror.Core.Storage.Objects;
using Mirror.Tests.Cli;
using Mirror.Tests.Hosting;
using Mirror.Tests.Importing;
using Mirror.Tests.Protocols;
using Mirror.Tests.Storage.Objects;

namespace Mirror.Tests.Storage.Backups;

public sealed class BackupTests : IDisposable
{
    private const string Hello = $"{MirrorWithOrigin.Host}/example/hello";

    private readonly MirrorDirectory _directory = new();

    private string Backup => Path.Combine(_directory.Path, "backup.tar");

    private string Restored => Path.Combine(_directory.Path, "restored");

    public void Dispose() => _directory.Dispose();

    [UnixFact("Windows knows no file modes.")]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Backup_OfARunningServer_ServesTheSameAfterARestore()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();
        await SyncAsync(mirror);
        // Another user creates the file first, to read the backup.
        await File.WriteAllTextAsync(Backup + ".part", "");
        File.SetUnixFileMode(Backup + ".part", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        var report = await WriteAsync(mirror.Server);
        await SyncAsync(mirror, "2.0.0"); // Written after the part file.
        var restored = await RestoreAsync();

        Assert.Equal((1, 0, 1), (report.Packages, report.Gone, restored.Packages));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Backup));
        Assert.Equal(["backup.tar"], Directory.GetFiles(_directory.Path).Select(Path.GetFileName));
        Assert.All(
            new[] { mirror.Server.Host.Options.PackagesDirectory, mirror.Server.Host.Options.StagingDirectory }.Where(Directory.Exists),
            path => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(path)));
        await using var server = await MirrorServer.StartAsync(
            options => options with { DataDirectory = Restored, Upstream = options.Upstream with { Mode = UpstreamMode.Offline } });
        Assert.Equal(
            mirror.OriginPackage().Content, await server.Client.GetByteArrayAsync(MirrorWithOrigin.Base + MirrorWithOrigin.Package));
        var list = (await CommandLine.RunAsync(server, "list-versions", "default", "--json")).Json;
        Assert.Equal((1, "verified"), ((int)list["total"]!, (string)list["items"]![0]!["trust"]!));
        Assert.Equal(mirror.Server.AdminToken, server.AdminToken);
    }

    [Fact]
    public async Task Backup_DuringAPackageDeletion_IsConsistentWithoutIt()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();
        await SyncAsync(mirror);
        await SyncAsync(mirror, "2.0.0");
        // Simulates a deletion between the snapshot and the copy.
        var store = mirror.Server.Services.GetRequiredService<IPackageStore>();
        await store.DeleteAsync((await store.ListAsync(CancellationToken.None).FirstAsync()).Digest, CancellationToken.None);

        var report = await WriteAsync(mirror.Server);
        var restored = await RestoreAsync();

        Assert.Equal((1, 1), (report.Packages, report.Gone));
        Assert.Equal((ProductVersion.Text, ProductVersion.Text), (report.WrittenBy, restored.WrittenBy));
        await using var server = await MirrorServer.StartAsync(options => options with { DataDirectory = Restored });
        Assert.Equal(1, await MirrorWithOrigin.QueryAsync(server, db => Task.FromResult(db.Packages.Count())));
    }

    [Fact]
    public async Task Restore_OverExistingData_Fails()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();
        await WriteAsync(mirror.Server);

        var refused = await Assert.ThrowsAsync<IOException>(() => RestoreAsync(mirror.Server.DataDirectory, Backup));

        Assert.Contains("already contains data", refused.Message, StringComparison.Ordinal);
    }

    private Task<BackupReport> WriteAsync(MirrorServer server) =>
        server.Services.GetRequiredService<BackupWriter>().WriteAsync(Backup, new Progress<(int, int)>(), CancellationToken.None);

    private Task<BackupReport> RestoreAsync() => RestoreAsync(Restored, Backup);

    private static async Task<BackupReport> RestoreAsync(string directory, string backup)
    {
        var options = await S3Server.ChooseAsync(await MigratedDatabase.ChooseAsync(new MirrorOptions { DataDirectory = directory }));
        return await new BackupReader(new CatalogDatabase(options), ObjectStores.OpenPackages(options, TimeProvider.System), options)
            .RestoreAsync(backup, new Progress<int>(), CancellationToken.None);
    }

    private static async Task SyncAsync(MirrorWithOrigin mirror, string version = "1.0.0")
    {
        var sync = await CommandLine.RunAsync(mirror.Server, "sync", "--version", version, "--platform", "linux_amd64", Hello);
        Assert.Equal((0, ""), (sync.ExitCode, sync.Error));
        await mirror.WhenIdleAsync();
    }
}
