using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Core.Usage;
using Mirror.Tests.Ui;
using Mirror.Web.Features.Overview;

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

        Assert.Contains("Nothing was downloaded in these days.", page.Markup);
        Assert.Equal("–", page.Find(".tiles dd").TextContent);
        Assert.Empty(page.FindAll("svg rect.first"));
    }

    [Fact]
    public async Task Overview_OfAUsedMirror_ShowsChartsAndTablesWithTheSameFigures()
    {
        await Seed.AddAsync("hashicorp/aws", "5.1.0", ["linux_amd64"], 10_000_000, TrustLevel.Imported, TimeSpan.FromDays(1), Person);
        await CountAsync("hashicorp/aws", hits: 3, misses: 1, bytes: 1_000_000);

        var page = Open("default");

        Assert.Equal(["75 %", "2.9 MB"], page.FindAll(".tiles div > dd:nth-child(2)").Take(2).Select(tile => tile.TextContent));
        Assert.Contains("4 downloads", page.Find(".tiles").TextContent);
        Assert.Equal(["2026-01-01", "3", "1"], page.Find("figure tbody tr").Children.Select(cell => cell.TextContent));
        Assert.Equal("hashicorp/aws", page.Find(".shares a").TextContent);
        Assert.Equal(
            ["hashicorp/aws", "1", "9.6 MB", "4", "75 %"],
            page.Find("#shares ~ details tbody tr").Children.Select(cell => cell.TextContent));
        Assert.NotEmpty(page.FindAll("svg rect.first"));
        Assert.DoesNotContain("style=", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Origins_OnTheOverview_AreVisibleToMembersOnly()
    {
        Assert.Empty(Open("default").FindAll(".origins"));
        SignIn();

        Assert.Contains("No origin has been queried", Open("default").Find(".origins").TextContent);
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
        Assert.Equal("100 %", page.Find(".tiles dd").TextContent);
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

        Assert.Equal("75 %", page.Find(".tiles dd").TextContent);
        Assert.Equal(
            ("default", "groups/default/-/overview"), (page.Find(".shares a").TextContent, page.Find(".shares a").GetAttribute("href")));
        Assert.Single(page.FindAll(".origins"));
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(4, 4)]
    [InlineData(7, 8)]
    [InlineData(101, 150)]
    [InlineData(999_999, 1_000_000)]
    public void Ceiling_OfAChart_IsARoundNumberAboveTheHighestStack(long highest, long ceiling) =>
        Assert.Equal(ceiling, ChartGeometry.Ceiling([new ChartSeries("a", "first", [0, highest]), new ChartSeries("b", "second", [0, 0])]));

    [Fact]
    public void Bars_OfTwoSeries_AreStackedWithinTheChart()
    {
        var bars = ChartGeometry.Stack([new ChartSeries("a", "first", [50, 0]), new ChartSeries("b", "second", [50, 1])], 100);

        Assert.Equal(
            [("60", "60", "first"), ("0", "60", "second"), ("118.5", "1.5", "second")], bars.Select(bar => (bar.Y, bar.Height, bar.Tone)));
    }

    private IRenderedComponent<OverviewPage> Open(string group)
    {
        Navigation.NavigateTo($"groups/{group}/-/overview");
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
