using System.Net;
using System.Text.Json;
using Mirror.Tests.Origin;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Protocols.NetworkMirror;

public sealed class NetworkMirrorTests
{
    [Theory]
    [InlineData("/v1/mirror/registry.example.com/example/hello/")]
    [InlineData("/registry.example.com/example/hello/")]
    [InlineData("/providers/registry.example.com/example/hello/")]
    [InlineData("/v1/providers/registry.example.com/example/hello/")]
    [InlineData("/v1/provider-mirror/providers/default/registry.example.com/example/hello/")]
    public async Task Documents_AtEachAddress_ListTheVersionsOfTheOrigin(string address)
    {
        await using var mirror = await StartAsync();

        var index = await mirror.GetJsonAsync(address + "index.json");
        var version = await mirror.GetJsonAsync(address + "1.0.0.json");

        Assert.Equal(["1.0.0", "1.1.0", "2.0.0"], index.GetProperty("versions").EnumerateObject().Select(item => item.Name).Order());
        var archive = version.GetProperty("archives").GetProperty("linux_amd64");
        Assert.Equal(Package, archive.GetProperty("url").GetString());
        Assert.Equal([mirror.OriginPackage().ZipHash], archive.GetProperty("hashes").EnumerateArray().Select(hash => hash.GetString()));
        Assert.Equal(4, version.GetProperty("archives").EnumerateObject().Count());
        Assert.Equal(0, mirror.Origin.Count(RequestKind.Package));
        mirror.Origin.AssertNoViolations();
    }

    [Fact]
    public async Task Package_NotCached_IsDeliveredVerifiedAndStored()
    {
        await using var mirror = await StartAsync();

        byte[] first = await mirror.Client.GetByteArrayAsync(Base + Package);
        await mirror.WhenIdleAsync();
        await mirror.Origin.StopAsync();
        byte[] second = await mirror.Client.GetByteArrayAsync(Base + Package);

        Assert.Equal(mirror.OriginPackage().Content, first);
        Assert.Equal(first, second);
        Assert.Equal(1, await mirror.CountPackageRowsAsync());
        Assert.Equal(1, mirror.Origin.Count(RequestKind.Package));
        Assert.Equal(0, mirror.CountStagedFiles());
        var archive = (await mirror.GetJsonAsync(Base + "1.0.0.json")).GetProperty("archives").GetProperty("linux_amd64");
        Assert.Equal(
            [mirror.OriginPackage().ZipHash, mirror.OriginPackage().ContentHash],
            archive.GetProperty("hashes").EnumerateArray().Select(hash => hash.GetString()));
    }

    [Fact]
    public async Task Document_Response_IsAcceptedByClients()
    {
        await using var mirror = await StartAsync();
        using var response = await mirror.Client.GetAsync(Base + "index.json");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.GetValues("Content-Type").Single());
        byte[] body = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal((byte)'{', body[0]);
        Assert.Equal(body.Length, response.Content.Headers.ContentLength);

