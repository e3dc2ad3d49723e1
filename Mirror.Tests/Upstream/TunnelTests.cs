using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Configuration;
using Mirror.Core.Upstream;
using Mirror.Tests.Hosting;
using Mirror.Tests.Origin;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Upstream;

/// <summary>Requests to an https origin through a proxy, with a private authority and with client certificates.</summary>
public sealed class TunnelTests : IDisposable
{
    private const string Password = "p@ss:word";
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mirror-tunnel-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Package_ThroughAProxyWithCredentials_IsFetched()
    {
        await using var origin = StartOrigin();
        await using var proxy = new TunnelProxy(new Uri(origin.HttpsUrl).Port, "mirror:" + Password);
        await using var mirror = await StartMirrorAsync(origin, Through(proxy, $"mirror:{Uri.EscapeDataString(Password)}@"));

        byte[] package = await mirror.Client.GetByteArrayAsync(Base + Package);

        Assert.Equal(origin.Provider("example/hello")["1.0.0"].Package("linux_amd64").Content, package);
        Assert.All(proxy.Targets, target => Assert.Equal(Host + ":443", target));
        origin.AssertNoViolations();
    }

    [Theory]
    [InlineData(null, 502, "credentials")]
    [InlineData(403, 502, "refuses to connect")]
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
        Assert.Empty(origin.Requests);
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Origin_ThatRequiresAClientCertificate_GetsTheOneOfItsHost(bool configured)
    {
        await using var origin = StartOrigin();
        using var client = OriginCertificate.Create("client.example.com");
        origin.RequiredClient = client;
        string certificate = Write("client.pem", client.ExportCertificatePem());
        string key = Write("client.key", client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await using var proxy = new TunnelProxy(new Uri(origin.HttpsUrl).Port);
        await using var mirror = await StartMirrorAsync(
            origin,
            Through(proxy, ""),
            host: configured ? new UpstreamHostOptions { Name = Name, ClientCertificatePath = certificate, ClientKeyPath = key } : null);

        using var response = await mirror.Client.GetAsync(Base + Package);

        Assert.Equal(configured ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Fact]
    public async Task ClientCertificate_OfAHost_IsNotSentToThePackageHost()
    {
        await using var origin = StartOrigin();
        using var client = OriginCertificate.Create("client.example.com");
        origin.RequiredClient = client;
        origin.Misbehave(RequestKind.Package, Fault.Redirect("https://packages.example.com/file.zip"));
        string certificate = Write("client.pem", client.ExportCertificatePem());
        string key = Write("client.key", client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await using var proxy = new TunnelProxy(new Uri(origin.HttpsUrl).Port);
        await using var mirror = await StartMirrorAsync(
            origin,
            Through(proxy, ""),
            host: new UpstreamHostOptions { Name = Name, ClientCertificatePath = certificate, ClientKeyPath = key });

        using var response = await mirror.Client.GetAsync(Base + Package);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("packages.example.com:443", proxy.Targets);
        Assert.Equal(0, origin.Count("/file.zip"));
    }

    private static ProxyOptions Through(TunnelProxy proxy, string user) =>
        ProxyOptions.All(OutboundProxy.Parse($"http://{user}{proxy.Authority}", "test"));

    private static FakeOrigin StartOrigin()
    {
        var origin = FakeOrigin.Start(Certificate.Value);
        origin.RelativeUrls = true;
        origin.AddProvider("example/hello").AddVersions("1.0.0");
        return origin;
    }

    private static readonly Lazy<X509Certificate2> Certificate = new(() => OriginCertificate.Create(Host, "packages.example.com"));

    private string Write(string name, string text)
    {
        string path = Path.Combine(_directory.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private Task<MirrorServer> StartMirrorAsync(
        FakeOrigin origin, ProxyOptions proxies, string? resolved = null, UpstreamHostOptions? host = null) => MirrorServer.StartAsync(
        options => options with
        {
            Listen = options.Listen with { Https = null },
            Upstream = options.Upstream with
            {
                AllowedHosts = [Name],
                AuthoritiesPath = Write("ca.pem", Certificate.Value.ExportCertificatePem()),
                Proxy = proxies,
                Hosts = host is null ? [] : [host],
                Limits = options.Upstream.Limits with { DocumentAttempts = 1, PackageAttempts = 1, ConnectTimeout = TimeSpan.FromMinutes(1), DocumentDeadline = TimeSpan.FromMinutes(1) },
            },
        },
        services: services => services.AddSingleton<OriginTransport>(provider => new Resolving(
            provider.GetRequiredService<MirrorOptions>(),
            provider.GetRequiredService<OriginGuard>(),
            provider.GetRequiredService<ConfiguredCertificates>(),
            resolved)));

    private sealed class Resolving(MirrorOptions options, OriginGuard guard, ConfiguredCertificates certificates, string? address)
        : OriginTransport(options, guard, certificates)
    {
        protected override Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
            address is null
                ? throw new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.HostNotFound)
                : Task.FromResult<IPAddress[]>([IPAddress.Parse(address)]);
    }
}
