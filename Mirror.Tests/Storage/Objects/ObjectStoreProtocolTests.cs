using System.Net;
using System.Net.Http.Headers;
using Mirror.Core.Configuration;
using Mirror.Tests.Importing;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Storage.Objects;

/// <summary>A complete server on each object store.</summary>
public sealed class ObjectStoreProtocolTests
{
    [Fact]
    public Task Package_InS3_IsFetchedOnceServedAndDeleted() => FetchServeAndDeleteAsync(async packages => packages with
    {
        Store = PackageStoreKind.S3,
        S3 = S3Server.Options(await S3Server.GetUrlAsync()),
    });

    [Fact]
    public Task Package_InAzureBlobStorage_IsFetchedOnceServedAndDeleted() => FetchServeAndDeleteAsync(async packages => packages with
    {
        Store = PackageStoreKind.AzureBlob,
        AzureBlob = AzureStorageServer.Options(await AzureStorageServer.GetUrlAsync(), Guid.NewGuid().ToString("N")),
    });

    [Fact]
    public async Task Package_InGoogleCloudStorage_IsFetchedOnceServedAndDeleted()
    {
        await using var server = await GoogleStorageServer.StartAsync();
        using var directory = new MirrorDirectory();
        string credentials = server.WriteCredentials(directory.Path);

        await FetchServeAndDeleteAsync(packages => Task.FromResult(packages with
        {
            Store = PackageStoreKind.GoogleCloud,
            GoogleCloud = new GoogleCloudOptions { ServiceUrl = server.Url, Bucket = GoogleStorageServer.Bucket, CredentialsPath = credentials },
        }));

        Assert.Empty(server.Violations);
        Assert.Equal(["instance"], server.Names);
    }

    private static async Task FetchServeAndDeleteAsync(Func<PackagesOptions, Task<PackagesOptions>> select)
    {
        var packages = await select(new PackagesOptions { MinimumFreeSpace = 0 });
        await using var mirror = await StartAsync(configure: options => options with { Packages = packages });
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
}
