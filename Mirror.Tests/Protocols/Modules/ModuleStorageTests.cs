using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Storage;
using Mirror.Core.Storage.Backups;
using Mirror.Core.Storage.Objects;
using Mirror.Core.Storage.Retention;
using Mirror.Tests.Cli;
using Mirror.Tests.Hosting;
using Mirror.Tests.Importing;
using Mirror.Tests.Origin;
using Mirror.Tests.Storage.Objects;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Protocols.Modules;

/// <summary>Modules are in the same store as packages, so everything that manages the store must support them.</summary>
public sealed class ModuleStorageTests
{
    private const string Download = $"/v1/registries/{Host}/modules/{ModuleTests.Module}/1.0.0/download";

    [Fact]
    public async Task Recovery_AtStart_KeepsModules()
    {
        await using var mirror = await StartAsync(ModuleTests.SetUp);
        await CacheAsync(mirror);

        var report = await mirror.Server.Services.GetRequiredService<StartupRecovery>().RunAsync(CancellationToken.None);

        Assert.Equal(0, report.Orphans + report.Missing);
        Assert.Equal(1, await mirror.CountStoredFilesAsync());
    }

    [Fact]
    public async Task Verify_OfADamagedModule_ReportsItAndTheNextRequestDownloadsItAgain()
    {
        await using var mirror = await StartAsync(ModuleTests.SetUp);
        byte[] archive = await CacheAsync(mirror);
        var store = mirror.Server.Services.GetRequiredService<IPackageStore>();
        using (var damaged = store.Stage())
        {
            await damaged.WriteAsync((byte[])[.. archive.AsSpan(1), 0], CancellationToken.None);
            await store.CommitAsync(damaged, Sha256Digest.Of(archive), CancellationToken.None);
        }

        var verify = await CommandLine.RunAsync(mirror.Server, "verify");

        Assert.Equal(1, verify.ExitCode);
        Assert.Contains($"{Host}/{ModuleTests.Module} 1.0.0", verify.Error + verify.Output, StringComparison.Ordinal);
        Assert.Equal(archive, await CacheAsync(mirror));
        Assert.Equal(2, mirror.Origin.Count(RequestKind.ModuleArchive));
        Assert.Equal(0, (await CommandLine.RunAsync(mirror.Server, "verify")).ExitCode);
    }

    [Fact]
    public async Task Backup_WithAModule_ServesItAfterARestore()
    {
        using var directory = new MirrorDirectory();
        string backup = Path.Combine(directory.Path, "backup.tar"), restored = Path.Combine(directory.Path, "restored");
        await using var mirror = await StartAsync(ModuleTests.SetUp);
        byte[] archive = await CacheAsync(mirror);

        await mirror.Server.Services.GetRequiredService<BackupWriter>()
            .WriteAsync(backup, new Progress<(int, int)>(), CancellationToken.None);
        var target = await S3Server.ChooseAsync(await MigratedDatabase.ChooseAsync(new MirrorOptions { DataDirectory = restored }));
        await new BackupReader(new CatalogDatabase(target), ObjectStores.OpenPackages(target, TimeProvider.System), target)
            .RestoreAsync(backup, new Progress<int>(), CancellationToken.None);

        await using var server = await MirrorServer.StartAsync(
            options => options with { DataDirectory = restored, Upstream = options.Upstream with { Mode = UpstreamMode.Offline } });
        Assert.Equal(archive, await server.Client.GetByteArrayAsync(Download.Replace("download", "module.zip", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Group_Deleted_DeletesItsModulesImmediately()
    {
        await using var mirror = await StartAsync(ModuleTests.SetUp);
        foreach (string[] command in new string[][] { ["group", "create", "platform"], ["settings", "platform", "--automatic-caching", "on", "--anonymous-read", "on"] })
        {
            Assert.Equal(0, (await CommandLine.RunAsync(mirror.Server, command)).ExitCode);
        }

        const string OfGroup = $"/v1/registries/platform/{Host}/modules/{ModuleTests.Module}/1.0.0/";
        using var location = await mirror.Client.GetAsync(OfGroup + "download");
        await mirror.Client.GetByteArrayAsync(OfGroup + "module.zip");
        await mirror.WhenIdleAsync();
        int stored = await mirror.CountStoredFilesAsync();

        var refused = await CommandLine.RunAsync(mirror.Server, "group", "delete", "platform", "--yes");
        var deleted = await CommandLine.RunAsync(mirror.Server, "group", "delete", "platform", "--yes", "--force");

        Assert.Equal((1, 1, 0), (stored, refused.ExitCode, deleted.ExitCode));
        Assert.Equal(0, await mirror.CountStoredFilesAsync());
    }

    private static async Task<byte[]> CacheAsync(MirrorWithOrigin mirror)
    {
        byte[] archive = await ModuleTests.FollowAsync(mirror, await ModuleTests.LocationAsync(mirror));
        await mirror.WhenIdleAsync();
        return archive;
    }
}
