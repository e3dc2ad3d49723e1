using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Storage;
using Mirror.Core.Storage.Migration;
using Mirror.Tests.Hosting;
using Mirror.Tests.Importing;
using Mirror.Web.Cli;

namespace Mirror.Tests.Storage.Migration;

public sealed class PackageMigrationTests : IAsyncLifetime, IDisposable
{
    private const string Instance = "0123abcd";

    private readonly MirrorDirectory _directory = new();
    private MirrorOptions _options = null!;
    private FileSystemPackageStore _from = null!;
    private RemotePackages _to = null!;

    private string Work => Path.Combine(_directory.Path, "migrate-packages");

    public async Task InitializeAsync()
    {
        _options = await MigratedDatabase.PutAsync(new MirrorOptions { DataDirectory = _directory.Path });
        _from = new FileSystemPackageStore(_options.PackagesDirectory, _options.StagingDirectory);
        _to = new RemotePackages(Path.Combine(Work, "staging"));
        await _from.SetOwnerAsync(Instance, CancellationToken.None);
        await using var db = new CatalogDatabase(_options).CreateDbContext();
        db.Settings.Add(new SettingRow { Name = "instance", Value = Instance });
        await db.SaveChangesAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _directory.Dispose();
    }

    [Fact]
    public async Task Run_WhileTheServerIsRunning_CopiesWhatComesMeanwhileAndLeavesTheTargetIncomplete()
    {
        await AddAsync(_from, 1);
        bool isAdded = false;
        var progress = new ImmediateProgress<MigrationProgress>(at =>
        {
            if (at.Done == 1 && !isAdded)
            {
                isAdded = true;
                AddAsync(_from, 2).GetAwaiter().GetResult();
            }
        });

        var report = await Migration().RunAsync(isStopped: false, progress, CancellationToken.None);

        Assert.Equal((2, 2, 6L, false), (report.Packages, report.Copied, report.CopiedBytes, report.IsComplete));
        Assert.Equal(await ListAsync(_from), await ListAsync(_to));
        Assert.NotEqual(Instance, await _to.FindOwnerAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Run_WithTheServerStopped_CopiesTheRestAndCompletesTheTarget()
    {
        var first = await AddAsync(_from, 1);
        await Migration().RunAsync(isStopped: false, null, CancellationToken.None);
        var second = await AddAsync(_from, 2);
        string before = await IdentifyAsync(_to, first);

        var report = await Migration().RunAsync(isStopped: true, null, CancellationToken.None);

        Assert.Equal((2, 1, true), (report.Packages, report.Copied, report.IsComplete));
        Assert.Equal(Instance, await _to.FindOwnerAsync(CancellationToken.None));
        // The server does not hash what was hashed during the copy, even by the earlier run.
        Assert.Equal(before, await FindRecordedIdentityAsync(first));
        Assert.Equal(await IdentifyAsync(_to, second), await FindRecordedIdentityAsync(second));
        Assert.False(Directory.Exists(Work));
    }

    [Fact]
    public async Task Run_AfterAnInterruption_CopiesOnlyTheRest()
    {
        for (byte i = 1; i <= 30; i++)
        {
            await AddAsync(_from, i);
        }

        using var stop = new CancellationTokenSource();
        var progress = new ImmediateProgress<MigrationProgress>(at =>
        {
            if (at.Done == 5)
            {
                stop.Cancel();
            }
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Migration().RunAsync(isStopped: true, progress, stop.Token));
        int copied = (await ListAsync(_to)).Count;

        var report = await Migration().RunAsync(isStopped: true, null, CancellationToken.None);

        Assert.InRange(copied, 5, 29);
        Assert.Equal((30, 30 - copied, true), (report.Packages, report.Copied, report.IsComplete));
        Assert.Equal(await ListAsync(_from), await ListAsync(_to));
    }

    [Fact]
    public async Task Run_WithADamagedPackage_ReportsItAndCopiesTheOthers()
    {
        var damaged = await AddAsync(_from, 1);
        var other = await AddAsync(_from, 2);
        await File.WriteAllBytesAsync(Path.Combine(_options.PackagesDirectory, "sha256", damaged.Hex[..2], damaged.Hex), [9, 9, 9]);

        var report = await Migration().RunAsync(isStopped: true, null, CancellationToken.None);

        Assert.Equal(damaged, Assert.Single(report.Damaged).Digest);
        Assert.False(report.IsComplete);
        Assert.Equal([other], await ListAsync(_to));
    }

    [Fact]
    public async Task Run_WithAnIncompletePackageInTheTarget_ReplacesIt()
    {
        var digest = await AddAsync(_from, 1);
        await _to.SetOwnerAsync(Instance, CancellationToken.None);
        _to.Put(digest, [1]);

        var report = await Migration().RunAsync(isStopped: true, null, CancellationToken.None);

        Assert.Equal((1, 1, true), (report.Packages, report.Copied, report.IsComplete));
        using var content = await _to.OpenAsync(digest, CancellationToken.None);
        Assert.Equal(3, content!.Length);
    }

    [Theory]
    [InlineData("feed0123", "belongs to another instance (feed0123)")]
    [InlineData("feed0123, incomplete", "belongs to another instance")]
    [InlineData(null, "contains packages, but has no instance id")]
    public async Task Run_IntoAnotherInstancesStore_IsRefused(string? owner, string message)
    {
        await AddAsync(_from, 1);
        var theirs = _to.Put([7, 7]);
        if (owner is not null)
        {
            await _to.SetOwnerAsync(owner, CancellationToken.None);
        }

        var refused = await Assert.ThrowsAsync<MigrationException>(() => Migration().RunAsync(isStopped: true, null, CancellationToken.None));

        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        Assert.Equal((owner, theirs), (await _to.FindOwnerAsync(CancellationToken.None), Assert.Single(await ListAsync(_to))));
    }

    [Fact]
    public async Task Run_IntoItsOwnStore_IsRefused()
    {
        var migration = new PackageMigration(new CatalogDatabase(_options), _from, _from, Work);

        var refused = await Assert.ThrowsAsync<MigrationException>(() => migration.RunAsync(isStopped: true, null, CancellationToken.None));

        Assert.Contains("the server itself", refused.Message, StringComparison.Ordinal);
        Assert.Equal(Instance, await _from.FindOwnerAsync(CancellationToken.None));
    }

    private static async Task<List<Sha256Digest>> ListAsync(IPackageStore store) =>
        [.. (await store.ListAsync(CancellationToken.None).ToListAsync()).Select(package => package.Digest).OrderBy(digest => digest.Hex)];

    private static async Task<string> IdentifyAsync(IPackageStore store, Sha256Digest digest)
    {
        using var content = await store.OpenAsync(digest, CancellationToken.None);
        return content!.Identity;
    }

    private PackageMigration Migration()
    {
        _to.Stage().Dispose();
        return new PackageMigration(new CatalogDatabase(_options), _from, _to, Work);
    }

    private async Task<Sha256Digest> AddAsync(IPackageStore store, byte seed)
    {
        byte[] bytes = [seed, 2, 3];
        var digest = Sha256Digest.Of(bytes);
        using var staged = store.Stage();
        await staged.WriteAsync(bytes, CancellationToken.None);
        string identity = await store.CommitAsync(staged, digest, CancellationToken.None);
        await using var db = new CatalogDatabase(_options).CreateDbContext();
        db.Blobs.Add(new BlobRow { Sha256 = digest.Hex, Size = bytes.Length, Identity = identity });
        await db.SaveChangesAsync();
        return digest;
    }

    private async Task<string?> FindRecordedIdentityAsync(Sha256Digest digest)
    {
        await using var db = new CatalogDatabase(_options).CreateDbContext();
        return await db.Blobs.Where(row => row.Sha256 == digest.Hex).Select(row => row.Identity).SingleAsync();
    }
}