        using var conditional = new HttpRequestMessage(HttpMethod.Get, Base + "index.json");
        conditional.Headers.TryAddWithoutValidation("If-None-Match", response.Headers.ETag!.ToString());
        using var unchanged = await mirror.Client.SendAsync(conditional);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);

        using var zipped = new HttpRequestMessage(HttpMethod.Get, Base + "index.json");
        zipped.Headers.AcceptEncoding.ParseAdd("gzip");
        using var gzip = await mirror.Client.SendAsync(zipped);
        Assert.Equal(["gzip"], gzip.Content.Headers.ContentEncoding);
        Assert.NotEqual(response.Headers.ETag, gzip.Headers.ETag);
        Assert.Contains("Accept-Encoding", gzip.Headers.Vary);

        using var head = await mirror.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, Base + "index.json"));
        Assert.Equal(body.Length, head.Content.Headers.ContentLength);
    }

    [Theory]
    [InlineData("/v1/mirror/registry.example.com/example/../hello/index.json")]
    [InlineData("/v1/mirror/registry.example.com/example%2fhello/hello/index.json")]
    [InlineData("/v1/mirror/registry.example.com/..%2f..%2f/hello/index.json")]
    [InlineData("/v1/mirror/Registry.Example.com/example/hello/index.json")]
    [InlineData("/v1/mirror/registry.example.com/Example/hello/index.json")]
    [InlineData("/v1/mirror/registry.example.com/example/hello/INDEX.json")]
    [InlineData("/v1/mirror/registry.example.com/example/hello/index.json/")]
    [InlineData("/registry.example.com/example/hello/index.json/")]
    [InlineData("/v1/provider-mirror/providers/default/registry.example.com/example/hello/index.json/")]
    [InlineData("/v1/mirror/registry.example.com//hello/index.json")]
    [InlineData("/v1/mirror/registry.example.com/example/hello/.json")]
    [InlineData("/v1/mirror/registry.example.com/example/hello/v1.0.0.json")]
    [InlineData("/v1/mirror/registry.example.com/example/hello/1.0.json")]
    [InlineData("/v1/mirror/registry.example.com/example/hello/terraform-provider-other_1.0.0_linux_amd64.zip")]
    [InlineData("/v1/mirror/registry.example.com/example/terraform-hello/index.json")]
    [InlineData("/v1/mirror/registry.example.com/ex.ample/hello/index.json")]
    [InlineData("/v1/mirror/unlisted.example.org/example/hello/index.json")]
    [InlineData("/v1/mirror/unlisted.example.org/example/hello/terraform-provider-hello_1.0.0_linux_amd64.zip")]
    [InlineData("/v1/provider-mirror/providers/registry.example.com/example/hello/index.json")]
    [InlineData("/v1/provider-mirror/providers/default/nowhere/registry.example.com/example/hello/index.json")]
    [InlineData("/v1/provider-mirror/providers/")]
    public async Task Request_MalformedOrUnlisted_Returns404WithoutAnOriginRequest(string path)
    {
        await using var mirror = await StartAsync();

        using var response = await mirror.Client.GetAsync(
            new Uri(
                mirror.Server.Url.GetLeftPart(UriPartial.Authority) + path,
                new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Empty(mirror.Origin.Requests);
    }

    [Fact]
    public async Task Request_WithAnOverlongName_Returns404WithoutAnOriginRequest()
    {
        await using var mirror = await StartAsync();

        using var response = await mirror.Client.GetAsync($"/v1/mirror/{Host}/{new string('a', 300)}/hello/index.json");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Empty(mirror.Origin.Requests);
    }

    [Fact]
    public async Task Package_HeadRequest_ReturnsTheLengthAndJoinsTheFill()
    {
        await using var mirror = await StartAsync();

        using var head = await mirror.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, Base + Package));
        await mirror.WhenIdleAsync();

        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(mirror.OriginPackage().Content.Length, head.Content.Headers.ContentLength);
        Assert.Equal(1, await mirror.CountPackageRowsAsync());
    }

    [Theory]
    [InlineData("bytes=0-9", 0, 10)]
    [InlineData("bytes=10-", 10, -1)]
    [InlineData("bytes=-5", -5, 5)]
    public async Task Package_RangeRequestColdAndWarm_ReturnsTheRange(string range, int from, int length)
    {
        await using var mirror = await StartAsync();
        byte[] whole = mirror.OriginPackage().Content;
        int begin = from < 0 ? whole.Length + from : from;
        byte[] expected = whole[begin..(length < 0 ? whole.Length : begin + length)];

        for (int i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Base + Package);
            request.Headers.TryAddWithoutValidation("Range", range);
            using var response = await mirror.Client.SendAsync(request);

            Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
            Assert.Equal(expected, await response.Content.ReadAsByteArrayAsync());
            Assert.Equal(whole.Length, response.Content.Headers.ContentRange?.Length);
            await mirror.WhenIdleAsync();
        }

        Assert.Equal(1, mirror.Origin.Count(RequestKind.Package));
    }

    [Fact]
    public async Task Package_RangeBeyondTheEnd_Returns416()
    {
        await using var mirror = await StartAsync();
        await mirror.Client.GetByteArrayAsync(Base + Package);
        using var request = new HttpRequestMessage(HttpMethod.Get, Base + Package);
        request.Headers.TryAddWithoutValidation("Range", "bytes=999999999-");

        using var response = await mirror.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.True(response.Headers.CacheControl?.NoStore);
    }

    [Fact]
    public async Task Documents_WithTheOriginStopped_AreStillServed()
    {
        await using var mirror = await StartAsync();
        await mirror.GetJsonAsync(Base + "index.json");
        await mirror.Client.GetByteArrayAsync(Base + Package);
        await mirror.WhenIdleAsync();
        await mirror.Origin.StopAsync();

        var index = await mirror.GetJsonAsync(Base + "index.json");
        var version = await mirror.GetJsonAsync(Base + "1.0.0.json");

        Assert.Equal(JsonValueKind.Object, index.GetProperty("versions").GetProperty("1.0.0").ValueKind);
        Assert.True(version.GetProperty("archives").TryGetProperty("linux_amd64", out _));
    }
}
