using Mirror.Tests.Fetching.Documents;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using Mirror.Tests.Protocols.Modules;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Fetching.Packages;

/// <summary>Packages with a Content-Encoding that the mirror did not request.</summary>
public sealed class ContentCodingTests
{
    [Fact]
    public async Task Package_CompressedWithoutRequest_IsDecoded()
    {
        await using var mirror = await OriginFaultTests.StartLargeAsync();
        mirror.Origin.Misbehave(RequestKind.Package, Fault.Gzip());

        byte[] cold = await mirror.Client.GetByteArrayAsync(Base + Package);
        byte[] warm = await mirror.Client.GetByteArrayAsync(Base + Package);

        Assert.Equal(mirror.OriginPackage().Content, cold);
        Assert.Equal(mirror.OriginPackage().Content, warm);
        var request = Assert.Single(mirror.Origin.Requests, request => request.Kind == RequestKind.Package);
        Assert.Equal("identity", request.Headers["Accept-Encoding"]);
    }

    [Fact]
    public async Task Package_CompressedAndInterrupted_IsDownloadedFromTheStart()
    {
        await using var mirror = await OriginFaultTests.StartLargeAsync();
        mirror.Origin.Misbehave(RequestKind.Package, Fault.Gzip().With(Fault.ResetAfter(200_000)), times: 1);
        mirror.Origin.Misbehave(RequestKind.Package, Fault.Gzip());

        byte[] content = await mirror.Client.GetByteArrayAsync(Base + Package);

        Assert.Equal(mirror.OriginPackage().Content, content);
        Assert.All(mirror.Origin.Requests, request => Assert.Null(request.Range));
        Assert.Equal(2, mirror.Origin.Count(RequestKind.Package));
    }

    [Theory]
    [InlineData("br", "'br'")]
    [InlineData("gzip, gzip", "'gzip, gzip'")]
    [InlineData("aws-chunked", "'aws-chunked'")]
    public async Task Package_WithAnotherEncoding_IsRejectedByName(string coding, string expected)
    {
        await using var mirror = await StartAsync();
        mirror.Origin.Misbehave(RequestKind.Package, Fault.Encoding(coding));

        using var response = await mirror.Client.GetAsync(Base + Package);

        await OriginFaultTests.AssertProblemAsync(response, 502);
        Assert.Contains($"Content-Encoding {expected}", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(1, mirror.Origin.Count(RequestKind.Package));
        await OriginFaultTests.AssertNothingKeptAsync(mirror);
    }

    [Theory]
    [InlineData(RequestKind.Versions, "index.json")]
    [InlineData(RequestKind.Sums, "1.0.0.json")]
    public async Task Document_WithAnotherEncoding_IsRejectedByName(RequestKind kind, string path)
    {
        await using var mirror = await StartAsync();
        mirror.Origin.Misbehave(kind, Fault.Encoding("zstd"));

        using var response = await mirror.Client.GetAsync(Base + path);

        await OriginFaultTests.AssertProblemAsync(response, 502);
        Assert.Contains("Content-Encoding 'zstd'", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Package_MarkedAsCompressedButUncompressed_IsRejected()
    {
        await using var mirror = await StartAsync();
        mirror.Origin.Misbehave(RequestKind.Package, Fault.Encoding("gzip"));

        using var response = await mirror.Client.GetAsync(Base + Package);

        await OriginFaultTests.AssertProblemAsync(response, 502);
        Assert.Contains("compressed", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await OriginFaultTests.AssertNothingKeptAsync(mirror);
    }

    [Fact]
    public async Task Package_LargerThanTheLimitAfterDecoding_IsRejected()
    {
        await using var mirror = await StartAsync(
            configure: options => options with { Packages = options.Packages with { MaxPackageSize = 1 << 20 } });
        mirror.Origin.Misbehave(RequestKind.Package, Fault.Body(_ => new byte[64_000_000]).With(Fault.Gzip()));

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => mirror.Client.GetByteArrayAsync(Base + Package));

        await OriginFaultTests.AssertNothingKeptAsync(mirror);
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("gzip")]
    [InlineData("x-gzip")]
    [InlineData("really")]
    public async Task Module_InACompressedArchive_IsStoredUnchanged(string coding)
    {
        byte[] archive = FakeModuleVersion.TarGz(("main.tf", "# tar"));
        await using var mirror = await StartAsync(origin => origin.AddModule(ModuleTests.Module).AddVersion(
            "1.0.0", version => (version.FileName, version.Archive) = ("v1.tar.gz", archive)));
        mirror.Origin.Misbehave(RequestKind.ModuleArchive, coding == "really" ? Fault.Gzip() : Fault.Encoding(coding));

        Assert.Equal(archive, await ModuleTests.FollowAsync(mirror, await ModuleTests.LocationAsync(mirror)));
    }
}
