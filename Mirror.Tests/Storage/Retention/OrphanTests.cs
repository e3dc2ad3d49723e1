using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Packages;
using Mirror.Core.Storage.Retention;
using Mirror.Tests.Cli;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using Mirror.Tests.Time;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Storage.Retention;

/// <summary>Stored packages that no record refers to.</summary>
public sealed class OrphanTests
{
    [Fact]
    public async Task Orphan_AfterItsGracePeriod_IsRemoved()
    {
        var time = new ManualTimeProvider();
        await using var mirror = await StartWithOrphanAsync(time);

        Assert.Equal(2, await RemoveDueAsync(mirror, time, TimeSpan.FromDays(6.9)));
        Assert.Equal(1, await RemoveDueAsync(mirror, time, TimeSpan.FromDays(0.2)));
        Assert.Equal(1, await mirror.QueryAsync(db => db.Audit.CountAsync(row => row.Action == "package.discard")));
        Assert.Equal(mirror.OriginPackage().Content, await mirror.Client.GetByteArrayAsync(Base + Package));
    }

    [Fact]
    public async Task Orphans_ExceedingATenthOfTheStore_StayUntilAnAdministratorDecides()
    {
        var time = new ManualTimeProvider();
        await using var mirror = await StartWithOrphanAsync(time, size: 20_000);

        int stored = await RemoveDueAsync(mirror, time, TimeSpan.FromDays(100));
        var found = await CommandLine.RunAsync(mirror.Server, "verify");
        using var statistics = await mirror.Server.AdminClient.GetAsync("/api/v1/groups/default/statistics");
        var decided = await CommandLine.RunAsync(mirror.Server, "verify", "--remove-orphans");

        Assert.Equal((2, 0, 0), (stored, found.ExitCode, decided.ExitCode));
        Assert.Contains("more than a tenth", found.Error, StringComparison.Ordinal);
        Assert.Contains(
            "\"orphans\":{\"packages\":1,\"bytes\":20000,\"removedAt\":null,\"heldBack\":true}",
            await statistics.Content.ReadAsStringAsync(),
            StringComparison.Ordinal);
        Assert.Equal(1, await mirror.CountStoredFilesAsync());
    }

    [Theory]
    [InlineData(-3)]
    [InlineData(400)]
    public async Task Orphan_AfterTheClockWasSet_RestartsItsGracePeriod(int days)
    {
        var time = new ManualTimeProvider();
        await using var mirror = await StartWithOrphanAsync(time);

        time.SetWallClock(time.GetUtcNow() + TimeSpan.FromDays(days));
        int atOnce = await RemoveDueAsync(mirror, time, TimeSpan.Zero);
        int early = await RemoveDueAsync(mirror, time, TimeSpan.FromDays(6));
        int due = await RemoveDueAsync(mirror, time, TimeSpan.FromDays(2));

        Assert.Equal((2, 2, 1), (atOnce, early, due));
    }

    [Fact]
    public async Task Orphan_AfterARestart_KeepsItsFirstSeenTime()
    {
        var time = new ManualTimeProvider();
        await using var mirror = await StartWithOrphanAsync(time);
        var before = Assert.Single(await mirror.Server.Services.GetRequiredService<Orphans>().ListAsync(CancellationToken.None));

        time.Advance(TimeSpan.FromDays(3));
        await mirror.Server.Services.GetRequiredService<StartupRecovery>().RunAsync(CancellationToken.None);

        Assert.Equal(before, Assert.Single(await mirror.Server.Services.GetRequiredService<Orphans>().ListAsync(CancellationToken.None)));
    }

    [Fact]
    public async Task Orphan_RequestedAgain_IsAdoptedWithoutADownload()
    {
        await using var mirror = await StartCachedAsync(null);
        await DeleteRecordsAsync(mirror);
        long used = await mirror.Server.Services.GetRequiredService<StorageSpace>().MeasureAsync(CancellationToken.None);

        byte[] served = await mirror.Client.GetByteArrayAsync(Base + Package);

        Assert.Equal(mirror.OriginPackage().Content.Length, used);
        Assert.Equal(mirror.OriginPackage().Content, served);
        Assert.Equal(1, mirror.Origin.Count(RequestKind.Package));
        Assert.Equal(
            (1, 0),
            (await mirror.CountPackageRowsAsync(), await mirror.QueryAsync(db => db.Blobs.CountAsync(blob => blob.OrphanedAt != null))));
    }

