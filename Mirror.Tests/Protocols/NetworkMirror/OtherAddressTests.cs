using System.Net;
using System.Text.Json;
using Mirror.Core.Database;
using Mirror.Tests.Access;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Protocols.NetworkMirror;

/// <summary>The URLs of Tharsis, Repoxy, hermitcrab and Terralist, next to those of the network mirror protocol.</summary>
public sealed class OtherAddressTests
{
    private const string Tharsis = $"/v1/provider-mirror/providers/default/{Host}/example/hello/1.0.0/linux/amd64";

    [Theory]
    [InlineData($"/providers/{Host}/example/hello/{Package}")]
    [InlineData($"/v1/providers/{Host}/example/hello/{Package}")]
    [InlineData($"/v1/providers/{Host}/example/hello/download/{Package}")]
    public async Task Package_AtTheUrlOfAnotherMirror_IsServed(string path)
    {
        await using var mirror = await StartAsync();

        byte[] package = await mirror.Client.GetByteArrayAsync(path);
        await mirror.WhenIdleAsync();
        using var head = await mirror.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));

        Assert.Equal(mirror.OriginPackage().Content, package);
        Assert.Equal((HttpStatusCode.OK, package.Length), (head.StatusCode, head.Content.Headers.ContentLength));
    }

    [Fact]
    public async Task PackageLink_OfTharsis_LeadsToThePackage()
    {
        await using var mirror = await StartAsync();

        var link = await mirror.GetJsonAsync(Tharsis);

        Assert.Equal([mirror.OriginPackage().ZipHash], link.GetProperty("hashes").EnumerateArray().Select(hash => hash.GetString()));
        Assert.Equal(
            $"{mirror.Server.Url.GetLeftPart(UriPartial.Authority)}/v1/provider-mirror/providers/default/{Host}/example/hello/{Package}",
            link.GetProperty("url").GetString());
        Assert.Equal(mirror.OriginPackage().Content, await mirror.Client.GetByteArrayAsync(link.GetProperty("url").GetString()));
    }

    [Fact]
    public async Task PackageLink_OfAPrivateGroup_WorksWithoutCredentials()
    {
        await using var mirror = await StartAsync(
            configure: options => options with { Auth = options.Auth with { AnonymousRead = false } });
        var viewer = await mirror.Server.AddUserAsync("viewer", Role.Viewer);

        using var refused = await mirror.Client.GetAsync(Tharsis);
        var link = JsonDocument.Parse(await viewer.GetStringAsync(Tharsis)).RootElement;

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(mirror.OriginPackage().Content, await mirror.Client.GetByteArrayAsync(link.GetProperty("url").GetString()));
    }

    [Theory]
    [InlineData("/v1/provider-mirror/providers/default/registry.example.com/example/hello/1.0.0/plan9/mips")]
    [InlineData("/v1/provider-mirror/providers/default/registry.example.com/example/hello/9.9.9/linux/amd64")]
    [InlineData("/v1/provider-mirror/providers/default/registry.example.com/example/hello/1.0/linux/amd64")]
    [InlineData("/v1/provider-mirror/providers/registry.example.com/example/hello/1.0.0/linux/amd64")]
    [InlineData("/v1/providers/example/hello/9.9.9")]
    [InlineData("/v1/providers/example/hello/1.0")]
    public async Task Request_ForSomethingUnknown_Returns404(string path)
    {
        await using var mirror = await StartAsync(upstream: upstream => upstream with { DefaultHost = Name });

        using var response = await mirror.Client.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData("/v1/providers/example/hello/1.0.0")]
    [InlineData($"/v1/registries/{Host}/providers/example/hello/1.0.0")]
    public async Task VersionDocument_OfRepoxy_DescribesTheVersion(string path)
    {
        await using var mirror = await StartAsync(upstream: upstream => upstream with { DefaultHost = Name });

        var version = await mirror.GetJsonAsync(path);

        Assert.Equal(
            ("example/hello/1.0.0", "example", "hello", "1.0.0"),
            (version.GetProperty("id").GetString(),
                version.GetProperty("namespace").GetString(),
                version.GetProperty("name").GetString(),
                version.GetProperty("version").GetString()));
        Assert.Equal(4, version.GetProperty("platforms").GetArrayLength());
        Assert.NotEqual(0, version.GetProperty("protocols").GetArrayLength());
        Assert.True(version.GetProperty("published_at").TryGetDateTimeOffset(out _));
        Assert.Equal(0, mirror.Origin.Count(Mirror.Tests.Origin.RequestKind.Package));
    }
}
