using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Usage;
using Mirror.Tests.Origin;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Protocols.Oci;

/// <summary>Providers as OCI artifacts, installed by a client with OpenTofu's checks.</summary>
public sealed class OciMirrorTests
{
    private const string Repository = $"providers/{Host}/example/hello";

    [Fact]
    public async Task Install_OfAProviderThatIsNotCached_FetchesTheSignedPackageOnce()
    {
        await using var mirror = await StartAsync();
        var tofu = new OpenTofuClient(mirror.Client, Repository);

        Assert.Equal(["1.0.0", "1.1.0", "2.0.0"], await tofu.AvailableVersionsAsync());
        var layer = await tofu.FindPackageAsync("1.0.0", "linux", "amd64");
        var asked = mirror.Origin.Requests.Where(request => request.Kind == RequestKind.Package).ToList();
        byte[] package = await tofu.FetchBlobAsync(layer);
        await mirror.WhenIdleAsync();

        Assert.Equal(mirror.OriginPackage().Content, package);
        Assert.Equal(mirror.OriginPackage().ZipHash, $"zh:{Convert.ToHexStringLower(SHA256.HashData(package))}");
        // The sizes of four packages, of which no more than a byte was sent.
        Assert.Equal((4, 4L), (asked.Count, asked.Sum(request => request.BodyBytesSent)));
        Assert.Equal(5, mirror.Origin.Count(RequestKind.Package));
        Assert.Equal(1, await mirror.CountPackageRowsAsync());
        await mirror.Origin.StopAsync();
        Assert.Equal(package, await new OpenTofuClient(mirror.Client, Repository).InstallAsync("1.0.0", "linux", "amd64"));
        mirror.Origin.AssertNoViolations();
    }

    [Fact]
    public async Task Index_AfterAPackageIsStored_KeepsItsDigest()
    {
        await using var mirror = await StartAsync();
        var tofu = new OpenTofuClient(mirror.Client, Repository);
        var before = await tofu.ResolveAsync("1.0.0");

        await tofu.InstallAsync("1.0.0", "linux", "amd64");
        await mirror.WhenIdleAsync();

        Assert.Equal(before, await tofu.ResolveAsync("1.0.0"));
    }

    [Fact]
    public async Task Manifest_OnAServerThatDidNotCreateIt_IsFoundByItsDigest()
    {
        await using var mirror = await StartAsync();
        var tofu = new OpenTofuClient(mirror.Client, Repository);
        var index = await tofu.ResolveAsync("1.0.0");
        // As after a restart, or on another replica.
        mirror.Server.Services.GetRequiredService<CatalogChanges>()
            .Publish(new(MirrorDbContext.DefaultGroupId, ProviderAddress.Parse($"{Host}/example/hello")));

        var again = await tofu.FetchManifestAsync(index, "application/vnd.opentofu.provider");

        Assert.Equal(4, again.GetProperty("manifests").GetArrayLength());
    }

    [Fact]
    public async Task Tags_WithAPageSize_AreListedInPages()
    {
        await using var mirror = await StartAsync(
            origin => origin.AddProvider("example/hello").AddVersions("1.0.0", "1.10.0", "1.9.0", "2.0.0-beta1", "2.0.0+build.1"));
        var tofu = new OpenTofuClient(mirror.Client, Repository);

        var versions = await tofu.AvailableVersionsAsync(pageSize: 2);

        Assert.Equal(["1.0.0", "1.10.0", "1.9.0", "2.0.0-beta1", "2.0.0+build.1"], versions);
        Assert.Equal(3, tofu.Requests.Count);
        Assert.Equal(versions, await tofu.AvailableVersionsAsync());
        await tofu.InstallAsync("2.0.0+build.1", "linux", "amd64");
    }

