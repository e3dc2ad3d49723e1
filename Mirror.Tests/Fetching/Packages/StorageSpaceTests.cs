using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Fetching.Packages;
using Mirror.Tests.Fetching.Documents;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using Mirror.Tests.Storage;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Fetching.Packages;

public sealed class StorageSpaceTests
{
    [Fact]
    public async Task Package_BeyondTheQuota_IsPassedThroughVerifiedAndNotStored()
    {
        await using var mirror = await OriginFaultTests.StartLargeAsync(
            configure: options => options with { Packages = options.Packages with { Quota = 1000 } });

        byte[] first = await mirror.Client.GetByteArrayAsync(Base + Package);
        byte[] second = await mirror.Client.GetByteArrayAsync(Base + Package);

        Assert.Equal(mirror.OriginPackage().Content, first);
        Assert.Equal(first, second);
        Assert.Contains(
            "Mirror:Packages:Quota", mirror.Server.Services.GetRequiredService<StorageSpace>().Problem, StringComparison.Ordinal);
        await OriginFaultTests.AssertNothingKeptAsync(mirror);
    }

    [Fact]
    public async Task Quota_UsedUp_IsReportedByHealthAndMetrics()
    {
        await using var mirror = await OriginFaultTests.StartLargeAsync(
            configure: options => options with { Packages = options.Packages with { Quota = 1000 } });
        using var meters = new RecordedMeters(mirror.Server.Services.GetRequiredService<IMeterFactory>());
        string before = await mirror.Client.GetStringAsync("/health/ready");

        await mirror.Client.GetByteArrayAsync(Base + Package);
        await mirror.WhenIdleAsync();

        Assert.DoesNotContain("full", before, StringComparison.Ordinal);
        Assert.Contains("\"storage\":\"full\"", await mirror.Client.GetStringAsync("/health/ready"), StringComparison.Ordinal);
        Assert.Equal(1, meters.Read("mirror.storage.full"));
        Assert.Equal(0, meters.Read("mirror.storage.reserved"));
        Assert.Equal(1, meters.Read("mirror.package.fills", "passed_through"));
        Assert.Equal(0, meters.Read("mirror.package.fills", "stored"));
    }

    [Fact]
    public async Task Package_PassedThroughWithAChangedByte_IsAbortedAndQuarantined()
    {
        await using var mirror = await OriginFaultTests.StartLargeAsync(
            configure: options => options with { Packages = options.Packages with { Quota = 1000 } });
        mirror.Origin.Misbehave(RequestKind.Package, Fault.Flip(-3));

        await PackageFaultTests.AssertAbortedAsync(mirror, mayFailFirst: true);
        int asked = mirror.Origin.Count(RequestKind.Package);
        using var again = await mirror.Client.GetAsync(Base + Package);

        await OriginFaultTests.AssertProblemAsync(again, 502);
        Assert.Equal(asked, mirror.Origin.Count(RequestKind.Package));
        Assert.False(await mirror.QueryAsync(db =>
            db.Audit.Where(row => row.Action == "package.verify").Select(row => row.Succeeded).SingleAsync()));
        await OriginFaultTests.AssertNothingKeptAsync(mirror);
    }

