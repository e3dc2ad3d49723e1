using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Upstream;
using Mirror.Tests.Hosting;
using Mirror.Tests.Origin;
using Mirror.Tests.Time;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Upstream;

/// <summary>Requests to an https origin through a proxy, with a private authority and with client certificates.</summary>
public sealed class TunnelCertificateTests : TunnelFixture
{
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
        Assert.Equal(
            !configured,
            (await response.Content.ReadAsStringAsync()).Contains("It requests a client certificate, and none is configured", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ClientCertificate_Replaced_IsPresentedAndAMismatchIsNot()
    {
        var time = new ManualTimeProvider();
        await using var origin = StartOrigin();
        using var first = OriginCertificate.Create("first.example.com");
        using var second = OriginCertificate.Create("second.example.com");
        origin.RequiredClient = first;
        string certificate = Write("client.pem", first.ExportCertificatePem());
        string key = Write("client.key", TestAuthority.KeyPemOf(first));
        await using var proxy = new TunnelProxy(new Uri(origin.HttpsUrl).Port);
        await using var mirror = await StartMirrorAsync(
            origin,
            Through(proxy, ""),
            host: new UpstreamHostOptions { Name = Name, ClientCertificatePath = certificate, ClientKeyPath = key },
            time: time);

        var before = await GetAsync("1.0.0.json");
        Write("client.pem", second.ExportCertificatePem());
        var halfReplaced = await GetAsync("1.1.0.json");
        var stillHalfReplaced = await GetAsync("1.2.0.json");
        Write("client.key", TestAuthority.KeyPemOf(second));
        origin.RequiredClient = second;
        var after = await GetAsync("1.3.0.json");

        Assert.All([before, halfReplaced, stillHalfReplaced, after], status => Assert.Equal(HttpStatusCode.OK, status));
        string unusable = Assert.Single(Log.Entries, entry => entry.Contains("is not the private key of", StringComparison.Ordinal));
        Assert.Contains("Mirror:Upstream:Hosts:0:ClientKeyPath", unusable, StringComparison.Ordinal);
        Assert.Single(Log.Entries, entry => entry.Contains("Hosts:0:ClientCertificatePath: reloaded", StringComparison.Ordinal));
        AssertNoSecret("PRIVATE KEY");

        async Task<HttpStatusCode> GetAsync(string document)
        {
            // The next request needs a new connection.
            await origin.StopAsync();
            origin.StartAgain();
            time.Advance(TimeSpan.FromMinutes(1));
            using var response = await mirror.Client.GetAsync(Base + document);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task Authorities_Replaced_ApplyToNewConnections()
    {
        var time = new ManualTimeProvider();
        await using var origin = StartOrigin();
        using var other = OriginCertificate.Create();
        await using var proxy = new TunnelProxy(new Uri(origin.HttpsUrl).Port);
        await using var mirror = await StartMirrorAsync(origin, Through(proxy, ""), authority: other, time: time);

        var before = await GetAsync();
        Write("ca.pem", "no certificate");
        var unusable = (await GetAsync(), await GetAsync());
        Write("ca.pem", Certificate.Value.ExportCertificatePem());
        var after = await GetAsync();

        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, (HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable), HttpStatusCode.OK),
            (before, unusable, after));
        Assert.Single(Log.Entries, entry => entry.Contains("Mirror:Upstream:AuthoritiesPath: ", StringComparison.Ordinal)
            && entry.Contains("contains no certificate", StringComparison.Ordinal));

        async Task<HttpStatusCode> GetAsync()
        {
            time.Advance(TimeSpan.FromMinutes(2));
            using var response = await mirror.Client.GetAsync(Base + "index.json");
            return response.StatusCode;
        }
    }

    // The codes are those of OpenSSL 3 for the alerts that servers send.
    [Theory]
    [InlineData(0x0A00045C, "requires a client certificate")]
    [InlineData(0x0A000415, "it has expired")]
    [InlineData(0x0A000418, "its authority is unknown")]
    [InlineData(0x0A000412, "refuses the client certificate, or requires one")]
    [InlineData(0x0A000410, null)]
    [InlineData(0x0A0000C6, null)]
    public void TlsAlert_AboutTheClientCertificate_IsARefusalOfCredentials(int code, string? expected)
    {
        var alert = new CryptographicException(code);
        var exception = new HttpRequestException("failed", new IOException("failed", alert));

        var failure = OriginFailures.Describe(exception, new Uri("https://registry.example.com/v1/"), CancellationToken.None)!;

        Assert.Equal(expected is null ? FailureKind.Unreachable : FailureKind.CredentialsRefused, failure.Kind);
        Assert.Contains(expected ?? "could not be reached", failure.Message, StringComparison.Ordinal);
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
}
