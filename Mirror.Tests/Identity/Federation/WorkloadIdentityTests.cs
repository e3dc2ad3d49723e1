using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Database;
using Mirror.Core.Identity.Federation;
using Mirror.Tests.Cli;
using Mirror.Tests.Hosting;
using Mirror.Tests.Time;

namespace Mirror.Tests.Identity.Federation;

/// <summary>The token of a CI job, from an issuer that a service account trusts, has the permissions of the service account.</summary>
public sealed class WorkloadIdentityTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 10, 0, 0, TimeSpan.Zero));
    private readonly FakeIssuer _issuer = new FakeIssuer().WithKey("first", "ES256");

    private MirrorServer Server { get; set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await MirrorServer.StartAsync(
            options => options with { Listen = options.Listen with { Https = null }, Auth = options.Auth with { AnonymousRead = false, WorkloadIssuers = [new Uri(_issuer.Url)] } },
            _time);
        await using (var db = Server.Services.GetRequiredService<CatalogDatabase>().CreateDbContext())
        {
            var account =
                new PrincipalRow { Kind = PrincipalKind.ServiceAccount, Name = "ci", NamespaceId = MirrorDbContext.DefaultGroupId, CreatedBy = "admin" };
            db.Memberships.Add(new MembershipRow { NamespaceId = MirrorDbContext.DefaultGroupId, Principal = account, Role = Role.Viewer });
            await db.SaveChangesAsync();
        }

        await _issuer.BeTrustedByAsync(Server);
    }

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    [InlineData("ES384")]
    public async Task Token_OfATrustedIssuer_HasThePermissionsOfTheServiceAccount(string algorithm)
    {
        _issuer.WithKey("second", algorithm);
        string token = _issuer.Sign(_time.GetUtcNow());

        Assert.Equal(HttpStatusCode.OK, await ReadAsync(token));
        using var client = Client(token);
        using var delete = await client.DeleteAsync(
            new Uri("/api/v1/groups/default/providers/registry.terraform.io/hashicorp/null/versions/1.0.0", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Forbidden, delete.StatusCode);
        Assert.Contains("default/ci", await delete.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_NotMatchingTheTrust_IsRejected()
    {
        var now = _time.GetUtcNow();
        string good = _issuer.Sign(now);
        string[] parts = good.Split('.');
        string none = System.Buffers.Text.Base64Url.EncodeToString("{\"alg\":\"none\"}"u8);
        string[] bad =
        [
            _issuer.Sign(now, claims: ("aud", "another")),
            _issuer.Sign(now, claims: ("aud", null)),
            _issuer.Sign(now, claims: ("sub", "repo:example/other:ref:refs/heads/main")),
            _issuer.Sign(now, claims: ("sub", null)),
            _issuer.Sign(now, claims: ("iss", "https://elsewhere.example.com")),
            _issuer.Sign(now, claims: ("exp", now.AddMinutes(-1).ToUnixTimeSeconds())),
            _issuer.Sign(now, claims: ("exp", null)),
            _issuer.Sign(now, claims: ("nbf", now.AddMinutes(1).ToUnixTimeSeconds())),
            _issuer.Forge(now, "first"),
            _issuer.SignRaw(FakeIssuer.Header("HS256", "first"), _issuer.Claims(now)),
            _issuer.SignRaw("""{"alg":"ES256","kid":"first","crit":["exp"]}"""u8.ToArray(), _issuer.Claims(now)),
            $"{parts[0]}.{parts[1]}.{parts[2][..^4]}AAAA",
            $"{none}.{parts[1]}.",
            $"{none}.{parts[1]}.{parts[2]}",
            $"{parts[0]}.{parts[1]}",
            "eyJ.eyJ.eyJ",
        ];

        foreach (string token in bad)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await ReadAsync(token));
        }

        Assert.Equal(HttpStatusCode.OK, await ReadAsync(good));
        Assert.Equal(HttpStatusCode.OK, await ReadAsync(_issuer.Sign(now, claims: ("aud", new[] { "another", "mirror" }))));
    }

    [Fact]
    public async Task Token_AfterItsLifetime_IsRejectedEvenIfItWasAcceptedBefore()
    {
        string token = _issuer.Sign(_time.GetUtcNow());
        Assert.Equal(HttpStatusCode.OK, await ReadAsync(token));

        _time.Advance(TimeSpan.FromMinutes(6));

        Assert.Equal(HttpStatusCode.Unauthorized, await ReadAsync(token));
    }

    [Fact]
    public async Task Keys_OfAnIssuer_AreFetchedAgainForANewKeyButNotForEveryToken()
    {
        Assert.Equal(HttpStatusCode.OK, await ReadAsync(_issuer.Sign(_time.GetUtcNow())));
        Assert.Equal(1, _issuer.KeyRequests);
        _issuer.WithKey("second", "ES256");
        _time.Advance(ExternalIssuers.RefreshInterval);
        Assert.Equal(HttpStatusCode.OK, await ReadAsync(_issuer.Sign(_time.GetUtcNow(), "second")));
        Assert.Equal(2, _issuer.KeyRequests);

        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await ReadAsync(_issuer.Forge(_time.GetUtcNow(), $"unknown-{i}")));
        }

        Assert.Equal(2, _issuer.KeyRequests);
    }

    [Fact]
    public async Task Key_WithdrawnByItsIssuer_IsRejected()
    {
        Assert.Equal(HttpStatusCode.OK, await ReadAsync(_issuer.Sign(_time.GetUtcNow())));
        _issuer.WithKey("second", "ES256");
        _time.Advance(ExternalIssuers.MaxAge);
        string withdrawn = _issuer.Sign(_time.GetUtcNow(), "first");
        _issuer.Withdraw("first");

        Assert.Equal(HttpStatusCode.Unauthorized, await ReadAsync(withdrawn));
    }

    [Fact]
    public async Task Trust_Removed_EndsImmediately()
    {
        string token = _issuer.Sign(_time.GetUtcNow());
        Assert.Equal(HttpStatusCode.OK, await ReadAsync(token));
        var list = await CommandLine.RunAsync(Server, "service-account", "trust", "list", "default/ci", "--json");

        var removed = await CommandLine.RunAsync(
            Server, "service-account", "trust", "remove", "default", "ci", list.Json["items"]![0]!["id"]!.ToString());

        Assert.Equal((0, ""), (removed.ExitCode, removed.Error));
        Assert.Equal(HttpStatusCode.Unauthorized, await ReadAsync(token));
    }

    [Fact]
    public async Task Issuer_WithoutTrust_IsNeverRequested()
    {
        await using var other = new FakeIssuer().WithKey("first", "ES256");

        Assert.Equal(HttpStatusCode.Unauthorized, await ReadAsync(other.Sign(_time.GetUtcNow())));
        Assert.Equal(0, other.Requests);
    }

    [Fact]
    public async Task Issuer_OnAPrivateAddress_IsRequestedOnlyIfConfigured()
    {
        await using var other = new FakeIssuer().WithKey("first", "ES256");
        await other.BeTrustedByAsync(Server);

        Assert.Equal(HttpStatusCode.Unauthorized, await ReadAsync(other.Sign(_time.GetUtcNow())));
        Assert.Equal(0, other.Requests);
    }

    [Theory]
    [InlineData("not-a-url", "mirror", "sub=a", "issuer")]
    [InlineData("https://issuer.example.com", "mirror", "sub=*", "condition")]
    public async Task Trust_Malformed_IsRejected(string issuer, string audience, string claim, string named)
    {
        var add = await CommandLine.RunAsync(
            Server, "service-account", "trust", "add", "default", "ci", "--issuer", issuer, "--audience", audience, "--claim", claim);

        Assert.Equal(1, add.ExitCode);
        Assert.Contains(named, add.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trust_OfAMissingServiceAccount_IsNotFound()
    {
        var add = await CommandLine.RunAsync(
            Server,
            "service-account",
            "trust",
            "add",
            "default",
            "missing",
            "--issuer",
            "https://issuer.example.com",
            "--audience",
            "mirror",
            "--claim",
            "sub=a");

        Assert.Equal(1, add.ExitCode);
        Assert.Contains("'missing'", add.Error, StringComparison.Ordinal);
    }

    private async Task<HttpStatusCode> ReadAsync(string token)
    {
        using var client = Client(token);
        using var response = await client.GetAsync(new Uri("/api/v1/groups/default/versions", UriKind.Relative));
        return response.StatusCode;
    }

    private HttpClient Client(string token)
    {
        var client = Server.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }
}
