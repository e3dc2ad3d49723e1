using System.Net;
using System.Net.Http.Headers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Storage;
using Mirror.Tests.Fetching.Documents;
using Mirror.Tests.Importing;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using Mirror.Tests.Protocols.Modules;
using Mirror.Tests.Storage;
using Mirror.Tests.Time;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Fetching.Packages;

/// <summary>A package that was altered in the store is never served.</summary>
public sealed class AlteredPackageTests
{
    [Theory]
    [InlineData("truncated")]
    [InlineData("grown")]
    [InlineData("flipped")]
    [InlineData("emptied")]
    [InlineData("link")]
    [InlineData("gone")]
    public async Task Package_AlteredInTheStore_IsDownloadedAgainAndServed(string how)
    {
        await using var mirror = await StartCachedAsync();
        Alter(PathOf(mirror), how);

        using var response = await mirror.Client.GetAsync(Base + Package);
        byte[] served = await response.Content.ReadAsByteArrayAsync();
        await mirror.WhenIdleAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(mirror.OriginPackage().Content, served);
        Assert.Equal(2, mirror.Origin.Count(RequestKind.Package));
        Assert.Equal(mirror.OriginPackage().Content, await mirror.Client.GetByteArrayAsync(Base + Package));
        Assert.Equal(2, mirror.Origin.Count(RequestKind.Package));
        Assert.Equal(how == "gone" ? 0 : 1, await mirror.QueryAsync(db => db.Audit.CountAsync(row => row.Action == "package.take-out")));
        Assert.Equal(0, await mirror.QueryAsync(db => db.DamagedPackages.CountAsync()));
        Assert.Equal("text of a file that is none of the clients' business", await File.ReadAllTextAsync(Secret(mirror)));
    }

    [Theory]
    [InlineData("truncated")]
    [InlineData("flipped")]
    [InlineData("link")]
    public async Task Package_AlteredInOfflineMode_IsNotServed(string how)
    {
        using var directory = new MirrorDirectory();
        await using (var mirror = await StartCachedAsync(options => options with { DataDirectory = directory.Path }))
        {
            Alter(PathOf(mirror), how);
        }

        await using var offline = await StartAsync(
            configure: options => options with { DataDirectory = directory.Path },
            upstream: upstream => upstream with { Mode = UpstreamMode.Offline });
        using var response = await offline.Client.GetAsync(Base + Package);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal((0, 1), (await offline.CountPackageRowsAsync(), await offline.QueryAsync(db => db.DamagedPackages.CountAsync())));
        Assert.Equal(0, await offline.CountStoredFilesAsync());
    }

    [Fact]
    public async Task Module_AlteredInTheStore_IsDownloadedAgain()
    {
        await using var mirror = await StartAsync(ModuleTests.SetUp);
        byte[] archive = await ModuleTests.FollowAsync(mirror, await ModuleTests.LocationAsync(mirror));
        await mirror.WhenIdleAsync();
        Alter(PathOf(mirror, Sha256Digest.Of(archive)), "flipped");

        byte[] served = await ModuleTests.FollowAsync(mirror, await ModuleTests.LocationAsync(mirror));

        Assert.Equal(archive, served);
        Assert.Equal(2, mirror.Origin.Count(RequestKind.ModuleArchive));
    }