    [Fact]
    public async Task Orphan_Altered_IsDownloadedAgain()
    {
        await using var mirror = await StartCachedAsync(null);
        await DeleteRecordsAsync(mirror);
        string hex = mirror.OriginPackage().Digest.Hex;
        await File.WriteAllBytesAsync(
            Path.Combine(mirror.Server.Host.Options.PackagesDirectory, "sha256", hex[..2], hex),
            new byte[mirror.OriginPackage().Content.Length]);

        byte[] served = await mirror.Client.GetByteArrayAsync(Base + Package);

        Assert.Equal(mirror.OriginPackage().Content, served);
        Assert.Equal(2, mirror.Origin.Count(RequestKind.Package));
    }

    [Fact]
    public async Task Verify_Adopt_RecordsPackagesOfAStoredProof()
    {
        await using var mirror = await StartCachedAsync(null);
        await DeleteRecordsAsync(mirror);

        var adopted = await CommandLine.RunAsync(mirror.Server, "verify", "--adopt");
        var again = await CommandLine.RunAsync(mirror.Server, "verify", "--json");

        Assert.Equal(0, adopted.ExitCode);
        Assert.Contains("example/hello 1.0.0 linux_amd64", adopted.Error, StringComparison.Ordinal);
        Assert.Empty(again.Json["findings"]!.AsArray());
        Assert.Equal(mirror.OriginPackage().Content, await mirror.Client.GetByteArrayAsync(Base + Package));
        Assert.Equal(1, mirror.Origin.Count(RequestKind.Package));
    }

    [Theory]
    [InlineData("delete-version", "default", "{0}", "1.0.0", "--yes")]
    [InlineData("delete-platform", "default", "{0}", "1.0.0", "linux_amd64", "--yes")]
    public async Task Deletion_OfTheLastReference_RemovesTheFileImmediately(params string[] command)
    {
        await using var mirror = await StartCachedAsync(null);

        var deleted = await CommandLine.RunAsync(
            mirror.Server, [.. command.Select(word => word.Replace("{0}", $"{Host}/example/hello", StringComparison.Ordinal))]);

        Assert.Equal((0, 0), (deleted.ExitCode, await mirror.CountStoredFilesAsync()));
        Assert.Equal(0, await mirror.QueryAsync(db => db.Blobs.CountAsync()));
    }

    /// <returns>The number of stored packages afterwards. The server also removes due packages on its own.</returns>
    private static async Task<int> RemoveDueAsync(MirrorWithOrigin mirror, ManualTimeProvider time, TimeSpan later)
    {
        time.Advance(later);
        await mirror.Server.Services.GetRequiredService<Orphans>().RemoveDueAsync(CancellationToken.None);
        return await mirror.CountStoredFilesAsync();
    }

    private static async Task DeleteRecordsAsync(MirrorWithOrigin mirror)
    {
        await mirror.QueryAsync(db => db.Versions.ExecuteDeleteAsync());
        mirror.Server.Services.GetRequiredService<CatalogChanges>()
            .Publish(new CatalogChange(MirrorDbContext.DefaultGroupId, Core.Addresses.ProviderAddress.Parse($"{Host}/example/hello")));
        await mirror.Server.Services.GetRequiredService<StartupRecovery>().RunAsync(CancellationToken.None);
    }

    private static async Task<MirrorWithOrigin> StartCachedAsync(TimeProvider? time)
    {
        var mirror = await Fetching.Documents.OriginFaultTests.StartLargeAsync(size: 100_000, time: time);
        await mirror.Client.GetByteArrayAsync(Base + Package);
        await mirror.WhenIdleAsync();
        return mirror;
    }

    /// <summary>Starts with another package of 100,000 bytes.</summary>
    private static async Task<MirrorWithOrigin> StartWithOrphanAsync(ManualTimeProvider time, int size = 1000)
    {
        var mirror = await StartCachedAsync(time);
        byte[] content = new byte[size];
        string hex = Core.Addresses.Sha256Digest.Of(content).Hex;
        string file = Path.Combine(mirror.Server.Host.Options.PackagesDirectory, "sha256", hex[..2], hex);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllBytesAsync(file, content);
        await mirror.Server.Services.GetRequiredService<StartupRecovery>().RunAsync(CancellationToken.None);
        return mirror;
    }
}
