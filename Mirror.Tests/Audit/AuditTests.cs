using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Audit;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Tests.Cli;
using Mirror.Tests.Hosting;
using Mirror.Tests.Protocols;
using Mirror.Tests.Time;

namespace Mirror.Tests.Audit;

public sealed class AuditTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

    private readonly ManualTimeProvider _time = new(Start);

    private MirrorServer Server { get; set; } = null!;

    private AuditReader Reader => Server.Services.GetRequiredService<AuditReader>();

    public async Task InitializeAsync() => Server = await MirrorServer.StartAsync(
        options => options with { Listen = options.Listen with { Https = null }, Auth = options.Auth with { AnonymousRead = false }, Audit = new AuditOptions { Retention = TimeSpan.FromDays(30) } },
        _time);

    public async Task DisposeAsync() => await Server.DisposeAsync();

    [Fact]
    public async Task List_InPages_ContainsEachEventOnceNewestFirst()
    {
        await AddAsync([.. Enumerable.Range(0, 7).Select(number => Row($"test.{number}"))]);

        var seen = new List<string>();
        for (long? before = null; ;)
        {
            var page = await Reader.ListAsync(new AuditQuery(null) { Action = "test.", Take = 3, Before = before }, CancellationToken.None);
            seen.AddRange(page.Items.Select(item => item.Action));
            before = page.Next;
            if (before is null)
            {
                break;
            }
        }

        Assert.Equal(["test.6", "test.5", "test.4", "test.3", "test.2", "test.1", "test.0"], seen);
    }

    [Theory]
    [InlineData("principal=ada", "a")]
    [InlineData("action=member", "a b")]
    [InlineData("action=member.remove", "b")]
    [InlineData("succeeded=false", "b")]
    [InlineData("provider=hashicorp/aws", "c")]
    [InlineData("from=2026-11-24T11:00:00Z&action=package", "c")]
    [InlineData("to=2026-11-24T11:00:00Z&action=package", "")]
    [InlineData("search=GRACE", "a")]
    [InlineData("search=100%25", "b")]
    [InlineData("search=10_%25", "")]
    public async Task List_WithAFilter_ContainsOnlyMatchingEvents(string filter, string expected)
    {
        var aws = Row("package.cache", Start.AddHours(1));
        aws.Provider = "registry.terraform.io/hashicorp/aws";
        await AddAsync(
            Row("member.add", by: "ada", target: "Grace", detail: "a"),
            Row("member.remove", succeeded: false, detail: "100% b"),
            aws);

        var list = await Server.AdminClient.GetFromJsonAsync<JsonObject>(
            new Uri($"/api/v1/groups/default/audit?{filter}", UriKind.Relative));

        string letters = string.Join(' ', list!["items"]!.AsArray()
            .Where(item => (string)item!["action"]! is "member.add" or "member.remove" or "package.cache")
            .Select(item => (string?)item!["detail"] is { } detail ? detail[^1..] : "c").Order(StringComparer.Ordinal));
        Assert.Equal(expected, letters);
    }

    [Fact]
    public async Task List_OfANestedGroup_ContainsOnlyItsOwnAndDescendantEvents()
    {
        await using (var db = Server.Services.GetRequiredService<CatalogDatabase>().CreateDbContext())
        {
            db.Namespaces.Add(new NamespaceRow { Id = 50, ParentId = 1, RootGroupId = 1, Path = "default/network" });
            db.Namespaces.Add(
                new NamespaceRow { Id = 51, ParentId = 50, RootGroupId = 1, Kind = NamespaceKind.Workspace, Path = "default/network/prod" });
            db.Namespaces.Add(new NamespaceRow { Id = 52, RootGroupId = 52, Path = "other" });
            await db.SaveChangesAsync();
        }

        Server.Services.GetRequiredService<NamespaceDirectory>().Invalidate();
        await AddAsync(
            Row("test.root"),
            Row("test.group", scope: 50),
            Row("test.workspace", scope: 51),
            Row("test.other", root: 52),
            Row("test.instance", root: null));

        Assert.Equal(["test.workspace", "test.group"], await ActionsAsync("/api/v1/groups/default%2Fnetwork/audit?action=test"));
        Assert.Equal(["test.workspace", "test.group", "test.root"], await ActionsAsync("/api/v1/groups/default/audit?action=test"));
        Assert.Equal(
            ["test.instance", "test.other", "test.workspace", "test.group", "test.root"], await ActionsAsync("/api/v1/audit?action=test"));
    }

    [Fact]
    public async Task DeniedRequests_EqualWithinAMinute_AreOneEventWithACount()
    {
        using var client = Server.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "mirror_not-a-token");
        for (int i = 0; i < 5; i++)
        {
            using var refused = await client.GetAsync(
                new Uri("/v1/mirror/registry.terraform.io/hashicorp/null/index.json", UriKind.Relative));
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        var first = Assert.Single((await RefusalsAsync()).Items);
        using (await client.GetAsync(new Uri("/v1/mirror/registry.terraform.io/hashicorp/null/index.json", UriKind.Relative)))
        {
        }

        var second = Assert.Single((await RefusalsAsync()).Items);
        _time.Advance(TimeSpan.FromMinutes(1));
        using (await client.GetAsync(new Uri("/v1/mirror/registry.terraform.io/hashicorp/null/index.json", UriKind.Relative)))
        {
        }

        Assert.Equal(2, (await RefusalsAsync()).Items.Count);
        Assert.Equal((false, "anonymous", "127.0.0.1", "default"), (first.Succeeded, first.By.Name, first.Address, first.Group));
        Assert.Contains("GET /v1/mirror/registry.terraform.io/hashicorp/null/index.json", first.Detail, StringComparison.Ordinal);
        Assert.EndsWith("5 times within a minute", first.Detail, StringComparison.Ordinal);
        Assert.Equal(first.Id, second.Id);
        Assert.EndsWith("6 times within a minute", second.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeniedRequests_WithTooLowARole_AreEventsOfTheGroup()
    {
        using var made = await Server.AdminClient.PostAsJsonAsync("/api/v1/groups", new { name = "other" });
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        using var outsider = await ClientOfAsync("other");
        using var viewer = await ClientOfAsync("default");
        using (
            var hidden = await outsider.GetAsync(new Uri("/v1/mirror/registry.terraform.io/hashicorp/null/index.json", UriKind.Relative)))
        using (var denied = await viewer.GetAsync(new Uri("/api/v1/groups/default/audit", UriKind.Relative)))
        {
            Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.Forbidden), (hidden.StatusCode, denied.StatusCode));
        }

        var events = (await RefusalsAsync()).Items;

        Assert.StartsWith("ManageSettings: the role is not sufficient", events[0].Detail, StringComparison.Ordinal);
        Assert.StartsWith("Read: no role in the group, or the group does not exist", events[1].Detail, StringComparison.Ordinal);
        Assert.All(events, item => Assert.Equal((PrincipalKind.ServiceAccount, "default"), (item.By.Kind, item.Group)));
    }

    [Fact]
    public async Task DeniedRequests_WithoutCredentials_AreNotRecorded()
    {
        using (await Server.Client.GetAsync(new Uri("/api/v1/groups/default/versions", UriKind.Relative)))
        {
        }

        Assert.Empty((await RefusalsAsync()).Items);
    }

    [Fact]
    public async Task DeniedRequests_InLargeNumbers_BecomeFewEvents()
    {
        var log = Server.Services.GetRequiredService<DeniedRequestLog>();
        for (int i = 0; i < 20_000; i++)
        {
            log.Record(new DeniedRequest(Principal.Anonymous with { RemoteAddress = $"2001:db8::{i:x}" }, "Read", null, "default", "invalid credentials"));
        }

        log.Record(new DeniedRequest(new Principal(PrincipalKind.User, "ada"), "ChangeMirror", null, "default", "the role is not sufficient"));
        await log.FlushAsync(CancellationToken.None);

        int events = await MirrorWithOrigin.QueryAsync(Server, db => db.Audit.CountAsync(row => row.Action == DeniedRequestLog.Action));
        Assert.Equal(302, events);
        var page = await Reader.ListAsync(
            new AuditQuery(null) { Action = DeniedRequestLog.Action, Text = SearchText.Parse("many 19700") }, CancellationToken.None);
        Assert.Single(page.Items);
        Assert.Single((await Reader.ListAsync(new AuditQuery(null) { Principal = "ada" }, CancellationToken.None)).Items);
    }

    [Fact]
    public async Task Retention_AfterItsPeriod_RemovesOnlyOlderEvents()
    {
        await AddAsync(
            [Row("test.kept", Start.AddDays(-29)), .. Enumerable.Range(0, 6000).Select(_ => Row("test.expired", Start.AddDays(-31)))]);

        // The server removes expired events at its start too, possibly some of these.
        await Server.Services.GetRequiredService<AuditRetention>().RemoveExpiredAsync(CancellationToken.None);

        Assert.Equal(["test.kept"], await ActionsAsync("/api/v1/audit?action=test"));
    }

    [Fact]
    public async Task Command_WithFailed_ListsDeniedRequestsAndCountsTheRest()
    {
        await AddAsync(Row("member.add", by: "ada"), Row("member.remove", succeeded: false, by: "ada", detail: "not there"));

        var text = await CommandLine.RunAsync(Server, "audit", "default", "--failed");
        var json = await CommandLine.RunAsync(Server, "audit", "--principal", "ada", "--take", "1", "--json");

        Assert.Equal(0, text.ExitCode);
        Assert.Contains("member.remove", text.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("member.add", text.Output, StringComparison.Ordinal);
        Assert.Equal("member.remove", (string)json.Json["items"]![0]!["action"]!);
        Assert.NotNull(json.Json["next"]);
    }

    private async Task<HttpClient> ClientOfAsync(string group)
    {
        using var made = await Server.AdminClient.PostAsJsonAsync($"/api/v1/groups/{group}/tokens", new { name = "test", role = "viewer" });
        var client = Server.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", (string)(await made.Content.ReadFromJsonAsync<JsonObject>())!["token"]!);
        return client;
    }

    private Task<AuditPage> RefusalsAsync() =>
        Reader.ListAsync(new AuditQuery(null) { Action = DeniedRequestLog.Action }, CancellationToken.None);

    private async Task<IEnumerable<string>> ActionsAsync(string url)
    {
        var list = await Server.AdminClient.GetFromJsonAsync<JsonObject>(new Uri(url, UriKind.Relative));
        return list!["items"]!.AsArray().Select(item => (string)item!["action"]!);
    }

    private async Task AddAsync(params AuditRow[] rows)
    {
        await using var db = Server.Services.GetRequiredService<CatalogDatabase>().CreateDbContext();
        db.Audit.AddRange(rows);
        await db.SaveChangesAsync();
    }

    private static AuditRow Row(
        string action,
        DateTimeOffset? at = null,
        bool succeeded = true,
        string by = "mirror",
        string? target = null,
        string? detail = null,
        long? root = 1,
        long? scope = null) =>
        new(
            at ?? Start,
            action,
            new Principal(PrincipalKind.User, by))
        { RootGroupId = root, NamespaceId = scope, Succeeded = succeeded, Target = target, Detail = detail };
}
