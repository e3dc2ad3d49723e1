using System.Net;
using System.Net.Http.Headers;
using Mirror.Core.Configuration;
using Mirror.Tests.Importing;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Storage.Objects;

/// <summary>A complete server on each object store.</summary>
public sealed class ObjectStoreProtocolTests : IAsyncLifetime, IDisposable
{
    private readonly MirrorDirectory _directory = new();
    private GoogleStorageServer _google = null!;

    public async Task InitializeAsync() => _google = await GoogleStorageServer.StartAsync();

    public async Task DisposeAsync()
    {
        await _google.DisposeAsync();
        Assert.Empty(_google.Violations);
    }

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(PackageStoreKind.S3)]
    [InlineData(PackageStoreKind.AzureBlob)]
    [InlineData(PackageStoreKind.GoogleCloud)]
    public async Task Package_InAnObjectStore_IsFetchedOnceServedAndDeleted(PackageStoreKind store)
    {
        await using var mirror = await StartAsync(store);
        byte[] content = mirror.OriginPackage().Content;

        byte[] fetched = await mirror.Client.GetByteArrayAsync(Base + Package);
        await mirror.WhenIdleAsync();
        byte[] served = await mirror.Client.GetByteArrayAsync(Base + Package);
        using var request = new HttpRequestMessage(HttpMethod.Get, Base + Package) { Headers = { Range = new RangeHeaderValue(10, 19) } };
        using var range = await mirror.Client.SendAsync(request);
        using var head = await mirror.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, Base + Package));

        Assert.Equal(content, fetched);
        Assert.Equal(content, served);
        Assert.Equal((HttpStatusCode.PartialContent, HttpStatusCode.OK), (range.StatusCode, head.StatusCode));
        Assert.Equal(content[10..20], await range.Content.ReadAsByteArrayAsync());
        Assert.Equal(content.Length, head.Content.Headers.ContentLength);
        Assert.Equal((1, 1, 0), (mirror.Origin.Count(RequestKind.Package), await mirror.CountStoredFilesAsync(), mirror.CountStagedFiles()));

        using var deleted = await mirror.Server.AdminClient.DeleteAsync($"/api/v1/groups/default/providers/{Host}/example/hello/versions/1.0.0");

        Assert.True(deleted.IsSuccessStatusCode);
        Assert.Equal(0, await mirror.CountStoredFilesAsync());
    }

    [Theory]
    [InlineData(PackageStoreKind.S3)]
    [InlineData(PackageStoreKind.AzureBlob)]
    [InlineData(PackageStoreKind.GoogleCloud)]
    public async Task Package_WithPresignedDownloads_IsDownloadedFromTheStore(PackageStoreKind store)
    {
        await using var mirror = await StartAsync(store, isPresigned: true);
        byte[] fetched = await mirror.Client.GetByteArrayAsync(Base + Package);
        await mirror.WhenIdleAsync();

        using var redirect = await mirror.Client.GetAsync(Base + Package);
        using var download = await mirror.Client.GetAsync(redirect.Headers.Location);

        Assert.Equal((HttpStatusCode.TemporaryRedirect, HttpStatusCode.OK), (redirect.StatusCode, download.StatusCode));
        Assert.NotEqual(mirror.Server.Url.Authority, redirect.Headers.Location!.Authority);
        Assert.Equal(fetched, await download.Content.ReadAsByteArrayAsync());
        Assert.Equal(Package, download.Content.Headers.ContentDisposition!.FileName!.Trim('"'));
    }

    private async Task<MirrorWithOrigin> StartAsync(PackageStoreKind store, bool isPresigned = false)
    {
        string prefix = "test/" + Guid.NewGuid().ToString("N");
        var packages = new PackagesOptions { MinimumFreeSpace = 0, Store = store };
        packages = store switch
        {
            PackageStoreKind.S3 => packages with { S3 = S3Server.Options(await S3Server.GetUrlAsync(), prefix) with { PresignedDownloads = isPresigned } },
            PackageStoreKind.AzureBlob => packages with
            {
                AzureBlob = AzureStorageServer.Options(await AzureStorageServer.GetUrlAsync(), prefix) with { PresignedDownloads = isPresigned },
            },
            _ => packages with
            {
                GoogleCloud = new GoogleCloudOptions
                {
                    ServiceUrl = _google.Url,
                    Bucket = GoogleStorageServer.Bucket,
                    Prefix = prefix,
                    CredentialsPath = _google.WriteCredentials(_directory.Path),
                    PresignedDownloads = isPresigned,
                },
            },
        };
        return await MirrorWithOrigin.StartAsync(configure: options => options with { Packages = packages });
    }
}
