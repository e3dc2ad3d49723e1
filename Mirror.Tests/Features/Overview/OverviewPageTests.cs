using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Core.Upstream;
using Mirror.Core.Usage;
using Mirror.Tests.Ui;
using Mirror.Web.Features.Overview;
using Mirror.Web.Ui;

namespace Mirror.Tests.Features.Overview;

public sealed class OverviewPageTests : UiFixture
{
    private static readonly Principal Person = new(PrincipalKind.User, "mira");

    [Fact]
    public void Overview_OfAMissingGroup_ShowsNotFound() =>
        Assert.Equal("There is no group nowhere", Open("nowhere").Find("h1").TextContent);

    [Fact]
    public void Overview_OfAnEmptyMirror_ShowsTheEmptyState()
    {
        var page = Open("default");

        Assert.Contains("Nothing was downloaded in this period.", page.Markup);
        Assert.Equal("unknown", Tile(page, "Hit rate"));
        Assert.Equal(["storage"], page.FindAll(".plot").Select(plot => plot.ParentElement!.QuerySelector("h2")!.Id));
    }

    [Fact]
    public async Task Overview_OfAUsedMirror_ShowsChartsAndTablesWithTheSameFigures()
    {
        await Seed.AddAsync("hashicorp/aws", "5.1.0", ["linux_amd64"], 10_000_000, TrustLevel.Imported, TimeSpan.FromDays(1), Person);
        await CountAsync("hashicorp/aws", hits: 3, misses: 1, bytes: 1_000_000);

        var page = Open("default");

        Assert.Equal(("75 %", "2.9 MB"), (Tile(page, "Hit rate"), Tile(page, "Traffic saved")));
        Assert.Contains("of 4 downloads", page.Markup);
        Assert.Equal(["hashicorp/aws", "4", "3.8 MB", "75 %"], Row(page, "top"));
        Assert.Equal("hashicorp/aws", page.Find("#shares").ParentElement!.ParentElement!.QuerySelector("a")!.TextContent);
        Assert.Equal(["2026-01-01", "3", "1"], await TableAsync(page, "downloads"));
        Assert.Equal(["2026-01-01", "3.8 MB", "2.9 MB", "976.6 KB"], await TableAsync(page, "traffic"));
        Assert.Equal(["2026-01-01", "75 %"], await TableAsync(page, "hit-rate"));
        Assert.Equal(["hashicorp/aws", "1", "9.6 MB", "4", "75 %"], await TableAsync(page, "shares"));
        Assert.DoesNotContain("<style", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Traffic_OfRedirectedDownloads_IsUnknown()
    {
        await Seed.AddAsync("hashicorp/aws", "5.1.0", ["linux_amd64"], 10_000_000, TrustLevel.Imported, TimeSpan.FromDays(1), Person);
        var counters = Services.GetRequiredService<TrafficCounters>();
        counters.RecordRedirected(
            MirrorDbContext.DefaultGroupId, ProviderAddress.Parse("hashicorp/aws"), new ClientName(PrincipalKind.Anonymous, "anonymous"));
        await counters.FlushAsync(CancellationToken.None);

        var only = Open("default");
        await CountAsync("hashicorp/aws", hits: 1, misses: 0, bytes: 1_000_000);
        var some = Open("default");

        Assert.Equal(("100 %", "unknown"), (Tile(only, "Hit rate"), Tile(only, "Traffic saved")));
        Assert.Contains("Redirected to the package store, with unknown size, and not included: 1 of the downloads.", only.Markup, StringComparison.Ordinal);
        Assert.Equal(["hashicorp/aws", "1", "unknown", "100 %"], Row(only, "top"));
        Assert.Equal("at least 976.6 KB", Tile(some, "Traffic saved"));
        Assert.Equal(["hashicorp/aws", "2", "at least 976.6 KB", "100 %"], Row(some, "top"));
    }

    [Fact]
    public async Task Storage_OfADayWithoutMeasurement_IsAGapAndUnknown()
    {
        await Seed.AddAsync("hashicorp/aws", "5.1.0", ["linux_amd64"], 10_000_000, TrustLevel.Imported, TimeSpan.FromDays(1), Person);

        var page = Open("default");

        var values = page.FindComponents<UsageChart>().Single(chart => chart.Instance.Id == "storage").Instance.Series[0].Values;
        Assert.Equal((30, 29), (values.Count, values.Count(value => value is null)));
        await ToggleAsync(page, "storage");
        Assert.Equal(
            ["9.6 MB", "unknown"],
            page.FindAll("#storage").Single().ParentElement!.ParentElement!.QuerySelectorAll("tbody tr").Take(2).Select(row => row.Children[1].TextContent));
    }

    [Fact]
    public void Span_OfTheLastDay_HasHoursAndIsInTheUrl()
    {
        var page = Open("default", "?span=24h");

        Assert.Equal("24 hours", page.Find("[aria-label=Period] [aria-current]").TextContent);
        Assert.Equal(
            ["groups/default/-/overview?span=24h", "groups/default/-/overview?span=7d", "groups/default/-/overview", "groups/default/-/overview?span=90d"],
            page.FindAll("[aria-label=Period] a").Select(link => link.GetAttribute("href")));
    }

    [Fact]
    public async Task Clients_OnTheOverview_AreVisibleToOwnersOnly()
    {
        await CountAsync("hashicorp/aws", hits: 1, misses: 0, bytes: 1_000);
        Assert.Equal("Only owners see the clients.", Open("default").Find(".clients p").TextContent);
        SignIn();

        Assert.Equal("anonymous (not signed in)", Row(Open("default"), "clients")[0].Trim());
    }

    [Fact]
    public async Task Latency_OfOrigins_IsShownToMembersAsPercentiles()
    {
        var latencies = Services.GetRequiredService<OriginHttp>().Latencies;
        for (int i = 0; i < 20; i++)
        {
            latencies.Record("slow.example.com", TimeSpan.FromMilliseconds(100));
        }

        await Services.GetRequiredService<OriginLatencyLog>().FlushAsync(CancellationToken.None);
        Assert.Empty(Open("default").FindAll("#latency"));
        SignIn();

        var row = await TableAsync(Open("default"), "latency");

        Assert.Equal(["slow.example.com", "20"], row.Take(2));
        Assert.Equal("105 ms", row[2]);
    }

    [Fact]
    public void Origins_OnTheOverview_AreVisibleToMembersOnly()
    {
        Assert.Empty(Open("default").FindAll(".origins"));
        SignIn();

        Assert.Contains("registry.terraform.io", Open("default").Find(".origins").TextContent);
        Assert.Contains("not asked yet", Open("default").Find(".condition").TextContent);
    }

    [Theory]
    [InlineData(100_000, "The first is removed after 2026-01-08 12:00 UTC otherwise")]
    [InlineData(100, "more than a tenth of the store")]
    public async Task Orphans_OnTheOverview_ShowMembersTheirRemovalDate(long stored, string text)
    {
        await Seed.AddAsync("hashicorp/aws", "5.1.0", ["linux_amd64"], stored, TrustLevel.Imported, TimeSpan.FromDays(1), Person);
        await using (var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext())
        {
            db.Blobs.Add(
                new BlobRow { Sha256 = new string('a', 64), Size = stored == 100 ? 90_000 : 1_000, OrphanedAt = Time.GetUtcNow() });
            await db.SaveChangesAsync();
        }

        Assert.Empty(Open("default").FindAll(".orphans"));
        SignIn();

        Assert.Contains("1 stored package has no record", Open("default").Find(".orphans").TextContent, StringComparison.Ordinal);
        Assert.Contains(text, Open("default").Find(".orphans").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Overview_OfAWorkspace_ShowsAndNamesItsRootGroup()
    {
        await AddNamespacesAsync(["default/network"], "default/network");
        await CountAsync("hashicorp/aws", hits: 1, misses: 0, bytes: 1_000);

        var page = Open("default/network");

        Assert.Equal("groups/default/-/overview", page.Find(".mud-alert-message a").GetAttribute("href"));
        Assert.Equal("100 %", Tile(page, "Hit rate"));
    }

    [Fact]
    public async Task Instance_ForAdministrators_ShowsTheTotalsOfAllRootGroups()
    {
        await AddNamespacesAsync(["platform"]);
        await Seed.AddAsync("hashicorp/aws", "5.1.0", ["linux_amd64"], 10_000_000, TrustLevel.Imported, TimeSpan.FromDays(1), Person);
        await CountAsync("hashicorp/aws", hits: 3, misses: 1, bytes: 1_000_000);
        Assert.Equal("Only administrators see the whole instance", Render<InstanceOverviewPage>().Find("h1").TextContent);
        SignIn();

        var page = Render<InstanceOverviewPage>();

        Assert.Equal("75 %", page.Find(".tile .value").TextContent);
        Assert.Equal(
            ("default", "groups/default/-/overview"), (page.Find(".shares a").TextContent, page.Find(".shares a").GetAttribute("href")));
        Assert.Single(page.FindAll(".origins"));
    }

    [Theory]
    [InlineData(0, 1, 1, "B")]
    [InlineData(3_000, 1000, 3_000, "B")]
    [InlineData(9_500, 5, 10, "KB")]
    [InlineData(800L << 20, 200, 800, "MB")]
    [InlineData(950L << 20, 250, 1_000, "MB")]
    [InlineData(1_250L << 20, 500, 1_500, "MB")]
    [InlineData(15L << 30, 5, 15, "GB")]
    public void Axis_OfBytes_HasRoundTicksInOneUnit(long highest, int tick, double max, string unit)
    {
        var axis = ChartAxis.Bytes(highest);

        Assert.Equal((tick, max, unit), (axis.Tick, axis.Max, axis.Unit));
        Assert.True(highest / axis.Scale <= axis.Max);
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(3, 1, 3)]
    [InlineData(7, 2, 8)]
    [InlineData(101, 50, 150)]
    [InlineData(999_999, 250_000, 1_000_000)]
    public void Axis_OfACount_HasRoundTicks(double highest, int tick, double max)
    {
        var axis = ChartAxis.Count(highest);

        Assert.Equal((tick, max), (axis.Tick, axis.Max));
    }

    [Theory]
    [InlineData(true, false, null, "healthy")]
    [InlineData(false, false, null, "failing")]
    [InlineData(false, false, 130, "backing off until 12:02:10 UTC")]
    [InlineData(false, false, -1, "failing")]
    [InlineData(true, true, null, "disabled")]
    [InlineData(null, true, null, "disabled")]
    [InlineData(null, false, null, "not asked yet")]
    public void Origin_InAState_HasItsWords(bool? healthy, bool disabled, int? suspendedFor, string words)
    {
        var now = Time.GetUtcNow();
        var health = healthy is { } good
            ? new HostHealth("a.example.com", good, suspendedFor is not null, null, null, null, now.AddSeconds(suspendedFor ?? 0))
            : null;
        if (suspendedFor is null && health is not null)
        {
            health = health with { SuspendedUntil = null };
        }

        Assert.Equal(words, OriginState.Of("a.example.com", health, disabled, now).Describe(null));
    }

    [Fact]
    public void Origin_BackingOff_NamesTheTimeWhereTheUserIs()
    {
        var now = Time.GetUtcNow();
        var health = new HostHealth("a.example.com", false, true, null, null, null, now.AddSeconds(130));

        Assert.Equal(
            "backing off until 21:02:10 +09:00",
            OriginState.Of("a.example.com", health, false, now).Describe(new Preferences(Zone: "Asia/Tokyo")));
    }

    private static string Tile(IRenderedComponent<OverviewPage> page, string name) =>
        page.FindAll(".tile").Single(tile => tile.Children[0].TextContent == name).QuerySelector(".value")!.TextContent;

    /// <summary>The first row of the table in a card, by the id of its heading.</summary>
    private static IReadOnlyList<string> Row(IRenderedComponent<OverviewPage> page, string id) =>
        [.. page.Find("#" + id).ParentElement!.QuerySelector("tbody tr")!.Children.Select(cell => cell.TextContent)];

    private static Task ToggleAsync(IRenderedComponent<OverviewPage> page, string id) =>
        page.Find("#" + id).ParentElement!.QuerySelector("button")!.ClickAsync();

    /// <summary>Shows a chart as a table; returns its first row.</summary>
    private static async Task<IReadOnlyList<string>> TableAsync(IRenderedComponent<OverviewPage> page, string id)
    {
        await ToggleAsync(page, id);
        return [.. page.Find("#" + id).ParentElement!.ParentElement!.QuerySelector("tbody tr")!.Children.Select(cell => cell.TextContent)];
    }

    private IRenderedComponent<OverviewPage> Open(string group, string query = "")
    {
        Navigation.NavigateTo($"groups/{group}/-/overview{query}");
        return Render<OverviewPage>(parameters => parameters.Add(page => page.Group, group));
    }

    private async Task CountAsync(string provider, int hits, int misses, long bytes)
    {
        var counters = Services.GetRequiredService<TrafficCounters>();
        var address = ProviderAddress.Parse(provider);
        for (int i = 0; i < hits + misses; i++)
        {
            counters.RecordServed(MirrorDbContext.DefaultGroupId, address, bytes, i < hits, new ClientName(PrincipalKind.Anonymous, "anonymous"));
        }

        counters.RecordFetched(MirrorDbContext.DefaultGroupId, address, misses * bytes);
        await counters.FlushAsync(CancellationToken.None);
    }
}
