using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Database;
using Mirror.Core.Storage;
using Mirror.Tests.Cli;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using Mirror.Tests.Time;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Storage.Integrity;

public sealed class IntegrityTests
{
    [Fact]
    public async Task Verify_UndamagedStore_FindsNothing()
    {
        await using var mirror = await StartCachedAsync();

        var run = await CommandLine.RunAsync(mirror.Server, "verify", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(1, (int)run.Json["checked"]!);
        Assert.Empty(run.Json["findings"]!.AsArray());
        Assert.True((bool)run.Json["ended"]!);
    }

    [Fact]
    public async Task Verify_FlippedByte_IsReportedRefusedAndRepaired()
    {
        await using var mirror = await StartCachedAsync();
        var package = mirror.OriginPackage();
        Flip(mirror);

        var found = await CommandLine.RunAsync(mirror.Server, "verify");
        using var refused = await mirror.Client.GetAsync(Base + Package);
        var document = await mirror.GetJsonAsync(Base + "1.0.0.json");
        var repaired = await CommandLine.RunAsync(mirror.Server, "verify", "--repair", "--json");
        byte[] healed = await mirror.Client.GetByteArrayAsync(Base + Package);
        var again = await CommandLine.RunAsync(mirror.Server, "verify");

        Assert.Equal(1, found.ExitCode);
        Assert.StartsWith("Checked 1 package (", found.Output, StringComparison.Ordinal);
        Assert.EndsWith("): 2 problems.\n", found.Output, StringComparison.Ordinal);
        Assert.Contains(
            $"damaged, out of service: {Host}/example/hello 1.0.0 linux_amd64 (default), {package.Digest}",
            found.Error,
            StringComparison.Ordinal);
        Assert.Equal(502, (int)refused.StatusCode);
        Assert.Contains(package.Digest.Hex, await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Null(document.GetProperty("archives").EnumerateObject().Select(archive =>
            archive.Name).FirstOrDefault(name => name == "linux_amd64"));
        Assert.Equal((0, "repaired"), (repaired.ExitCode, (string)repaired.Json["findings"]![0]!["outcome"]!));
        Assert.Equal(package.Content, healed);
        Assert.Equal(0, again.ExitCode);
        Assert.Equal(2, mirror.Origin.Count(RequestKind.Package));
    }

    [Fact]
    public async Task Verify_ChangedBytesWithTheSameIdentity_AreFound()
    {
        await using var mirror = await StartCachedAsync();
        Flip(mirror);
        using (var content = await mirror.Server.Services.GetRequiredService<IPackageStore>().OpenAsync(mirror.OriginPackage().Digest, CancellationToken.None))
        {
            // Like a failing disk, which does not change times.
            await mirror.QueryAsync(db => db.Blobs.ExecuteUpdateAsync(set => set.SetProperty(blob => blob.Identity, content!.Identity)));
        }

        byte[] served = await mirror.Client.GetByteArrayAsync(Base + Package);
        var found = await CommandLine.RunAsync(mirror.Server, "verify", "--json");

        Assert.NotEqual(mirror.OriginPackage().Content, served);
        Assert.Equal((1, "damaged"), (found.ExitCode, (string)found.Json["findings"]![0]!["fault"]!));
    }

    [Fact]
    public async Task Verify_PackageRepairedByARequest_IsNoLongerDamaged()
    {
        var time = new ManualTimeProvider();
        await using var mirror = await StartCachedAsync(time: time);
        Flip(mirror);
        await CommandLine.RunAsync(mirror.Server, "verify");

        time.Advance(TimeSpan.FromMinutes(2));
        byte[] healed = await mirror.Client.GetByteArrayAsync(Base + Package);
        await mirror.WhenIdleAsync();
        var repaired = await CommandLine.RunAsync(mirror.Server, "verify", "--repair", "--json");

        Assert.Equal(mirror.OriginPackage().Content, healed);
        Assert.Equal(0, await mirror.QueryAsync(db => db.DamagedPackages.CountAsync()));
        Assert.Empty(repaired.Json["findings"]!.AsArray());
    }

    [Fact]
    public async Task Verify_VersionDeletedSince_IsNotRestoredByRepair()
    {
        await using var mirror = await StartCachedAsync();
        Flip(mirror);
        await CommandLine.RunAsync(mirror.Server, "verify");

        var deleted = await CommandLine.RunAsync(mirror.Server, "delete-version", "default", $"{Host}/example/hello", "1.0.0", "--yes");
        var repaired = await CommandLine.RunAsync(mirror.Server, "verify", "--repair", "--json");

        Assert.Equal((0, 0), (deleted.ExitCode, repaired.ExitCode));
        Assert.Empty(repaired.Json["findings"]!.AsArray());
        Assert.Equal(0, await mirror.CountPackageRowsAsync());
    }

    [Fact]
    public async Task Verify_RepairWithTheOriginDown_ReportsItAndRepairsLater()
    {
        await using var mirror = await StartCachedAsync();
        Flip(mirror);
        mirror.Origin.Misbehave(RequestKind.Package, Fault.Status(404));

        var failed = await CommandLine.RunAsync(mirror.Server, "verify", "--repair");
        mirror.Origin.Behave();
        var repaired = await CommandLine.RunAsync(mirror.Server, "verify", "--repair");

        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("not repaired", failed.Error, StringComparison.Ordinal);
        Assert.Equal(0, repaired.ExitCode);
        Assert.Equal(mirror.OriginPackage().Content, await mirror.Client.GetByteArrayAsync(Base + Package));
    }

    [Fact]
    public async Task Verify_DeletedFile_IsReportedAsMissing()
    {
        await using var mirror = await StartCachedAsync("linux_arm64");
        File.Delete(PathOf(mirror));

        var run = await CommandLine.RunAsync(mirror.Server, "verify", "--json");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("missing", (string)Assert.Single(run.Json["findings"]!.AsArray())!["fault"]!);
    }

    [Fact]
    public async Task Verify_UnmountedStore_ChangesNothing()
    {
        await using var mirror = await StartCachedAsync();
        File.Delete(PathOf(mirror));

        var run = await CommandLine.RunAsync(mirror.Server, "verify", "--repair");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("mounted", run.Error, StringComparison.Ordinal);
        Assert.Equal(1, await mirror.CountPackageRowsAsync());
    }

    [Fact]
    public async Task Verify_RecordContradictingTheSignedSums_IsUnproven()
    {
        await using var mirror = await StartCachedAsync();
        await using (var db = CreateContext(mirror))
        {
            // An attacker who can write to the database and the store cannot sign.
            var proof = await db.Proofs.SingleAsync();
            proof.Sha256Sums = [.. proof.Sha256Sums.Select(b => b == (byte)'a' ? (byte)'b' : b)];
            await db.SaveChangesAsync();
        }

        var run = await CommandLine.RunAsync(mirror.Server, "verify", "--json");
        var repaired = await CommandLine.RunAsync(mirror.Server, "verify", "--repair");

        Assert.Equal(
            ("unproven", "outOfService"), ((string)run.Json["findings"]![0]!["fault"]!, (string)run.Json["findings"]![0]!["outcome"]!));
        Assert.Equal(0, repaired.ExitCode);
        Assert.Equal(0, (await CommandLine.RunAsync(mirror.Server, "verify")).ExitCode);
    }

    [Fact]
    public async Task Verify_OrphanedPackages_AreRemovedOnlyOnRequest()
    {
        await using var mirror = await StartCachedAsync();
        string orphan = Path.Combine(mirror.Server.DataDirectory, "packages", "sha256", "ab", "ab" + new string('0', 62));
        Directory.CreateDirectory(Path.GetDirectoryName(orphan)!);
        await File.WriteAllTextAsync(orphan, "left over");

        var found = await CommandLine.RunAsync(mirror.Server, "verify", "--json");
        bool leftAlone = File.Exists(orphan);
        var repaired = await CommandLine.RunAsync(mirror.Server, "verify", "--repair");
        bool keptByRepair = File.Exists(orphan);
        var removed = await CommandLine.RunAsync(mirror.Server, "verify", "--remove-orphans", "--json");

        Assert.Equal(
            (0, "orphan", "none"),
            (found.ExitCode, (string)found.Json["findings"]![0]!["fault"]!, (string)found.Json["findings"]![0]!["outcome"]!));
        Assert.True(leftAlone && keptByRepair);
        Assert.Equal((0, 0), (repaired.ExitCode, removed.ExitCode));
        Assert.Equal("repaired", (string)removed.Json["findings"]![0]!["outcome"]!);
        Assert.False(File.Exists(orphan));
    }

    [Fact]
    public async Task Scrub_AfterItsInterval_TakesDamageOutOfService()
    {
        var time = new ManualTimeProvider();
        await using var mirror = await StartCachedAsync(time: time);
        Flip(mirror);
        var scrubbed = new TaskCompletionSource();
        mirror.Server.Services.GetRequiredService<CatalogChanges>().Changed += _ => scrubbed.TrySetResult();

        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromHours(12));
            return scrubbed.Task.IsCompleted;
        });
        await using var db = CreateContext(mirror);
        Assert.Equal(IntegrityFault.Damaged, (await db.DamagedPackages.SingleAsync()).Fault);
        Assert.Equal(0, await mirror.CountPackageRowsAsync());
    }

    [Fact]
    public async Task Verify_WithoutAdminRights_IsDenied()
    {
        await using var mirror = await StartCachedAsync();

        using var response = await mirror.Client.PostAsync(new Uri("/api/v1/integrity-checks", UriKind.Relative), null);

        Assert.Equal(401, (int)response.StatusCode);
    }

    [Fact]
    public async Task Verify_RepairOffline_IsAUsageError()
    {
        var run = await CommandLine.RunAsync("verify", "--repair", "--offline");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--offline", run.Error, StringComparison.Ordinal);
    }

    private static async Task<MirrorWithOrigin> StartCachedAsync(string? another = null, TimeProvider? time = null)
    {
        var mirror = await StartAsync(time: time);
        foreach (string platform in new[] { "linux_amd64", another }.OfType<string>())
        {
            await mirror.Client.GetByteArrayAsync(Base + Package.Replace("linux_amd64", platform, StringComparison.Ordinal));
        }

        await mirror.WhenIdleAsync();
        return mirror;
    }

    private static string PathOf(MirrorWithOrigin mirror)
    {
        string digest = mirror.OriginPackage().Digest.Hex;
        return Path.Combine(mirror.Server.DataDirectory, "packages", "sha256", digest[..2], digest);
    }

    private static void Flip(MirrorWithOrigin mirror)
    {
        using var file = File.Open(PathOf(mirror), FileMode.Open, FileAccess.ReadWrite);
        file.Position = 20;
        int value = file.ReadByte();
        file.Position = 20;
        file.WriteByte((byte)(value ^ 1));
    }

    private static MirrorDbContext CreateContext(MirrorWithOrigin mirror) =>
        mirror.Server.Services.GetRequiredService<IDbContextFactory<MirrorDbContext>>().CreateDbContext();
}
