using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Audit;
using Mirror.Core.Database;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using Mirror.Tests.Time;

namespace Mirror.Tests.Audit;

public sealed class AuditRunTests
{
    private static readonly Principal Person = new(PrincipalKind.User, "ada");

    [Fact]
    public async Task Sync_OfSeveralPackages_IsOneLine()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();
        using var started = await mirror.Server.AdminClient.PostAsJsonAsync(
            "/api/v1/groups/default/syncs",
            new { providers = new[] { new { provider = $"{MirrorWithOrigin.Host}/example/hello", versions = "1.0.0" } } });
        int id = (int)(await started.Content.ReadFromJsonAsync<JsonObject>())!["id"]!;
        await Eventually.TrueAsync(async () =>
            (string)(await mirror.Server.AdminClient.GetFromJsonAsync<JsonObject>($"/api/v1/groups/default/syncs/{id}"))!["state"]! == "succeeded");

        var lines = await LinesAsync(mirror, new AuditQuery(null));
        var line = Assert.Single(lines.Items, line => line.Run is not null);
        var events = await mirror.Server.Services.GetRequiredService<AuditReader>().ListAsync(
            new AuditQuery(null) { Run = line.Run!.Name }, CancellationToken.None);

        Assert.Equal(("sync/1", "sync.start", "sync.end"), (line.Run.Name, line.First.Action, line.Run.Last.Action));
        Assert.Equal(4, line.Run.CountOf("package.cache", succeeded: true));
        Assert.Equal(6, line.Run.Total);
        Assert.DoesNotContain(lines.Items, other => other.First.Action == "package.cache");
        Assert.Equal(6, events.Items.Count);
        Assert.All(events.Items, item => Assert.Equal("sync/1", item.Run));
    }

    [Fact]
    public async Task Uploads_OfOneImport_AreOneLine()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();
        var client = new Web.Contracts.MirrorClient(mirror.Server.AdminClient);
        foreach (string platform in new[] { "linux_amd64", "darwin_arm64" })
        {
            using var content = new ByteArrayContent(mirror.OriginPackage().Content);
            await client.ImportPackageAsync(
                NamespacePath.Default,
                ProviderAddress.Parse($"{MirrorWithOrigin.Host}/example/hello"),
                ProviderVersion.Parse("1.0.0"),
                Platform.Parse(platform),
                content,
                CancellationToken.None);
        }

        var line = Assert.Single((await LinesAsync(mirror, new AuditQuery(null) { Action = "package" })).Items);

        Assert.StartsWith("import/", line.Run!.Name, StringComparison.Ordinal);
        Assert.Equal(2, line.Run.CountOf("package.import", succeeded: true));
    }

    [Fact]
    public async Task Lines_FilteredAndPaged_AreAtTheirFirstMatchingEvent()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync(time: new ManualTimeProvider());
        await AddAsync(
            mirror,
            Row("test.begin", "run/1"),
            Row("test.single", null),
            Row("test.package", "run/1", provider: "registry.terraform.io/hashicorp/aws"),
            Row("test.package", "run/1", provider: "registry.terraform.io/hashicorp/aws"),
            Row("test.last", null));

        var first = await LinesAsync(mirror, new AuditQuery(null) { Action = "test", Take = 2 });
        var second = await LinesAsync(mirror, new AuditQuery(null) { Action = "test", Take = 2, Before = first.Next });
        var filtered = await LinesAsync(mirror, new AuditQuery(null) { Provider = ProviderAddress.Parse("hashicorp/aws") });
        var newer = await LinesAsync(mirror, new AuditQuery(null) { Action = "test", After = first.Items[1].Id });

        Assert.Equal(["test.last", "test.single"], first.Items.Select(line => line.First.Action));
        Assert.Equal((3, null), (Assert.Single(second.Items).Run!.Total, second.Next));
        var matching = Assert.Single(filtered.Items);
        Assert.Equal(("test.begin", 3), (matching.First.Action, matching.Run!.Total));
        Assert.True(matching.Id > matching.First.Id);
        Assert.Equal(["test.last"], newer.Items.Select(line => line.First.Action));
    }

    [Fact]
    public async Task Watch_AfterAnEventOfAnyProcess_NotifiesItsSubscribersOnce()
    {
        var time = new ManualTimeProvider();
        await using var mirror = await MirrorWithOrigin.StartAsync(time: time);
        var watch = mirror.Server.Services.GetRequiredService<AuditWatch>();
        int notified = 0;
        using (watch.Subscribe(() => Interlocked.Increment(ref notified)))
        {
            await NotifiedAsync(1);
            await AddAsync(mirror, Row("test.new", null));
            await NotifiedAsync(2);
        }

        await AddAsync(mirror, Row("test.after", null));
        time.Advance(AuditWatch.Interval * 4);

        Assert.Equal(2, notified);

        Task NotifiedAsync(int count) => Eventually.TrueAsync(() =>
        {
            time.Advance(AuditWatch.Interval);
            return notified == count;
        });
    }

    private static Task<AuditLines> LinesAsync(MirrorWithOrigin mirror, AuditQuery query) =>
        mirror.Server.Services.GetRequiredService<AuditReader>().ListLinesAsync(query, CancellationToken.None);

    private static async Task AddAsync(MirrorWithOrigin mirror, params AuditRow[] rows)
    {
        await using var db = mirror.Server.Services.GetRequiredService<CatalogDatabase>().CreateDbContext();
        foreach (var row in rows)
        {
            // One by one: the ids are in this order.
            db.Audit.Add(row);
            await db.SaveChangesAsync();
        }
    }

    private static AuditRow Row(string action, string? run, string? provider = null) =>
        new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero), action, Person with { Run = run })
        {
            RootGroupId = MirrorDbContext.DefaultGroupId,
            Provider = provider,
        };
}
