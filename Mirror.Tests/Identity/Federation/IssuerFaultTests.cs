using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Identity.Federation;
using Mirror.Tests.Hosting;
using Mirror.Tests.Origin;
using Mirror.Tests.Time;

namespace Mirror.Tests.Identity.Federation;

/// <summary>Trusted issuers whose keys are unavailable. A request fails like one with an invalid token.</summary>
public sealed class IssuerFaultTests : IAsyncLifetime
{
    private static readonly Dictionary<string, Action<FakeIssuer>> Faults = new()
    {
        ["status 503"] = issuer => issuer.Misbehave(Fault.Status(503)),
        ["status 404"] = issuer => issuer.Misbehave(Fault.Status(404)),
        ["reset"] = issuer => issuer.Misbehave(Fault.Reset()),
        ["an HTML page"] = issuer => issuer.Misbehave(Fault.Html()),
        ["endless"] = issuer => issuer.Misbehave(Fault.EndlessBody()),
        ["a redirect to a private address"] = issuer => issuer.Misbehave(Fault.Redirect("http://127.0.0.2/keys")),
        ["another issuer"] = issuer => issuer.Describe("https://elsewhere.example.com", issuer.Url + "/keys"),
        ["keys on a private address"] = issuer => issuer.Describe(issuer.Url, "http://169.254.169.254/keys"),
        ["keys nowhere"] = issuer => issuer.Describe(issuer.Url, "not a URL"),
        ["no keys"] = issuer => issuer.Describe(issuer.Url, null),
        ["a key set that is none"] = issuer => issuer.PublishRaw("[]"u8.ToArray()),
        ["keys that are none"] = issuer => issuer.PublishRaw("""{"keys":[null,1,{},{"kty":"EC","crv":"P-256","kid":"first","x":"AA","y":"AA"},{"kty":"RSA","kid":"first","n":"!","e":""}]}"""u8.ToArray()),
        ["a lone surrogate"] = issuer => issuer.PublishRaw("""{"keys":[{"kty":"\ud800","kid":"\ud800"}]}"""u8.ToArray()),
        ["invalid UTF-8"] = issuer => issuer.PublishRaw([.. "{\"keys\":[{\"kid\":\""u8, 0xFF, 0xC0, .. "\"}]}"u8]),
    };

    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 10, 0, 0, TimeSpan.Zero));
    private readonly FakeIssuer _issuer = new FakeIssuer().WithKey("first", "ES256");

    private MirrorServer Server { get; set; } = null!;

    public static TheoryData<string> FaultNames => [.. Faults.Keys];

    public async Task InitializeAsync()
    {
        Server = await MirrorServer.StartAsync(
            options => options with
            {
                Listen = options.Listen with { Https = null },
                Auth = options.Auth with { AnonymousRead = false, WorkloadIssuers = [new Uri(_issuer.Url)] },
                Upstream = options.Upstream with { Limits = options.Upstream.Limits with { DocumentAttempts = 1 } },
            },
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
    [MemberData(nameof(FaultNames))]
    public async Task Issuer_WithInvalidResponses_IsRequestedAgainOnlyAfterTheInterval(string fault)
    {
        Faults[fault](_issuer);

        Assert.Equal(HttpStatusCode.Unauthorized, await ReadAsync());
        int requests = _issuer.Requests;
        Assert.InRange(requests, 1, 2);
        Assert.Equal(HttpStatusCode.Unauthorized, await ReadAsync());
        Assert.Equal(requests, _issuer.Requests);

        _issuer.Behave();
        _issuer.Describe(_issuer.Url, _issuer.Url + "/keys");
        _issuer.WithKey("second", "ES256");
        _time.Advance(ExternalIssuers.RefreshInterval);
        Assert.Equal(HttpStatusCode.OK, await ReadAsync());
    }

    [Fact]
    public async Task Issuer_NotResponding_TimesOutForAllWaitingRequests()
    {
        var gate = new Gate();
        _issuer.Misbehave(Fault.Hang(gate));
        var reads = Enumerable.Range(0, 8).Select(_ => ReadAsync()).ToList();
        await _issuer.WhenAskedAsync();

        _time.Advance(new UpstreamLimits().DocumentDeadline);

        Assert.All(await Task.WhenAll(reads), status => Assert.Equal(HttpStatusCode.Unauthorized, status));
        Assert.Equal(1, _issuer.Requests);
        gate.Open();
    }

    [Fact]
    public async Task Requests_ConcurrentWithAnUnknownKey_CauseOneIssuerRequest()
    {
        var statuses = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => ReadAsync()));

        Assert.All(statuses, status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal(1, _issuer.KeyRequests);
    }

    [Fact]
    public async Task Issuer_Unavailable_KeepsItsCachedKeysForAnHour()
    {
        Assert.Equal(HttpStatusCode.OK, await ReadAsync());
        _issuer.Misbehave(Fault.Status(503));

        _time.Advance(ExternalIssuers.MaxAge - TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, await ReadAsync());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Unauthorized, await ReadAsync());
    }

    [Fact]
    public async Task Key_TooShort_IsNotUsed()
    {
        _issuer.WithKey("short", "RS256", rsaBits: 1024);

        Assert.Equal(HttpStatusCode.Unauthorized, await ReadAsync());
    }

    private async Task<HttpStatusCode> ReadAsync()
    {
        using var client = Server.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _issuer.Sign(_time.GetUtcNow()));
        using var response = await client.GetAsync(new Uri("/api/v1/groups/default/versions", UriKind.Relative));
        return response.StatusCode;
    }
}