    [Fact]
    public async Task Package_InANewFileWithTheSameBytes_IsHashedOnceForAllRequests()
    {
        CountingStore? store = null;
        await using var mirror = await StartCachedAsync(services: services =>
            services.AddSingleton<IPackageStore>(provider => store = new CountingStore(provider.GetRequiredService<MirrorOptions>())));
        string path = PathOf(mirror);
        File.Copy(path, path + ".copy");
        File.Move(path + ".copy", path, overwrite: true);
        int opened = store!.Opened;

        byte[][] served = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => mirror.Client.GetByteArrayAsync(Base + Package)));
        int hashing = store.Opened - opened - served.Length;
        await mirror.Client.GetByteArrayAsync(Base + Package);

        Assert.All(served, bytes => Assert.Equal(mirror.OriginPackage().Content, bytes));
        Assert.Equal(1, hashing);
        Assert.Equal(opened + served.Length + hashing + 1, store.Opened);
        Assert.Equal(1, mirror.Origin.Count(RequestKind.Package));
        using var content = await store.OpenAsync(mirror.OriginPackage().Digest, CancellationToken.None);
        Assert.Equal(content!.Identity, await mirror.QueryAsync(db => db.Blobs.Select(blob => blob.Identity).SingleAsync()));
    }

    [Fact]
    public async Task Package_AlteredAndSlowToHash_IsAbortedAndDownloadedAgain()
    {
        var time = new ManualTimeProvider();
        GatedStore? store = null;
        await using var mirror = await OriginFaultTests.StartLargeAsync(
            time: time,
            services: services => services.AddSingleton<IPackageStore>(
                provider => store = new GatedStore(provider.GetRequiredService<MirrorOptions>())));
        byte[] right = await mirror.Client.GetByteArrayAsync(Base + Package);
        await mirror.WhenIdleAsync();
        Alter(PathOf(mirror), "flipped");
        store!.HoldHashing = true;

        using var request = new HttpRequestMessage(HttpMethod.Get, Base + Package);
        var sending = mirror.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await store.Hashing.WhenReached();
        await AdvanceUntilAsync(time, sending);
        using var response = await sending;
        await using var body = await response.Content.ReadAsStreamAsync();
        byte[] begin = new byte[right.Length - 1024];
        await body.ReadExactlyAsync(begin);
        using var ranged = new HttpRequestMessage(
            HttpMethod.Get, Base + Package)
        { Headers = { Range = new RangeHeaderValue(right.Length - 10, null) } };
        var range = mirror.Client.SendAsync(ranged);
        store.Hashing.Open();

        Assert.Equal(right.Length, response.Content.Headers.ContentLength);
        await Assert.ThrowsAnyAsync<IOException>(async () => await body.ReadExactlyAsync(new byte[1]));
        using var tail = await range;
        Assert.True(tail.StatusCode == HttpStatusCode.ServiceUnavailable
            || (await tail.Content.ReadAsByteArrayAsync()).AsSpan().SequenceEqual(right.AsSpan(right.Length - 10)), $"{tail.StatusCode}");
        store.HoldHashing = false;
        Assert.Equal(right, await mirror.Client.GetByteArrayAsync(Base + Package));
    }

    /// <summary>Each request waits a whole second for a hash.</summary>
    private static Task AdvanceUntilAsync(ManualTimeProvider time, Task task) => Eventually.TrueAsync(() =>
    {
        time.Advance(TimeSpan.FromSeconds(1));
        return task.IsCompleted;
    });

    private static async Task<MirrorWithOrigin> StartCachedAsync(
        Func<MirrorOptions, MirrorOptions>? configure = null, Action<IServiceCollection>? services = null)
    {
        var mirror = await StartAsync(configure: configure, services: services);
        await mirror.Client.GetByteArrayAsync(Base + Package);
        await mirror.WhenIdleAsync();
        await File.WriteAllTextAsync(Secret(mirror), "text of a file that is none of the clients' business");
        return mirror;
    }

    private static string Secret(MirrorWithOrigin mirror) => Path.Combine(mirror.Server.DataDirectory, "secret");

    private static string PathOf(MirrorWithOrigin mirror, Sha256Digest? digest = null)
    {
        string hex = (digest ?? mirror.OriginPackage().Digest).Hex;
        return Path.Combine(mirror.Server.Host.Options.PackagesDirectory, "sha256", hex[..2], hex);
    }

    private static void Alter(string path, string how)
    {
        byte[] bytes = File.ReadAllBytes(path);
        switch (how)
        {
            case "truncated":
                File.WriteAllBytes(path, bytes[..^1]);
                break;
            case "grown":
                File.WriteAllBytes(path, [.. bytes, 0]);
                break;
            case "flipped":
                bytes[bytes.Length / 2] ^= 1;
                File.WriteAllBytes(path + ".new", bytes);
                File.Move(path + ".new", path, overwrite: true);
                break;
            case "emptied":
                File.WriteAllBytes(path, []);
                break;
            case "link":
                File.Delete(path);
                File.CreateSymbolicLink(path, Path.GetFullPath(Path.Combine(path, "../../../../secret")));
                break;
            default:
                File.Delete(path);
                break;
        }
    }

    private sealed class CountingStore(MirrorOptions options)
        : StoreDecorator(new FileSystemPackageStore(options.PackagesDirectory, options.StagingDirectory))
    {
        private int _opened;

        public int Opened => Volatile.Read(ref _opened);

        public override ValueTask<IPackageContent?> OpenAsync(Sha256Digest digest, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _opened);
            return base.OpenAsync(digest, cancellationToken);
        }
    }

    /// <summary>Holds reads of the large block size that hashing uses.</summary>
    private sealed class GatedStore(MirrorOptions options)
        : StoreDecorator(new FileSystemPackageStore(options.PackagesDirectory, options.StagingDirectory))
    {
        public bool HoldHashing { get; set; }

        public Gate Hashing { get; } = new();

        public override async ValueTask<IPackageContent?> OpenAsync(Sha256Digest digest, CancellationToken cancellationToken) =>
            await base.OpenAsync(digest, cancellationToken) is { } content ? new GatedContent(content, this) : null;

        private sealed class GatedContent(IPackageContent inner, GatedStore store) : IPackageContent
        {
            public long Length => inner.Length;

            public string Identity => inner.Identity;

            public bool HasChanged() => inner.HasChanged();

            public async ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken)
            {
                if (store.HoldHashing && buffer.Length > 100_000)
                {
                    await store.Hashing.PassThroughAsync(cancellationToken);
                }

                return await inner.ReadAsync(buffer, offset, cancellationToken);
            }

            public void Dispose() => inner.Dispose();
        }
    }
}
