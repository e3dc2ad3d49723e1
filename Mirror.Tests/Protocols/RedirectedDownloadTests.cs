using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Storage;
using Mirror.Core.Storage.Caching;
using Mirror.Core.Usage;
using Mirror.Tests.Importing;
using Mirror.Tests.Storage;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Protocols;

/// <summary><c>PresignedDownloads</c>: clients download stored packages from the package store.</summary>
public sealed class RedirectedDownloadTests : IDisposable
{
    private readonly MirrorDirectory _directory = new();
    private readonly RemotePackages _remote;

    public RedirectedDownloadTests() => _remote = new RemotePackages(Path.Combine(_directory.Path, "staging"));

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Get_StoredPackage_RedirectsAndCountsNoBytes()
    {
        await using var mirror = await StartAsync();
        byte[] fetched = await mirror.Client.GetByteArrayAsync(Base + Package);
        await mirror.WhenIdleAsync();
        Assert.Empty(_remote.Presigned);

        using var redirect = await mirror.Client.GetAsync(Base + Package);

        Assert.Equal(
            (HttpStatusCode.TemporaryRedirect, $"https://store.example.com/packages/{Package}?signature=a%2Fb", true, 0L),
            (redirect.StatusCode, redirect.Headers.Location!.AbsoluteUri, redirect.Headers.CacheControl!.NoStore, redirect.Content.Headers.ContentLength));
        Assert.Equal([(Package, TimeSpan.FromMinutes(5))], _remote.Presigned);
        await mirror.Server.WhenAnsweredAsync();
        await mirror.Server.Services.GetRequiredService<TrafficCounters>().FlushAsync(CancellationToken.None);
        var traffic = await mirror.QueryAsync(db => db.Traffic.SingleAsync(row => row.Step == TimeStep.Day));
        Assert.Equal((1, 1, 1, fetched.Length), (traffic.Hits, traffic.Misses, traffic.Redirected, traffic.ServedBytes));
        var client = await mirror.QueryAsync(db => db.ClientTraffic.SingleAsync(row => row.Step == TimeStep.Day));
        Assert.Equal((2, 1, fetched.Length), (client.Downloads, client.Redirected, client.ServedBytes));
        Assert.Contains("mirror_package_redirected_total{} 1", await mirror.Client.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HeadOrConditionalGet_OfAStoredPackage_IsAnsweredHere()
    {
        await using var mirror = await StartAsync();
        byte[] fetched = await mirror.Client.GetByteArrayAsync(Base + Package);
        await mirror.WhenIdleAsync();

        using var head = await mirror.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, Base + Package));
        using var conditional = new HttpRequestMessage(HttpMethod.Get, Base + Package) { Headers = { IfNoneMatch = { head.Headers.ETag! } } };
        using var unchanged = await mirror.Client.SendAsync(conditional);

        Assert.Equal((HttpStatusCode.OK, fetched.Length), (head.StatusCode, head.Content.Headers.ContentLength));
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.Empty(_remote.Presigned);
    }

    [Fact]
    public async Task Get_StoredBlobOfTheOciProtocol_RedirectsToo()
    {
        await using var mirror = await StartAsync();
        string repository = $"/v2/providers/{Host}/example/hello";
        byte[] fetched = await mirror.Client.GetByteArrayAsync(Base + Package);
        await mirror.WhenIdleAsync();
        using var index = await mirror.Client.GetAsync(repository + "/manifests/1.0.0");
        index.EnsureSuccessStatusCode();

        using var redirect = await mirror.Client.GetAsync($"{repository}/blobs/sha256:{Sha256Digest.Of(fetched)}");

        Assert.Equal(
            (HttpStatusCode.TemporaryRedirect, $"https://store.example.com/packages/{Package}?signature=a%2Fb"),
            (redirect.StatusCode, redirect.Headers.Location!.AbsoluteUri));
    }

    [Fact]
    public async Task Get_PackageWithOtherBytesInTheStore_IsFetchedAgainInsteadOfRedirected()
    {
        await using var mirror = await StartAsync();
        byte[] fetched = await mirror.Client.GetByteArrayAsync(Base + Package);
        await mirror.WhenIdleAsync();
        _remote.Put(Sha256Digest.Of(fetched), [1, 2, 3]);

        byte[] again = await mirror.Client.GetByteArrayAsync(Base + Package);

        Assert.Equal(fetched, again);
        Assert.Empty(_remote.Presigned);
    }

    [Fact]
    public async Task Get_PackageInTheLocalCache_IsSentFromHere()
    {
        await using var mirror = await StartAsync(
            remote => new CachedPackageStore(
                remote, Path.Combine(_directory.Path, "cache"), 1 << 20, 0, NullLogger<CachedPackageStore>.Instance));
        byte[] fetched = await mirror.Client.GetByteArrayAsync(Base + Package);
        await mirror.WhenIdleAsync();
        int requests = _remote.Requests;

        byte[] again = await mirror.Client.GetByteArrayAsync(Base + Package);

        Assert.Equal(fetched, again);
        Assert.Empty(_remote.Presigned);
        Assert.Equal(requests, _remote.Requests);
    }

    [Fact]
    public async Task Get_WithALinkThatExpiresSoon_RedirectsToAUrlThatExpiresNoLater()
    {
        await using var mirror = await StartAsync(configure: options => options with
        {
            Auth = options.Auth with { AnonymousRead = false },
            Packages = options.Packages with { LinkLifetime = TimeSpan.FromMinutes(1) },
        });
        var document = JsonDocument.Parse(await mirror.Server.AdminClient.GetStringAsync(Base + "1.0.0.json"));
        string link = new Uri(
            new Uri(mirror.Server.Url, Base), document.RootElement.GetProperty("archives").GetProperty("linux_amd64").GetProperty("url").GetString()).AbsoluteUri;
        await mirror.Client.GetByteArrayAsync(link);
        await mirror.WhenIdleAsync();

        using var redirect = await mirror.Client.GetAsync(link);

        Assert.Equal(HttpStatusCode.TemporaryRedirect, redirect.StatusCode);
        Assert.InRange(Assert.Single(_remote.Presigned).Lifetime, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
    }

    private Task<MirrorWithOrigin> StartAsync(
        Func<IPackageStore, IPackageStore>? wrap = null, Func<MirrorOptions, MirrorOptions>? configure = null) =>
        MirrorWithOrigin.StartAsync(
            configure: options =>
            {
                options = options with
                {
                    Packages = options.Packages with
                    {
                        Store = PackageStoreKind.S3,
                        S3 = new S3Options { Bucket = "mirror", PresignedDownloads = true },
                    },
                };
                return configure?.Invoke(options) ?? options;
            },
            services: services => services.AddSingleton(wrap?.Invoke(_remote) ?? _remote));
}
