using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Configuration;
using Mirror.Tests.Fetching;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using Mirror.Tests.Time;
using Mirror.Web.Hosting;

namespace Mirror.Tests.Hosting;

/// <summary>The certificates of clients (<c>Mirror:Tls:ClientCertificates</c>), and the reload of certificate files.</summary>
public sealed class ClientCertificateTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mirror-certificates-");
    private readonly TestAuthority _root = new("Clients");
    private readonly TestAuthority _other = new("Others");
    private readonly RecordedLog _log = new();

    public void Dispose()
    {
        _root.Dispose();
        _other.Dispose();
        _log.Dispose();
        _directory.Delete(recursive: true);
    }

    /// <summary>Certificates, with the reason for which they are refused; null: they are accepted.</summary>
    private static readonly (string Kind, string? Refusal)[] Presented =
    [
        ("good", null),
        ("of an intermediate", null),
        ("of an intermediate that is not sent", "unknown_authority"),
        ("foreign", "unknown_authority"),
        ("of the authority's name with another key", "invalid"),
        ("expired", "expired"),
        ("not valid yet", "expired"),
        ("of an expired intermediate", "expired"),
        ("for servers", "wrong_usage"),
    ];

    [Theory]
    [InlineData(ClientCertificatePolicy.Off, null, "1.1")]
    [InlineData(ClientCertificatePolicy.Off, null, "2.0")]
    [InlineData(ClientCertificatePolicy.Allow, null, "1.1")]
    [InlineData(ClientCertificatePolicy.Allow, null, "2.0")]
    [InlineData(ClientCertificatePolicy.Require, "missing", "1.1")]
    [InlineData(ClientCertificatePolicy.Require, "missing", "2.0")]
    public async Task Connection_ByItsCertificate_IsServedOrRefusedInTheHandshake(
        ClientCertificatePolicy policy, string? withoutOne, string version)
    {
        await using var server = await StartAsync(policy);
        using var meters = new RecordedMeters(server.Services.GetRequiredService<IMeterFactory>());
        (string, string?)[] expected =
            [("none", withoutOne), .. policy == ClientCertificatePolicy.Off ? Presented.Select(each => (each.Kind, (string?)null)) : Presented];

        var found = new List<(string, string?)>();
        foreach (var (kind, _) in expected)
        {
            var before = Refusals(meters);
            var status = await GetAsync(Client(server, Present(kind)), server, version);
            string[] refusals = [.. Refusals(meters).Where(each => each.Value > before[each.Key]).Select(each => each.Key)];
            Assert.Equal(refusals.Length == 0 ? HttpStatusCode.OK : null, status);
            found.Add((kind, refusals.SingleOrDefault()));
        }

        Assert.Equal(expected, found);
    }

    [Fact]
    public async Task Connection_AfterARefusedOne_IsNotResumed()
    {
        // A session ticket of a valid client must not let another connection in without its certificate.
        await using var server = await StartAsync(ClientCertificatePolicy.Require);
        var first = Client(server, Present("good"));

        Assert.Equal(HttpStatusCode.OK, await GetAsync(first, server));
        Assert.Null(await GetAsync(Client(server, null), server));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(Client(server, Present("good")), server));
    }

    [Theory]
    [InlineData(60, 0)]
    [InlineData(20, 20_000)]
    public async Task Connection_WithALargeChain_IsRefusedAndOthersAreServed(int length, int padding)
    {
        await using var server = await StartAsync(ClientCertificatePolicy.Require);
        var chain = Chain(length, padding);
        var identity = Context(chain[^1].ForClient(), [.. chain.Select(each => each.Certificate), _other.Certificate]);

        Assert.Null(await GetAsync(Client(server, identity), server));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(Client(server, Present("good")), server));
        chain.ForEach(each => each.Dispose());
    }

    /// <summary>The .NET runtime throws for such a chain, and its TLS client cannot send one.</summary>
    [RequiresToolFact("openssl")]
    public async Task Connection_WithAChainThatTheRuntimeCannotProcess_IsRefusedWithoutAnError()
    {
        await using var server = await StartAsync(ClientCertificatePolicy.Allow);
        using var meters = new RecordedMeters(server.Services.GetRequiredService<IMeterFactory>());
        var chain = Chain(120, 0);
        using var client = chain[^1].ForClient();
        string certificate = Write("client.pem", TestAuthority.PemOf(client));
        string issuers = Write("chain.pem", string.Concat(chain.Select(each => each.Pem).Reverse()));

        string output = await RunOpenSslAsync(
            "s_client", "-connect", server.HttpsUrl.Authority, "-quiet", "-cert", certificate, "-cert_chain", issuers);

        Assert.DoesNotContain("HTTP/1.1", output, StringComparison.Ordinal);
        Assert.Equal(1, meters.Read("mirror.tls.refused", "invalid"));
        Assert.Empty(Logged("Unhandled exception"));
        Assert.Single(Logged("Refused 1 TLS connections"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(Client(server, Present("good")), server));
        chain.ForEach(each => each.Dispose());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ChainedMirror_OfAServerThatRequiresCertificates_PresentsTheOneOfItsHost(bool isConfigured)
    {
        var tls = new TlsOptions
        {
            ClientCertificates = ClientCertificatePolicy.Require,
            ClientAuthorityPath = Write("clients.pem", _root.Pem),
        };
        await using var first = await MirrorWithOrigin.StartAsync(
            configure: options => options with { Tls = tls, Listen = options.Listen with { Https = new Uri("https://127.0.0.1:0") } });
        using var client = _root.ForClient();
        string? file = isConfigured ? Write("client.pem", TestAuthority.PemOf(client)) : null;
        await using var second = await MirrorServer.StartAsync(options => options with
        {
            Upstream = options.Upstream with
            {
                AuthoritiesPath = first.Server.Host.AuthorityPath,
                Hosts =
                [
                    new UpstreamHostOptions
                    {
                        Name = MirrorWithOrigin.Name,
                        MirrorUrl = new Uri(first.Server.HttpsUrl, "/v1/mirror/"),
                        ClientCertificatePath = file,
                        ClientKeyPath = file,
                    },
                ],
                Limits = options.Upstream.Limits with { DocumentAttempts = 1, DocumentDeadline = TimeSpan.FromMinutes(1), ConnectTimeout = TimeSpan.FromMinutes(1) },
            },
        });

        using var document = await second.Client.GetAsync(MirrorWithOrigin.Base + "index.json");
        using var package = await second.Client.GetAsync(MirrorWithOrigin.Base + MirrorWithOrigin.Package);

        var expected = isConfigured ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable;
        Assert.Equal((expected, expected), (document.StatusCode, package.StatusCode));
    }

    [Fact]
    public async Task Authorities_Replaced_ApplyToNewConnections()
    {
        var time = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
        await using var server = await StartAsync(ClientCertificatePolicy.Require, time);
        var (before, after) = (Present("good"), Present("foreign"));

        Write("clients.pem", _other.Pem);
        var within = await GetAsync(Client(server, before), server);
        time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(HttpStatusCode.OK, within);
        Assert.Equal(HttpStatusCode.OK, await GetAsync(Client(server, after), server));
        Assert.Null(await GetAsync(Client(server, before), server));
        Assert.Single(Logged(": reloaded "));
    }

    [Theory]
    [InlineData("nothing in PEM", "contains no certificate")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "cannot be read")]
    [InlineData("", "contains no certificate")]
    [InlineData(null, "does not exist")]
    public async Task Authorities_ReplacedByAnUnusableFile_RemainAndAreReportedOnce(string? text, string expected)
    {
        var time = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
        await using var server = await StartAsync(ClientCertificatePolicy.Require, time);
        var good = Present("good");

        if (text is null)
        {
            File.Delete(Path.Combine(_directory.FullName, "clients.pem"));
        }
        else
        {
            Write("clients.pem", text);
        }

        for (int i = 0; i < 3; i++)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            Assert.Equal(HttpStatusCode.OK, await GetAsync(Client(server, good), server));
        }

        string logged = Assert.Single(Logged("the previous content stays in use"));
        Assert.Contains("Mirror:Tls:ClientAuthorityPath", logged, StringComparison.Ordinal);
        Assert.Contains(expected, logged, StringComparison.Ordinal);
        Write("clients.pem", _other.Pem);
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(Client(server, Present("foreign")), server));
    }

    [Fact]
    public async Task ServerCertificate_Replaced_IsPresentedToNewConnectionsAndAMismatchIsNot()
    {
        var time = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
        using var first = _root.ForServer("first");
        using var second = _root.ForServer("second");
        var tls = new TlsOptions { CertificatePath = Write("server.pem", first.ExportCertificatePem()), KeyPath = Write("server.key", TestAuthority.KeyPemOf(first)) };
        await using var server = await MirrorServer.StartAsync(options => options with { Tls = tls }, time, _log.RecordEverything);

        string before = await PresentedAsync(server);
        Write("server.pem", second.ExportCertificatePem());
        time.Advance(TimeSpan.FromSeconds(10));
        string halfReplaced = await PresentedAsync(server);
        Write("server.key", TestAuthority.KeyPemOf(second));
        time.Advance(TimeSpan.FromSeconds(10));
        string after = await PresentedAsync(server);

        Assert.Equal(("CN=first", "CN=first", "CN=second"), (before, halfReplaced, after));
        Assert.Contains("Mirror:Tls:KeyPath", Assert.Single(Logged("is not the private key of")), StringComparison.Ordinal);
        Assert.Single(Logged("Mirror:Tls:CertificatePath: reloaded"));
        Assert.DoesNotContain(_log.Entries, entry => entry.Contains("PRIVATE KEY", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Http_WhenCertificatesAreRequired_ServesOnlyHealthChecksAndThisMachine()
    {
        const string index = "/v1/mirror/registry.example.com/example/hello/index.json";
        await using var server = await StartAsync(ClientCertificatePolicy.Require);

        Assert.Equal((200, 200), (await GetAsync("/health/live", null), await GetAsync("/health/ready", "203.0.113.7")));
        Assert.Equal((404, 403), (await GetAsync(index, null), await GetAsync(index, "203.0.113.7")));
        Assert.Equal((200, 403), (await GetAsync("/api/v1/groups", null), await GetAsync("/api/v1/groups", "203.0.113.7")));
        Assert.Equal((403, 403), (await GetAsync("/", "203.0.113.7"), await GetAsync("/health/../metrics", "203.0.113.7")));

        async Task<int> GetAsync(string path, string? forwardedFor)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (forwardedFor is not null)
            {
                request.Headers.Add("X-Forwarded-For", forwardedFor);
                request.Headers.Add("X-Forwarded-Proto", "https");
            }

            using var response = await server.Client.SendAsync(request);
            if (response.StatusCode == HttpStatusCode.Forbidden)
            {
                Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
                Assert.Contains("Mirror:Tls:ClientCertificates", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            }

            return (int)response.StatusCode;
        }
    }

    [Theory]
    [InlineData(true, "203.0.113.7", "203.0.113.7", "/", true)]
    [InlineData(false, "203.0.113.7", "203.0.113.7", "/", false)]
    [InlineData(false, "203.0.113.7", "203.0.113.7", "/health/ready", true)]
    [InlineData(false, "203.0.113.7", "203.0.113.7", "/Health/ready", false)]
    [InlineData(false, "127.0.0.1", "127.0.0.1", "/", true)]
    [InlineData(false, "::1", "::1", "/", true)]
    [InlineData(false, "::ffff:127.0.0.1", "::ffff:127.0.0.1", "/", true)]
    [InlineData(false, "127.0.0.1", "203.0.113.7", "/", false)]
    [InlineData(false, "203.0.113.7", "127.0.0.1", "/", false)]
    [InlineData(false, null, null, "/", false)]
    public void Request_WhenCertificatesAreRequired_IsServedByItsConnection(bool isTls, string? peer, string? client, string path, bool served) =>
        Assert.Equal(
            served,
            CertificateRequirement.IsServed(
                isTls, peer is null ? null : IPAddress.Parse(peer), client is null ? null : IPAddress.Parse(client), new PathString(path)));

    private Task<MirrorServer> StartAsync(ClientCertificatePolicy policy, TimeProvider? time = null)
    {
        string path = Write("clients.pem", _root.Pem);
        return MirrorServer.StartAsync(
            options => options with
            {
                Tls = new TlsOptions { ClientCertificates = policy, ClientAuthorityPath = path },
                TrustedProxies = [IPNetwork.Parse("127.0.0.1/32")],
                Upstream = options.Upstream with { Mode = UpstreamMode.Offline },
            },
            time,
            _log.RecordEverything);
    }

    /// <summary>Authorities of which each issued the next one.</summary>
    private List<TestAuthority> Chain(int length, int padding)
    {
        var chain = new List<TestAuthority>();
        for (int i = 0; i < length; i++)
        {
            chain.Add(new TestAuthority($"Intermediate {i}", i == 0 ? _other : chain[^1], padding));
        }

        return chain;
    }

    private static async Task<string> RunOpenSslAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("openssl", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync("GET /health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n");
        await process.StandardInput.FlushAsync();
        await process.WaitForExitAsync().WaitAsync(Eventually.WaitTimeout, TimeProvider.System);
        return await output + await error;
    }

    private SslStreamCertificateContext? Present(string kind)
    {
        var intermediate = new TestAuthority("Intermediate", _root);
        return kind switch
        {
            "none" => null,
            "good" => Context(_root.ForClient()),
            "of an intermediate" => Context(intermediate.ForClient(), intermediate.Certificate),
            "of an intermediate that is not sent" => Context(intermediate.ForClient()),
            "foreign" => Context(_other.ForClient()),
            "of the authority's name with another key" => Context(new TestAuthority("Clients").ForClient()),
            "expired" => Context(_root.ForClient(from: -9, to: -2)),
            "not valid yet" => Context(_root.ForClient(from: 2, to: 9)),
            "of an expired intermediate" => Expired(),
            "for servers" => Context(_root.ForServer()),
            _ => throw new ArgumentException($"There is no certificate '{kind}'.", nameof(kind)),
        };

        SslStreamCertificateContext Expired()
        {
            var expired = new TestAuthority("Expired", _root, lastDay: -2);
            return Context(expired.ForClient(from: -9), expired.Certificate);
        }
    }

    private static SslStreamCertificateContext Context(X509Certificate2 certificate, params X509Certificate2[] issuers) =>
        SslStreamCertificateContext.Create(certificate, [.. issuers], offline: true);

    private static HttpClient Client(MirrorServer server, SslStreamCertificateContext? identity) =>
        server.CreateClient(handler => handler.SslOptions.ClientCertificateContext = identity);

    /// <summary>The status; null if the connection was refused.</summary>
    private static async Task<HttpStatusCode?> GetAsync(HttpClient client, MirrorServer server, string version = "1.1")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.HttpsUrl, "/health/ready"))
        {
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        try
        {
            using var response = await client.SendAsync(request);
            Assert.Equal(request.Version, response.Version);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static Dictionary<string, long> Refusals(RecordedMeters meters) =>
        new[] { "missing", "unknown_authority", "expired", "wrong_usage", "invalid" }
            .ToDictionary(reason => reason, reason => meters.Read("mirror.tls.refused", reason));

    private static async Task<string> PresentedAsync(MirrorServer server)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, server.HttpsUrl.Port);
        string subject = "";
        await using var tls = new SslStream(tcp.GetStream(), false, (_, certificate, _, _) => (subject = certificate!.Subject).Length > 0);
        await tls.AuthenticateAsClientAsync("localhost");
        return subject;
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_directory.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private IEnumerable<string> Logged(string text) => _log.Entries.Where(entry => entry.Contains(text, StringComparison.Ordinal));
}