    [Fact]
    public async Task Blob_InParts_IsServedWithItsRange()
    {
        await using var mirror = await StartAsync();
        var tofu = new OpenTofuClient(mirror.Client, Repository);
        var layer = await tofu.FindPackageAsync("1.0.0", "linux", "amd64");
        byte[] package = await tofu.FetchBlobAsync(layer);
        await mirror.WhenIdleAsync();

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v2/{Repository}/blobs/{layer.Digest}")
        {
            Headers = { Range = new RangeHeaderValue(10, 19) },
        };
        using var part = await mirror.Client.SendAsync(request);
        using var head = await mirror.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"/v2/{Repository}/blobs/{layer.Digest}"));

        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(package[10..20], await part.Content.ReadAsByteArrayAsync());
        Assert.Equal((HttpStatusCode.OK, package.Length), (head.StatusCode, head.Content.Headers.ContentLength));
        Assert.Equal("{}", await mirror.Client.GetStringAsync(
            $"/v2/{Repository}/blobs/sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"));
    }

    [Fact]
    public async Task Installation_IsCountedLikeThatOfOtherProtocols()
    {
        await using var mirror = await StartAsync();
        var tofu = new OpenTofuClient(mirror.Client, Repository);
        byte[] package = await tofu.InstallAsync("1.0.0", "linux", "amd64");
        await mirror.WhenIdleAsync();
        await tofu.InstallAsync("1.0.0", "linux", "amd64");
        await mirror.Server.WhenAnsweredAsync();
        await mirror.Server.Services.GetRequiredService<TrafficCounters>().FlushAsync(CancellationToken.None);

        var traffic = await mirror.QueryAsync(db => db.Traffic.SingleAsync(row => row.Step == TimeStep.Day));

        Assert.Equal((1, 1, 2L * package.Length), (traffic.Hits, traffic.Misses, traffic.ServedBytes));
    }

    [Fact]
    public async Task Index_WhileTheOriginIsDown_ListsTheStoredPackages()
    {
        await using var mirror = await StartAsync(upstream: upstream => upstream with { Limits = upstream.Limits with { DocumentAttempts = 1 } });
        byte[] package = await mirror.Client.GetByteArrayAsync(Base + Package);
        await mirror.WhenIdleAsync();
        await mirror.Origin.StopAsync();

        Assert.Equal(package, await new OpenTofuClient(mirror.Client, Repository).InstallAsync("1.0.0", "linux", "amd64"));
        var failed = await Assert.ThrowsAsync<OciException>(
            () => new OpenTofuClient(mirror.Client, Repository).FindPackageAsync("2.0.0", "linux", "amd64"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, failed.Status);
    }

    [Fact]
    public async Task Package_OfAnOriginWithoutRanges_IsListedWithItsSize()
    {
        await using var mirror = await StartAsync();
        var tofu = new OpenTofuClient(mirror.Client, Repository);
        mirror.Origin.Misbehave(RequestKind.Package, Fault.NoRanges());

        Assert.Equal(mirror.OriginPackage().Content, await tofu.InstallAsync("1.0.0", "linux", "amd64"));
    }

    [Fact]
    public async Task ChainedMirror_InsteadOfTheOrigin_OffersThePackagesWithASha256()
    {
        await using var mirror = await StartAsync(
            origin =>
            {
                origin.AddProvider("example/hello").AddVersions("1.0.0");
                string folder = $"/mirror/{Host}/example/hello/";
                var packages = new[] { "linux_amd64", "darwin_arm64" }
                    .Select(platform => (Platform: platform, Package: origin.Provider("example/hello")["1.0.0"].Package(platform))).ToList();
                var archives = packages.Select(
                    item => $"\"{item.Platform}\":{{\"url\":\"{item.Platform}.zip\",\"hashes\":[\"{item.Package.ZipHash}\"]}}")
                    .Append($"\"windows_amd64\":{{\"url\":\"windows.zip\",\"hashes\":[\"{packages[0].Package.ContentHash}\"]}}");
                origin.AddFile(folder + "index.json", """{"versions":{"1.0.0":{}}}"""u8.ToArray(), "application/json");
                origin.AddFile(
                    folder + "1.0.0.json",
                    Encoding.UTF8.GetBytes($"{{\"archives\":{{{string.Join(',', archives)}}}}}"),
                    "application/json");
                foreach (var (platform, package) in packages)
                {
                    origin.AddFile($"{folder}{platform}.zip", package.Content, "application/zip");
                }
            },
            upstream: options => options with
            {
                Hosts = [new UpstreamHostOptions { Name = Name, MirrorUrl = new Uri(options.Hosts[0].ProvidersUrl!, "/mirror/") }],
            });
        var tofu = new OpenTofuClient(mirror.Client, Repository);

        Assert.Equal(mirror.OriginPackage().Content, await tofu.InstallAsync("1.0.0", "linux", "amd64"));

        var index = await tofu.FetchManifestAsync(await tofu.ResolveAsync("1.0.0"), "application/vnd.opentofu.provider");
        Assert.Equal(2, index.GetProperty("manifests").GetArrayLength());
        // For the hashes, for all sizes, and for the location of the installed package.
        Assert.Equal(3, mirror.Origin.Requests.Count(request => request.Path.EndsWith("/1.0.0.json", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("providers/registry.example.com/example/hello/manifests/9.9.9", 404, "MANIFEST_UNKNOWN")]
    [InlineData("providers/registry.example.com/example/hello/manifests/latest", 404, "MANIFEST_UNKNOWN")]
    [InlineData("providers/registry.example.com/example/hello/manifests/1.0", 404, "MANIFEST_UNKNOWN")]
    [InlineData("providers/registry.example.com/example/hello/manifests/sha256:00", 404, "MANIFEST_UNKNOWN")]
    [InlineData("providers/registry.example.com/example/hello/blobs/1.0.0", 404, "BLOB_UNKNOWN")]
    [InlineData("providers/registry.example.com/example/hello/blobs/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", 404, "BLOB_UNKNOWN")]
    [InlineData("providers/registry.example.com/example/none/tags/list", 404, "NAME_UNKNOWN")]
    [InlineData("providers/unlisted.example.org/example/hello/tags/list", 404, "NAME_UNKNOWN")]
    [InlineData("registry.example.com/example/hello/tags/list", 404, "NAME_UNKNOWN")]
    [InlineData("providers/Registry.example.com/example/hello/tags/list", 404, "NAME_UNKNOWN")]
    [InlineData("providers/registry.example.com/example/hello/tags/list?n=-1", 400, "PAGINATION_NUMBER_INVALID")]
    [InlineData("providers/registry.example.com/example/hello/referrers/sha256:00", 404, "NAME_UNKNOWN")]
    [InlineData("_catalog", 404, "NAME_UNKNOWN")]
    [InlineData("nowhere/providers/registry.example.com/example/hello/tags/list", 401, "UNAUTHORIZED")]
    public async Task Request_ForSomethingUnknown_IsAnsweredWithTheCodeOfTheProtocol(string path, int status, string code)
    {
        await using var mirror = await StartAsync();

        using var response = await mirror.Client.GetAsync("/v2/" + path);

        var error = new OciException(response.StatusCode, await response.Content.ReadAsStringAsync());
        Assert.Equal((status, code), ((int)error.Status, error.Code));
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
    }

    [Theory]
    [InlineData("POST", "blobs/uploads/")]
    [InlineData("PUT", "manifests/1.0.0")]
    [InlineData("DELETE", "manifests/1.0.0")]
    [InlineData("PATCH", "blobs/uploads/1")]
    public async Task Change_OfTheRegistry_Returns405(string method, string path)
    {
        await using var mirror = await StartAsync();

        using var response = await mirror.Server.AdminClient.SendAsync(new HttpRequestMessage(new HttpMethod(method), $"/v2/{Repository}/{path}"));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal("UNSUPPORTED", new OciException(response.StatusCode, await response.Content.ReadAsStringAsync()).Code);
        Assert.Equal(["GET", "HEAD"], response.Content.Headers.Allow);
    }

    [Fact]
    public async Task Protocol_SwitchedOff_IsNotServed()
    {
        await using var mirror = await StartAsync(configure: options => options with { Protocols = new ProtocolsOptions { Oci = false } });

        using var response = await mirror.Client.GetAsync($"/v2/{Repository}/tags/list");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Empty(mirror.Origin.Requests);
    }
}
