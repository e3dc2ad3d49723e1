using System.Text;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using Mirror.Tests.Protocols.Modules;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Fetching.Documents;

/// <summary>Origins on static file servers and object stores send any media type. Only the content counts.</summary>
public sealed class MediaTypeTests
{
    private const string Modules = $"/v1/registries/{Host}/modules/{ModuleTests.Module}/";

    [Theory]
    [InlineData("text/plain; charset=utf-8")]
    [InlineData("application/octet-stream")]
    [InlineData("binary/octet-stream")]
    [InlineData("text/html")]
    [InlineData("nonsense")]
    [InlineData(null)]
    public async Task Documents_OfAnyMediaType_AreAcceptedByTheirContent(string? mediaType)
    {
        await using var mirror = await StartAsync(
            origin =>
            {
                origin.AddProvider("example/hello").AddVersions("1.0.0");
                origin.AddModule(ModuleTests.Module).AddVersion("1.0.0", version => version.InDocument = true);
            });
        mirror.Origin.Misbehave(_ => true, Fault.ContentType(mediaType));

        byte[] package = await mirror.Client.GetByteArrayAsync(Base + Package);
        var index = await mirror.GetJsonAsync(Base + "index.json");
        var modules = await mirror.GetJsonAsync(Modules + "versions");

        Assert.Equal(mirror.OriginPackage().Content, package);
        Assert.Equal(["1.0.0"], index.GetProperty("versions").EnumerateObject().Select(version => version.Name));
        Assert.Equal("1.0.0", modules.GetProperty("modules")[0].GetProperty("versions")[0].GetProperty("version").GetString());
        Assert.Equal("./module.zip", await ModuleTests.LocationAsync(mirror));
        Assert.All(mirror.Origin.Counts().Keys, kind => Assert.NotEqual(RequestKind.Other, kind));
    }

    [Theory]
    [InlineData("application/json", "<!DOCTYPE html><html><body>Sign in</body></html>")]
    [InlineData("text/html", "\n\t <html>Sign in</html>")]
    [InlineData("text/plain", "\uFEFF<!-- proxy --><html>Sign in</html>")]
    [InlineData("application/xml", "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>")]
    public async Task Documents_ContainingHtml_AreRejected(string mediaType, string page)
    {
        var fault = Fault.ContentType(mediaType).With(Fault.Body(_ => Encoding.UTF8.GetBytes(page)));
        foreach (var (kind, path) in new[]
        {
            (RequestKind.Versions, Base + "index.json"), (RequestKind.Download, Base + "1.0.0.json"), (RequestKind.Sums, Base + "1.0.0.json"),
            (RequestKind.Signature, Base + "1.0.0.json"), (RequestKind.Package, Base + Package),
            (RequestKind.ModuleVersions, Modules + "versions"), (RequestKind.ModuleDownload, Modules + "1.0.0/download"),
        })
        {
            await using var mirror = await StartAsync(
                origin =>
                {
                    origin.AddProvider("example/hello").AddVersions("1.0.0");
                    origin.AddModule(ModuleTests.Module).AddVersion("1.0.0", version => version.InDocument = true);
                });
            mirror.Origin.Misbehave(kind, fault.With(Fault.NoLength()));

            using var response = await mirror.Client.GetAsync(path);

            await OriginFaultTests.AssertProblemAsync(response, 502);
            Assert.Contains("HTML page", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            await OriginFaultTests.AssertNothingKeptAsync(mirror);
            mirror.Origin.Behave();
            Assert.True((await mirror.GetJsonAsync(Base + "index.json")).GetProperty("versions").TryGetProperty("1.0.0", out _) || kind == RequestKind.Versions);
        }
    }

    [Fact]
    public async Task ModuleAddress_InTheHeaderOfAnHtmlPage_IsAccepted()
    {
        await using var mirror = await StartAsync(origin => origin.AddModule(ModuleTests.Module).AddVersion("1.0.0"));
        mirror.Origin.Misbehave(RequestKind.ModuleDownload, Fault.HtmlBody());

        Assert.Equal("./module.zip", await ModuleTests.LocationAsync(mirror));
    }

    [Fact]
    public async Task Package_WithTheMediaTypeOfHtml_IsServed()
    {
        await using var mirror = await StartAsync();
        mirror.Origin.Misbehave(RequestKind.Package, Fault.ContentType("text/html"));

        Assert.Equal(mirror.OriginPackage().Content, await mirror.Client.GetByteArrayAsync(Base + Package));
    }

    [Fact]
    public async Task Package_ContainingHtml_IsNotRecordedAsFailedVerification()
    {
        await using var mirror = await StartAsync();
        mirror.Origin.Misbehave(
            RequestKind.Package,
            Fault.ContentType("application/zip").With(Fault.Body(_ => Encoding.UTF8.GetBytes("<html>" + new string(' ', 100_000)))),
            times: 1);

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => mirror.Client.GetByteArrayAsync(Base + Package));
        await mirror.WhenIdleAsync();

        Assert.Equal(mirror.OriginPackage().Content, await mirror.Client.GetByteArrayAsync(Base + Package));
    }
}
