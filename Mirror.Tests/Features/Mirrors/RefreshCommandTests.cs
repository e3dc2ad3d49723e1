using Mirror.Tests.Cli;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;

namespace Mirror.Tests.Features.Mirrors;

public sealed class RefreshCommandTests
{
    private const string Hello = $"{MirrorWithOrigin.Host}/example/hello";

    [Theory]
    [InlineData(Hello, 2)]
    [InlineData(null, 2)]
    [InlineData(MirrorWithOrigin.Host + "/example/other", 1)]
    public async Task Refresh_OfAProvider_MakesTheNextRequestReachTheOrigin(string? provider, int lists)
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();
        await mirror.GetJsonAsync(MirrorWithOrigin.Base + "index.json");
        mirror.Origin.Provider("example/hello").AddVersions("3.0.0");

        var refresh = await CommandLine.RunAsync(mirror.Server, provider is null ? ["refresh"] : ["refresh", provider]);
        var index = await mirror.GetJsonAsync(MirrorWithOrigin.Base + "index.json");

        Assert.Equal((0, ""), (refresh.ExitCode, refresh.Error));
        Assert.Equal(lists, mirror.Origin.Count(RequestKind.Versions));
        Assert.Equal(lists == 2, index.GetProperty("versions").TryGetProperty("3.0.0", out _));
    }

    [Fact]
    public async Task Refresh_WithoutToken_IsDenied()
    {
        await using var server = await Hosting.MirrorServer.StartAsync();

        var refresh = await CommandLine.RunAsync("refresh", "--url", server.Url.ToString());

        Assert.Equal(1, refresh.ExitCode);
        Assert.Contains("MIRROR_TOKEN", refresh.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refresh_AsJson_NamesTheProvider()
    {
        await using var server = await Hosting.MirrorServer.StartAsync();

        var refresh = await CommandLine.RunAsync(server, "refresh", "hashicorp/aws", "--json");

        Assert.Equal("registry.terraform.io/hashicorp/aws", (string)refresh.Json["provider"]!);
    }
}
