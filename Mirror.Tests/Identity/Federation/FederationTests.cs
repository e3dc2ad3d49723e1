using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Configuration;
using Mirror.Core.Credentials.Secrets;
using Mirror.Core.Database;
using Mirror.Core.Identity.Federation;
using Mirror.Core.Upstream;
using Mirror.Tests.Cli;
using Mirror.Tests.Hosting;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using Mirror.Tests.Time;

namespace Mirror.Tests.Identity.Federation;

/// <summary>Two mirrors: A authenticates to B with tokens that A issues, and B serves A once it trusts A as an issuer.</summary>
public sealed class FederationTests : IAsyncLifetime
{
    private const string AddressOfA = "http://a.mirror.test";
    private const string Audience = "https://b.mirror.test";
    private const string Base = MirrorWithOrigin.Base;

    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 10, 0, 0, TimeSpan.Zero));
    private readonly FakeOrigin _origin = FakeOrigin.Start();
    private MirrorServer? _a;

    private MirrorServer A => _a!;

    private MirrorServer B { get; set; } = null!;

    public async Task InitializeAsync()
    {
        _origin.AddProvider("example/hello").AddVersions("1.0.0");
        B = await MirrorServer.StartAsync(
            options => options with
            {
                Listen = options.Listen with { Https = null },
                Auth = options.Auth with { AnonymousRead = false, WorkloadIssuers = [new Uri(AddressOfA)] },
                Upstream =
                    options.Upstream with { Hosts = [new UpstreamHostOptions { Name = MirrorWithOrigin.Name, ProvidersUrl = new Uri(_origin.ProvidersUrl) }] },
            },
            _time,
            services => services.AddSingleton<OriginTransport>(provider => new RouteToA(
                provider.GetRequiredService<MirrorOptions>(),
                provider.GetRequiredService<OriginGuard>(),
                provider.GetRequiredService<ConfiguredCertificates>(),
                () => A.Url.Port)));
        _a = await MirrorServer.StartAsync(
            options => options with
            {
                PublicUrl = new Uri(AddressOfA),
                Listen = options.Listen with { Https = null },
                Upstream = options.Upstream with
                {
                    Hosts = [new UpstreamHostOptions { Name = MirrorWithOrigin.Name, ProvidersUrl = new Uri(
                        B.Url, $"/v1/registries/{MirrorWithOrigin.Host}/providers/") }],
                },
            },
            _time);
        await using var db = B.Services.GetRequiredService<CatalogDatabase>().CreateDbContext();
        var account =
            new PrincipalRow { Kind = PrincipalKind.ServiceAccount, Name = "a", NamespaceId = MirrorDbContext.DefaultGroupId, CreatedBy = "admin" };
        db.Memberships.Add(new MembershipRow { NamespaceId = MirrorDbContext.DefaultGroupId, Principal = account, Role = Role.Viewer });
        await db.SaveChangesAsync();
    }

    public async Task DisposeAsync()
    {
        if (_a is not null)
        {
            await _a.DisposeAsync();
        }

        await B.DisposeAsync();
        await _origin.DisposeAsync();
    }

    [Fact]
    public async Task SecondInstance_WithAndWithoutTrust_ServesOrRejectsThePullThrough()
    {
        Assert.Equal(HttpStatusCode.BadGateway, await StatusAsync(A.AdminClient, Base + "index.json"));
        await CommandAsync(A, "federation", "add", "default", MirrorWithOrigin.Host, "--audience", Audience);
        _time.Advance(TimeSpan.FromMinutes(2)); // A failure is cached for one minute.
        Assert.Equal(HttpStatusCode.BadGateway, await StatusAsync(A.AdminClient, Base + "index.json"));

        await CommandAsync(
            B, "service-account", "trust", "add", "default", "a", "--issuer", AddressOfA, "--audience", Audience, "--claim", "sub=default");
        _time.Advance(TimeSpan.FromMinutes(2));
        var document = await A.AdminClient.GetFromJsonAsync<JsonElement>(new Uri(Base + "1.0.0.json", UriKind.Relative));
        string link = document.GetProperty("archives").GetProperty("linux_amd64").GetProperty("url").GetString()!;
        byte[] package = await A.Client.GetByteArrayAsync(new Uri(Base + link, UriKind.Relative));

        Assert.Equal(_origin.Provider("example/hello")["1.0.0"].Package("linux_amd64").Content, package);
        // The publisher's signature passed through both. Content that was fetched with a credential is not public.
        await MirrorWithOrigin.WhenIdleAsync(A);
        var row = Assert.Single(await MirrorWithOrigin.QueryAsync(A, db => db.Packages.AsNoTracking().ToListAsync()));
        Assert.Equal((TrustLevel.Verified, "federated:1"), (row.Trust, row.Credential));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(A.Client, Base + "index.json"));
    }

    [Fact]
    public async Task Trust_ForAnotherSubjectOrAudience_DoesNotMatch()
    {
        await CommandAsync(A, "federation", "add", "default", MirrorWithOrigin.Host, "--audience", Audience);
        await CommandAsync(
            B, "service-account", "trust", "add", "default", "a", "--issuer", AddressOfA, "--audience", Audience, "--claim", "sub=other");
        await CommandAsync(
            B,
            "service-account",
            "trust",
            "add",
            "default",
            "a",
            "--issuer",
            AddressOfA,
            "--audience",
            "another",
            "--claim",
            "sub=default");

        Assert.Equal(HttpStatusCode.BadGateway, await StatusAsync(A.AdminClient, Base + "index.json"));
    }

    [Fact]
    public async Task Discovery_OfTheIssuer_ContainsItsUrlAndKeys()
    {
        var discovery = await A.Client.GetFromJsonAsync<JsonObject>(new Uri("/.well-known/openid-configuration", UriKind.Relative));
        var keys = await A.Client.GetFromJsonAsync<JsonObject>(new Uri("/.well-known/jwks.json", UriKind.Relative));

        Assert.Equal((AddressOfA, AddressOfA + "/.well-known/jwks.json"), ((string)discovery!["issuer"]!, (string)discovery["jwks_uri"]!));
        var key = Assert.Single(keys!["keys"]!.AsArray())!.AsObject();
        Assert.Equal(["alg", "crv", "kid", "kty", "use", "x", "y"], key.Select(member => member.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Keys_DuringRotation_ArePublishedBeforeAndAfterTheirUse()
    {
        // A separate clock without timers: the timers of a server would fire every few seconds during a month.
        var time = new ManualTimeProvider(_time.GetUtcNow());
        using var keys = new IssuerKeys(A.Services.GetRequiredService<CatalogDatabase>(), A.Services.GetRequiredService<SecretBox>(), time);
        string first = (await keys.CurrentAsync(CancellationToken.None)).Id;

        time.Advance(IssuerKeys.RotateAfter);
        Assert.Equal(2, (await keys.ListAsync(CancellationToken.None)).Count);
        Assert.Equal(first, (await keys.CurrentAsync(CancellationToken.None)).Id);

        time.Advance(IssuerKeys.Lead);
        string second = (await keys.CurrentAsync(CancellationToken.None)).Id;
        Assert.NotEqual(first, second);
        Assert.Equal(2, (await keys.ListAsync(CancellationToken.None)).Count);

        time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(second, Assert.Single(await keys.ListAsync(CancellationToken.None)).Id);
    }

    [Fact]
    public async Task Commands_AddListAndRemove_ManageARegistry()
    {
        await CommandAsync(A, "federation", "add", "default", "registry.example.org", "--audience", "their-audience");
        var list = await CommandLine.RunAsync(A, "federation", "list", "default", "--json");
        await CommandAsync(A, "federation", "remove", "default", "registry.example.org");
        var again = await CommandLine.RunAsync(A, "federation", "remove", "default", "registry.example.org");

        Assert.Equal(AddressOfA, (string)list.Json["issuer"]!);
        Assert.Equal("their-audience", (string)list.Json["items"]![0]!["audience"]!);
        Assert.Equal(1, again.ExitCode);
        var events = await MirrorWithOrigin.QueryAsync(
            A, db => db.Audit.Where(row => row.Action.StartsWith("federation.")).Select(row => row.Action).ToListAsync());
        Assert.Equal(["federation.set", "federation.remove"], events);
    }

    private static async Task CommandAsync(MirrorServer server, params string[] arguments)
    {
        var result = await CommandLine.RunAsync(server, arguments);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
        return response.StatusCode;
    }

    /// <summary>Resolves the name of A to its listener, whose port is known only after the start.</summary>
    private sealed class RouteToA(MirrorOptions options, OriginGuard guard, ConfiguredCertificates certificates, Func<int> port)
        : OriginTransport(options, guard, certificates)
    {
        protected override Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
            Task.FromResult<IPAddress[]>([IPAddress.Loopback]);

        protected override ValueTask<Stream> DialAsync(IPEndPoint endpoint, CancellationToken cancellationToken) =>
            base.DialAsync(endpoint.Port == 80 ? new IPEndPoint(IPAddress.Loopback, port()) : endpoint, cancellationToken);
    }
}