    [Fact]
    public async Task Package_BeyondTheFreeSpace_IsPassedThrough()
    {
        await using var mirror = await OriginFaultTests.StartLargeAsync(
            configure: options => options with { Packages = options.Packages with { MinimumFreeSpace = long.MaxValue / 4 } });

        Assert.Equal(mirror.OriginPackage().Content, await mirror.Client.GetByteArrayAsync(Base + Package));
        await OriginFaultTests.AssertNothingKeptAsync(mirror);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(5, false)]
    public async Task Package_OfUnknownLengthBeyondTheQuota_IsPassedThroughVerified(int? flip, bool whole)
    {
        await using var mirror = await OriginFaultTests.StartLargeAsync(
            configure: options => options with { Packages = options.Packages with { Quota = 1000 } });
        mirror.Origin.Misbehave(RequestKind.Package, flip is { } offset ? Fault.NoLength().With(Fault.Flip(offset)) : Fault.NoLength());

        using var head = await mirror.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, Base + Package));
        if (whole)
        {
            Assert.Equal(mirror.OriginPackage().Content, await mirror.Client.GetByteArrayAsync(Base + Package));
        }
        else
        {
            await PackageFaultTests.AssertAbortedAsync(mirror, mayFailFirst: true);
        }

        Assert.Equal(200, (int)head.StatusCode);
        // A client that receives Accept-Ranges without a length skips the download.
        Assert.Empty(head.Headers.AcceptRanges);
        Assert.Null(head.Content.Headers.ContentLength);
        await OriginFaultTests.AssertNothingKeptAsync(mirror);
    }

    [LinuxRootFact]
    public async Task Disk_FullDuringAFill_StillDeliversThePackageToEveryClient()
    {
        const int Size = 8_000_000;
        using var disk = new SmallDisk(megabytes: 6);
        await using var mirror = await StartAsync(
            origin => origin.AddProvider("example/hello").AddVersion(
                "1.0.0", version => version.Platforms("linux_amd64").PackageSize(Size)),
            options => options with { DataDirectory = disk.Path },
            services: services => services.AddSingleton<Core.Storage.IPackageStore>(
                provider => new UnlimitedStore(provider.GetRequiredService<Core.Configuration.MirrorOptions>())));

        var clients = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => mirror.Client.GetByteArrayAsync(Base + Package)));

        Assert.All(clients, content => Assert.Equal(mirror.OriginPackage().Content, content));
        Assert.NotNull(mirror.Server.Services.GetRequiredService<StorageSpace>().Problem);
        await OriginFaultTests.AssertNothingKeptAsync(mirror);
    }

    [LinuxRootFact]
    public async Task Disk_FullBeforeTheFirstRequest_StillDeliversThePackage()
    {
        using var disk = new SmallDisk(megabytes: 12);
        await using var mirror = await OriginFaultTests.StartLargeAsync(configure: options => options with { DataDirectory = disk.Path });
        // As when idle connections are closed; without a connection, SQLite needs free space to open the database.
        await mirror.QueryAsync(db =>
        {
            SqliteConnection.ClearPool((SqliteConnection)db.Database.GetDbConnection());
            return Task.FromResult(0);
        });
        await disk.FillAsync();

        using var response = await mirror.Client.GetAsync(Base + Package);
        byte[] content = await response.Content.ReadAsByteArrayAsync();
        using var index = await mirror.Client.GetAsync(Base + "index.json");

        Assert.True(response.IsSuccessStatusCode, System.Text.Encoding.UTF8.GetString(content));
        Assert.Equal(mirror.OriginPackage().Content, content);
        Assert.Equal(200, (int)index.StatusCode);
        Assert.Equal(1, mirror.Origin.Count(RequestKind.Versions));
        Assert.Equal(1, mirror.Origin.Count(RequestKind.Sums));
        disk.Free();
    }

    private sealed class SmallDisk : IDisposable
    {
        public SmallDisk(int megabytes)
        {
            Path = Directory.CreateTempSubdirectory("mirror-tests-").FullName;
            Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", Path);
        }

        public string Path { get; }

        private string Filling => System.IO.Path.Combine(Path, "filling");

        public async Task FillAsync()
        {
            await using var file = new FileStream(Filling, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
            foreach (int size in new[] { 65536, 1 })
            {
                byte[] bytes = new byte[size];
                try
                {
                    while (true)
                    {
                        file.Write(bytes);
                    }
                }
                catch (IOException)
                {
                    // The disk is full.
                }
            }
        }

        public void Free() => File.Delete(Filling);

        public void Dispose()
        {
            // Pooled database connections may still use it. The lazy unmount waits for them.
            Run("umount", "--lazy", Path);
            Directory.Delete(Path);
        }

        private static void Run(string command, params string[] args)
        {
            using var process = Process.Start(command, args);
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
        }
    }

    /// <summary>A file store on a disk that other programs fill: it still reports free space.</summary>
    private sealed class UnlimitedStore(Core.Configuration.MirrorOptions options)
        : StoreDecorator(new Core.Storage.FileSystemPackageStore(options.PackagesDirectory, options.StagingDirectory))
    {
        public override long? FreeSpace() => null;
    }

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class LinuxRootFactAttribute : FactAttribute
    {
        public LinuxRootFactAttribute()
        {
            if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
            {
                Skip = "Mounting a small disk needs Linux and root.";
            }
        }
    }
}
