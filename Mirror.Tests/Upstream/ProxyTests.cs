using Mirror.Core.Configuration;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Upstream;

public sealed class ProxyTests
{
    // RFC 6761: this name never resolves, so only a proxy can connect to it.
    private const string Unresolvable = "http://registry.invalid";

    [Fact]
    public async Task Package_BehindAProxy_IsDownloadedAndResolvedThroughIt()
    {
        await using var origin = StartOrigin();
        await using var proxy = await ForwardProxy.StartAsync(new Uri(origin.Url));
        await using var mirror = await StartBehindAsync(origin, proxy);

        byte[] content = await mirror.Client.GetByteArrayAsync(Base + Package);

        Assert.Equal(origin.Provider("example/hello")["1.0.0"].Package("linux_amd64").Content, content);
        Assert.Equal(origin.Requests.Count, proxy.Targets.Count);
        Assert.All(proxy.Targets, target => Assert.StartsWith(Unresolvable + "/", target, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://169.254.169.254/package.zip")]
    [InlineData("https://127.0.0.1/package.zip")]
    public async Task Package_AtAForbiddenAddress_IsNotRequestedThroughTheProxy(string location)
    {
        await using var origin = StartOrigin();
        origin.Misbehave(RequestKind.Package, Fault.Redirect(location));
        await using var proxy = await ForwardProxy.StartAsync(new Uri(origin.Url));
        await using var mirror = await StartBehindAsync(origin, proxy);

        using var response = await mirror.Client.GetAsync(Base + Package);

        Assert.Equal(502, (int)response.StatusCode);
        Assert.All(proxy.Targets, target => Assert.StartsWith(Unresolvable + "/", target, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Document_WithTheProxyDown_IsAnOutage()
    {
        await using var origin = StartOrigin();
        var proxy = await ForwardProxy.StartAsync(new Uri(origin.Url));
        await using var mirror = await StartBehindAsync(origin, proxy);
        await proxy.DisposeAsync();

        using var response = await mirror.Client.GetAsync(Base + "index.json");

        Assert.Equal(503, (int)response.StatusCode);
        Assert.Empty(origin.Requests);
    }

    private static FakeOrigin StartOrigin()
    {
        var origin = FakeOrigin.Start();
        origin.RelativeUrls = true;
        origin.AddProvider("example/hello").AddVersions("1.0.0");
        return origin;
    }

    private static Task<MirrorWithOrigin> StartBehindAsync(FakeOrigin origin, ForwardProxy proxy) =>
        StartAsync(upstream: options => options with
        {
            Proxy = ProxyOptions.All(OutboundProxy.Parse(proxy.Url.AbsoluteUri, "test")),
            Hosts = [new UpstreamHostOptions { Name = Name, ProvidersUrl = new Uri(
            Unresolvable + origin.ProvidersUrl[origin.ProvidersUrl.IndexOf("/v1", StringComparison.Ordinal)..]) }],
        });
}
