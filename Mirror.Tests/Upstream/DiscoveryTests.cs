using System.Net;
using System.Net.Http.Json;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Configuration;
using Mirror.Core.Upstream;
using Mirror.Tests.Hosting;
using Mirror.Tests.Origin;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Upstream;

/// <summary>Without a configured URL: service discovery over TLS, and the check of resolved addresses.</summary>
public sealed class DiscoveryTests
{
    [Fact]
    public async Task Origin_FoundByServiceDiscovery_IsMirrored()
    {
        await using var origin = StartOrigin();
        await using var mirror = await StartMirrorAsync(origin);

        byte[] package = await mirror.Client.GetByteArrayAsync(Base + Package);

        Assert.Equal(origin.Provider("example/hello")["1.0.0"].Package("linux_amd64").Content, package);
        Assert.Equal(1, origin.Count(RequestKind.Discovery));
        origin.AssertNoViolations();
    }

    [Fact]
    public async Task Token_OfAHost_IsSentForItsDocumentsOnly()
    {
        await using var origin = StartOrigin();
        origin.RequireToken("a-very-secret-token");
        await using var mirror = await StartMirrorAsync(origin, token: "a-very-secret-token");

        // Anonymous readers cannot see content that was fetched with a credential, so the link in the document is signed.
        var document = await mirror.AdminClient.GetFromJsonAsync<JsonElement>(Base + "1.0.0.json");
        string link = document.GetProperty("archives").GetProperty("linux_amd64").GetProperty("url").GetString()!;
        byte[] package = await mirror.Client.GetByteArrayAsync(Base + link);
        using var unsigned = await mirror.Client.GetAsync(Base + Package);

        Assert.NotEmpty(package);
        Assert.Equal(HttpStatusCode.Forbidden, unsigned.StatusCode);
        Assert.All(
            origin.Requests,
            request => Assert.Equal(
                request.Kind is RequestKind.Discovery or RequestKind.Versions or RequestKind.Download, request.Authorization is not null));
        origin.AssertNoViolations();
    }

    [Fact]
    public async Task Token_Missing_Returns502()
    {
        await using var origin = StartOrigin();
        origin.RequireToken("a-very-secret-token");
        await using var mirror = await StartMirrorAsync(origin);

        using var index = await mirror.Client.GetAsync(Base + "index.json");

        Assert.Equal(HttpStatusCode.BadGateway, index.StatusCode);
        Assert.Contains("credentials", await index.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("10.0.0.1")]
    [InlineData("::1")]
    public async Task Name_ResolvingToAPrivateAddress_IsRefusedWhenConnecting(string address)
    {
        await using var origin = StartOrigin();
        await using var mirror = await StartMirrorAsync(origin, resolved: IPAddress.Parse(address));

        using var index = await mirror.Client.GetAsync(Base + "index.json");

        Assert.Equal(HttpStatusCode.BadGateway, index.StatusCode);
        Assert.Contains(address, await index.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(0, origin.ConnectionsAccepted);
    }

    [Fact]
    public async Task Discovery_WithoutProviders_ReturnsNotFound()
    {
        await using var origin = StartOrigin();
        origin.EditDiscovery = services => services.Remove("providers.v1");
        await using var mirror = await StartMirrorAsync(origin);

        using var index = await mirror.Client.GetAsync(Base + "index.json");

        Assert.Equal(HttpStatusCode.NotFound, index.StatusCode);
    }

    [Fact]
    public async Task Refresh_OfAnOrigin_RepeatsDiscoveryAndKeepsTheLastResultOnFailure()
    {
        await using var origin = StartOrigin();
        await using var mirror = await StartMirrorAsync(origin);
        await mirror.Client.GetByteArrayAsync(Base + "index.json");

        await RefreshAsync(mirror);
        await mirror.Client.GetByteArrayAsync(Base + "index.json");
        int asked = origin.Count(RequestKind.Discovery);
        origin.Misbehave(RequestKind.Discovery, Fault.Status(503));
        await RefreshAsync(mirror);
        await mirror.Client.GetByteArrayAsync(Base + "index.json");

        Assert.Equal(2, asked);
        Assert.Equal(3, origin.Count(RequestKind.Versions));
    }

    private static async Task RefreshAsync(MirrorServer mirror)
    {
        using var response = await mirror.AdminClient.PostAsJsonAsync(
            "/api/v1/groups/default/refresh", new { provider = $"{Host}/example/hello" });
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    private static FakeOrigin StartOrigin()
    {
        var origin = FakeOrigin.Start(OriginCertificate.Create(Host));
        origin.RelativeUrls = true;
        origin.AddProvider("example/hello").AddVersions("1.0.0");
        return origin;
    }

    private static Task<MirrorServer> StartMirrorAsync(FakeOrigin origin, string? token = null, IPAddress? resolved = null) =>
        MirrorServer.StartAsync(
        options => options with
        {
            Listen = options.Listen with { Https = null },
            Upstream = options.Upstream with
            {
                AllowedHosts = [Name],
                Hosts = token is null ? [] : [new UpstreamHostOptions { Name = Name, Token = token }],
            },
        },
        services: services => services.AddSingleton<OriginTransport>(provider => new RedirectedTransport(
            provider.GetRequiredService<MirrorOptions>(),
            provider.GetRequiredService<OriginGuard>(),
            provider.GetRequiredService<ConfiguredCertificates>(),
            new Uri(origin.HttpsUrl).Port,
            resolved ?? IPAddress.Parse("203.1.113.7"))));

    /// <summary>
    /// Resolves every name to one address, and connects to the fake origin instead after the guard has checked the address.
    /// </summary>
    private sealed class RedirectedTransport(
        MirrorOptions options, OriginGuard guard, ConfiguredCertificates certificates, int port, IPAddress resolved)
        : OriginTransport(options, guard, certificates)
    {
        public override SocketsHttpHandler CreateHandler(SslStreamCertificateContext? identity = null)
        {
            var handler = base.CreateHandler(identity);
            handler.SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                    certificate is X509Certificate2 && (errors & SslPolicyErrors.RemoteCertificateNameMismatch) == 0,
            };
            return handler;
        }

        protected override Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
            Task.FromResult<IPAddress[]>([resolved]);

        protected override ValueTask<Stream> DialAsync(IPEndPoint endpoint, CancellationToken cancellationToken) =>
            base.DialAsync(new IPEndPoint(IPAddress.Loopback, port), cancellationToken);
    }
}
