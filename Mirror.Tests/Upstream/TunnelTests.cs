using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Configuration;
using Mirror.Core.Upstream;
using Mirror.Tests.Origin;
using Mirror.Tests.Time;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Upstream;

/// <summary>Requests to an https origin through a proxy.</summary>
public sealed class TunnelTests : TunnelFixture
{
    private const string Password = "p@ss:word";

    [Fact]
    public async Task Package_ThroughAProxyWithCredentials_IsFetched()
    {
        await using var origin = StartOrigin();
        await using var proxy = new TunnelProxy(new Uri(origin.HttpsUrl).Port, "mirror:" + Password);
        await using var mirror = await StartMirrorAsync(origin, Through(proxy, $"mirror:{Uri.EscapeDataString(Password)}@"));

        byte[] package = await mirror.Client.GetByteArrayAsync(Base + Package);

        Assert.Equal(origin.Provider("example/hello")["1.0.0"].Package("linux_amd64").Content, package);
        Assert.All(proxy.Targets, target => Assert.Equal(Host + ":443", target));
        Assert.Equal(origin.ConnectionsAccepted, proxy.Targets.Count);
        Assert.Equal([null, "mirror:" + Password], proxy.Credentials.Distinct());
        origin.AssertNoViolations();
        AssertNoSecret(Password);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Package_ThroughAProxyWithTls_IsFetchedIfItsCertificateIsTrusted(bool isTrusted)
    {
        await using var origin = StartOrigin();
        using var certificate = isTrusted ? null : OriginCertificate.Create();
        await using var proxy = new TunnelProxy(new Uri(origin.HttpsUrl).Port, "mirror:" + Password, certificate ?? Certificate.Value);
        await using var mirror = await StartMirrorAsync(
            origin, Through(proxy, $"mirror:{Uri.EscapeDataString(Password)}@", "https"));

        using var response = await mirror.Client.GetAsync(Base + Package);

        Assert.Equal(isTrusted ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(isTrusted, proxy.Credentials.Contains("mirror:" + Password));
        if (!isTrusted)
        {
            Assert.Empty(proxy.Credentials);
            Assert.Contains($"the proxy https://{proxy.Authority}", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(null, 502, "credentials")]
    [InlineData(302, 502, "responded with 302 instead of connecting")]
    [InlineData(403, 502, "refuses to connect")]
    [InlineData(502, 503, "502")]
    [InlineData(503, 503, "503")]
    public async Task Document_ThatTheProxyRefuses_NamesTheProxyAndNoPassword(int? status, int expected, string reason)
    {
        await using var origin = StartOrigin();
        await using var proxy = new TunnelProxy(new Uri(origin.HttpsUrl).Port, "mirror:" + Password) { Status = status };
        await using var mirror = await StartMirrorAsync(origin, Through(proxy, "mirror:wrong-password@"));

        using var response = await mirror.Client.GetAsync(Base + "index.json");
        string problem = await response.Content.ReadAsStringAsync();

        Assert.Equal(expected, (int)response.StatusCode);
        Assert.Contains($"http://{proxy.Authority}", problem, StringComparison.Ordinal);
        Assert.Contains(reason, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-password", problem, StringComparison.Ordinal);
        Assert.Equal(0, origin.ConnectionsAccepted);
        AssertNoSecret("wrong-password");
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><body>Accept the terms of use</body></html>", 503)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n<html></html>", 503)]
    [InlineData("HTTP/1.1 503 No\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>", 503)]
    [InlineData("<html>this is not HTTP</html>\r\n\r\n", 502)]
    [InlineData("", 503)]
    [InlineData("HTTP/1.1 200", 503)]
    public async Task Document_ThroughAProxyThatOpensNoTunnel_IsAFailureThatNamesIt(string answer, int expected)
    {
        await using var origin = StartOrigin();
        await using var proxy = new TunnelProxy(new Uri(origin.HttpsUrl).Port) { Answer = answer };
        await using var mirror = await StartMirrorAsync(origin, Through(proxy, "mirror:secret-word@"));

        using var response = await mirror.Client.GetAsync(Base + "index.json");
        string problem = await response.Content.ReadAsStringAsync();

        Assert.Equal(expected, (int)response.StatusCode);
        Assert.Contains($"the proxy http://{proxy.Authority}", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("html", problem, StringComparison.Ordinal);
        Assert.Equal(0, origin.ConnectionsAccepted);
        AssertNoSecret("secret-word");
    }

    /// <summary>Requests with http URLs need no tunnel, so the proxy itself answers them.</summary>
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 32\r\n\r\n<!DOCTYPE html><p>Log in first.\r\n", "HTML")]
    [InlineData(null, "responded with 407")]
    public async Task Document_OverHttpThatTheProxyAnswersItself_IsABadGateway(string? answer, string reason)
    {
        await using var origin = StartOrigin();
        await using var proxy = new TunnelProxy(new Uri(origin.Url).Port, "mirror:" + Password) { Answer = answer };
        await using var mirror = await StartMirrorAsync(
            origin,
            Through(proxy, "mirror:wrong-password@"),
            host: new UpstreamHostOptions { Name = Name, ProvidersUrl = new Uri("http://registry.invalid/v1/providers/") });

        using var response = await mirror.Client.GetAsync(Base + "index.json");

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Contains(reason, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        AssertNoSecret("wrong-password");
    }

    [Fact]
    public async Task Document_ThroughAProxyThatStalls_EndsWithinTheConnectTimeout()
    {
        await using var origin = StartOrigin();
        await using var proxy = new TunnelProxy(new Uri(origin.HttpsUrl).Port) { Hangs = true };
        await using var mirror = await StartMirrorAsync(
            origin, Through(proxy, ""), limits: limits => limits with { ConnectTimeout = TimeSpan.FromMilliseconds(200) });

        using var response = await mirror.Client.GetAsync(Base + "index.json");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains(
            $"timed out (through the proxy http://{proxy.Authority}", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        // The proxy may be waiting for the origin, so its other origins must not suffer.
        var hosts = mirror.Services.GetRequiredService<OriginHttp>().Breakers.Hosts;
        Assert.Null(hosts.Single(host => host.Host == proxy.Authority).LastFailure);
        Assert.NotNull(hosts.Single(host => host.Host == Host).LastFailure);
        proxy.Hangs = false;
        Assert.Equal(HttpStatusCode.OK, (await mirror.Client.GetAsync(Base + "index.json")).StatusCode);
    }

    [Fact]
    public async Task Proxy_ThatWasDown_IsSuspendedAndUsedAgainWhenItIsBack()
    {
        var time = new ManualTimeProvider();
        await using var origin = StartOrigin();
        await using var proxy = new TunnelProxy(new Uri(origin.HttpsUrl).Port);
        await using var mirror = await StartMirrorAsync(
            origin, Through(proxy, ""), limits: limits => limits with { BreakerFailures = 2, BreakerPause = TimeSpan.FromSeconds(5) }, time: time);
        var breakers = mirror.Services.GetRequiredService<OriginHttp>().Breakers;
        await proxy.StopAsync();

        string[] down = [await ProblemAsync(), await ProblemAsync()];
        proxy.StartAgain();
        string suspended = await ProblemAsync();
        string[] hosts = [.. breakers.SuspendedHosts];
        time.Advance(TimeSpan.FromSeconds(5));
        using var recovered = await mirror.Client.GetAsync(Base + "index.json");

        Assert.All(down, problem => Assert.Contains("could not be connected to", problem, StringComparison.Ordinal));
        Assert.Contains($"The proxy http://{proxy.Authority} (test) failed 2 times in a row", suspended, StringComparison.Ordinal);
        Assert.Equal([proxy.Authority], hosts);
        Assert.Equal(HttpStatusCode.OK, recovered.StatusCode);
        Assert.Empty(breakers.SuspendedHosts);

        async Task<string> ProblemAsync()
        {
            using var response = await mirror.Client.GetAsync(Base + "index.json");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            return await response.Content.ReadAsStringAsync();
        }
    }

    [Fact]
    public async Task Start_WithProxies_LogsWhichIsUsedForWhatWithoutCredentials()
    {
        await using var origin = StartOrigin();
        var proxies = new ProxyOptions
        {
            Https = OutboundProxy.Parse("http://mirror:secret-word@proxy.example.com:3128", "HTTPS_PROXY"),
            Bypass = [ProxyBypass.TryParse("internal.example.com", out var bypass) ? bypass! : throw new InvalidOperationException()],
        };

        await using var mirror = await StartMirrorAsync(origin, proxies);

        Assert.Contains(
            "Origins are queried over https through the proxy http://proxy.example.com:3128 (HTTPS_PROXY), over http directly; "
                + "directly to internal.example.com; the OpenID provider is queried directly",
            Assert.Single(Log.Entries, entry => entry.Contains("Origins are queried", StringComparison.Ordinal)),
            StringComparison.Ordinal);
        AssertNoSecret("secret-word");
    }

    [Fact]
    public async Task Document_WhenTheProxyIsDown_IsAFailureOfTheProxyOnly()
    {
        await using var origin = StartOrigin();
        var proxy = new TunnelProxy(new Uri(origin.HttpsUrl).Port);
        string authority = proxy.Authority;
        await using var mirror = await StartMirrorAsync(origin, Through(proxy, ""));
        await proxy.DisposeAsync();

        using var response = await mirror.Client.GetAsync(Base + "index.json");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains($"the proxy http://{authority}", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var hosts = mirror.Services.GetRequiredService<OriginHttp>().Breakers.Hosts;
        Assert.NotNull(hosts.Single(host => host.Host == authority).LastFailure);
        Assert.Null(hosts.Single(host => host.Host == Host).LastFailure);
    }

    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("203.1.113.7", false)]
    [InlineData(null, false)]
    public async Task Name_WithAProxyOfTheEnvironment_IsCheckedIfItResolves(string? address, bool blocked)
    {
        await using var origin = StartOrigin();
        await using var proxy = new TunnelProxy(new Uri(origin.HttpsUrl).Port);
        await using var mirror = await StartMirrorAsync(origin, Through(proxy, "") with { ChecksNames = true }, address);

        using var response = await mirror.Client.GetAsync(Base + "index.json");

        Assert.Equal(blocked ? HttpStatusCode.BadGateway : HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(blocked, proxy.Targets.Count == 0);
    }
}
