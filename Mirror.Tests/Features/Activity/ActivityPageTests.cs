using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Audit;
using Mirror.Core.Database;
using Mirror.Tests.Time;
using Mirror.Tests.Ui;
using Mirror.Web.Features.Activity;
using Mirror.Web.Ui;

namespace Mirror.Tests.Features.Activity;

public sealed class ActivityPageTests : UiFixture
{
    private const string Path = "groups/default/-/activity";

    private bool _hasPopovers;

    private static readonly Principal Person = new(PrincipalKind.User, "mira") { RemoteAddress = "10.0.0.7" };
    private static readonly Principal Job = new(PrincipalKind.Job, "run-7");

    [Fact]
    public void Activity_ForNonOwners_ShowsAccessDenied()
    {
        var page = Open();

        Assert.Equal("Only owners see the activity of this group", page.Find("h2").TextContent);
        Assert.Equal("sign-in?returnUrl=%2Fgroups%2Fdefault%2F-%2Factivity", page.Find(".state a").GetAttribute("href"));
        Assert.Empty(page.FindAll("table"));
        Assert.DoesNotContain("export/activity", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Activity_WithoutEvents_ShowsTheEmptyState()
    {
        SignIn();

        Assert.Equal("No matching events", Open("?what=policy").Find("h2").TextContent);
    }

    [Fact]
    public async Task Event_InTheList_ShowsActionUserAndAddress()
    {
        SignIn();
        await AddAsync("package.cache", Job, provider: "registry.terraform.io/hashicorp/aws", version: "5.1.0", platform: "linux_amd64");
        await AddAsync(
            "version.verify",
            Person,
            succeeded: false,
            provider: "registry.terraform.io/hashicorp/aws",
            version: "5.2.0",
            detail: "The signature is of another key.");

        var events = Lines(Open("?provider=hashicorp%2Faws"));

        Assert.Equal("Denied or failed", events[0].QuerySelector("[data-label=Outcome]")!.TextContent);
        Assert.Contains("mira", events[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("The signature is of another key.", events[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("from 10.0.0.7", events[0].TextContent, StringComparison.Ordinal);
        Assert.Equal("groups/default/-/providers/registry.terraform.io/hashicorp/aws", events[0].QuerySelector("a")!.GetAttribute("href"));
        Assert.Equal("hashicorp/aws 5.1.0 linux/amd64", events[1].QuerySelector("a")!.TextContent);
        Assert.Contains("cached", events[1].TextContent, StringComparison.Ordinal);
        Assert.Equal("job: one Terraform run", events[1].QuerySelector(".principal")!.GetAttribute("title"));
    }

    [Theory]
    [InlineData("what=policy", "policy.add")]
    [InlineData("outcome=failed", "access.refuse")]
    [InlineData("who=run-7", "package.cache")]
    public async Task Filter_InTheUrl_ShowsOnlyMatchingEvents(string query, string action)
    {
        SignIn();
        await AddAsync("package.cache", Job);
        await AddAsync("policy.add", Person);
        await AddAsync("access.refuse", Person, succeeded: false);

        var text = Lines(Open("?" + query))[0].TextContent;

        Assert.Contains(ActivityText.Of(action, action != "access.refuse").Name, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Filter_Entered_ChangesTheUrlWithoutAButton()
    {
        SignIn();
        var page = Open();

        await page.Find("input[type=search]").InputAsync("lock");

        await Eventually.TrueAsync(() =>
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            return Address == Path + "?q=lock";
        });
    }

    [Theory]
    [InlineData("from=2026-01-01", 2)]
    [InlineData("to=2025-12-31", 0)]
    [InlineData("from=2026-01-01&to=2026-01-01", 1)]
    [InlineData("from=2026-01-02", 1)]
    [InlineData("from=yesterday", 2)]
    public async Task Days_InTheUrl_ShowOnlyTheirEvents(string query, int expected)
    {
        SignIn();
        await AddAsync("job.create", Job);
        await AddAsync("job.create", Job, at: Time.GetUtcNow().AddDays(1));

        var page = Open("?what=job&" + query);

        Assert.Equal(expected, Lines(page).Count);
    }

    [Fact]
    public async Task Run_OfSeveralEvents_IsOneLineThatOpens()
    {
        SignIn();
        var by = Person with { Run = "sync/7" };
        await AddAsync("sync.start", by, detail: "hashicorp/aws ~> 5.0");
        for (int i = 0; i < 3; i++)
        {
            await AddAsync(
                "package.cache", by, provider: "registry.terraform.io/hashicorp/aws", version: $"5.{i}.0", platform: "linux_amd64");
        }

        var page = Open("?who=mira");
        var line = Assert.Single(Lines(page));
        Assert.Contains("synced hashicorp/aws ~> 5.0", line.TextContent, StringComparison.Ordinal);
        Assert.Contains("running, 3 cached", line.TextContent, StringComparison.Ordinal);
        Assert.Equal("groups/default/-/syncs/7", line.QuerySelector("a")!.GetAttribute("href"));
        Assert.Equal("false", Opener(page).GetAttribute("aria-expanded"));

        await Opener(page).ClickAsync();

        Assert.Equal("true", Opener(page).GetAttribute("aria-expanded"));
        Assert.Equal(4, page.FindAll("[aria-label='Events of this line'] li").Count);
        await Opener(page).ClickAsync();
        Assert.Empty(page.FindAll("[aria-label='Events of this line']"));
    }

    [Fact]
    public async Task NewEvent_WhileThePageIsOpen_AppearsAtTheTop()
    {
        SignIn();
        await AddAsync("job.create", Job);
        var page = Open("?who=run-7");
        Assert.Single(Lines(page));

        await AddAsync("job.end", Job);

        await TickUntilAsync(() => Lines(page).Count == 2);
        Assert.Contains("ended the job", Lines(page)[0].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Job_WithPackages_IsOneLineWithItsResult()
    {
        SignIn();
        var job = Job with { Run = "job/default/run-7" };
        await AddAsync("job.create", Person with { Run = job.Run });
        await AddAsync("package.cache", job, provider: "registry.terraform.io/hashicorp/aws", version: "5.0.0", platform: "linux_amd64");
        await AddAsync("job.end", job);

        var line = Assert.Single(Lines(Open()));

        Assert.Contains("ran the job default/run-7", line.TextContent, StringComparison.Ordinal);
        Assert.Contains("1 cached", line.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("running", line.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NewEvent_WhileALineIsOpen_IsOnlyAnnounced()
    {
        SignIn();
        await AddAsync("sync.start", Job with { Run = "sync/7" }, detail: "hashicorp/aws latest");
        var page = Open("?who=run-7");
        await Opener(page).ClickAsync();

        await AddAsync("job.end", Job);

        await TickUntilAsync(() => page.Markup.Contains("1 new line", StringComparison.Ordinal));
        Assert.Single(Lines(page));
        await page.FindAll("button").Single(button => button.TextContent == "1 new line").ClickAsync();
        Assert.Equal(2, Lines(page).Count);
    }

    [Fact]
    public async Task NewEvent_WhileLiveIsOff_IsOnlyAnnounced()
    {
        SignIn();
        await AddAsync("job.create", Job);
        var page = Open("?who=run-7");
        await page.Find("input[role=switch]").ChangeAsync(false);

        await AddAsync("job.end", Job);

        await TickUntilAsync(() => page.Markup.Contains("1 new line", StringComparison.Ordinal));
        Assert.Single(Lines(page));
        await page.Find("input[role=switch]").ChangeAsync(true);
        Assert.Equal(2, Lines(page).Count);
    }

    [Fact]
    public async Task Events_BeyondOnePage_HaveALinkToOlderEvents()
    {
        SignIn();
        for (int i = 0; i <= ActivityState.PageSize; i++)
        {
            await AddAsync("job.create", Job, detail: $"number {i}");
        }

        var first = Open("?what=job");
        Assert.Equal(ActivityState.PageSize, Lines(first).Count);

        var second = Open("?" + first.Find("a[rel=next]").GetAttribute("href")!.Split('?')[1]);

        Assert.Contains("number 0", Assert.Single(Lines(second)).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Downloads_OfADay_AreListedAtTheEndOfTheDay()
    {
        SignIn();
        await AddAsync("package.cache", Job);
        await AddTrafficAsync(0, "registry.terraform.io/hashicorp/aws", hits: 2, misses: 1);
        await AddTrafficAsync(-1, "registry.terraform.io/hashicorp/aws", hits: 1, misses: 0);
        await AddTrafficAsync(-1, "registry.terraform.io/hashicorp/dns", hits: 1, misses: 0);

        var lines = Lines(Open())
            .Select(line => line.TextContent)
            .Where(line => !line.Contains("admin", StringComparison.Ordinal))
            .ToList();

        Assert.Contains("downloaded 1 provider 3 times", lines[0], StringComparison.Ordinal);
        Assert.Contains("2 from the cache", lines[0], StringComparison.Ordinal);
        Assert.Contains("run-7", lines[1], StringComparison.Ordinal);
        Assert.Contains("downloaded 2 providers 2 times", lines[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("what=package.serve", new[] { "hashicorp/dns once", "hashicorp/aws 3 times" })]
    [InlineData("what=package.serve&provider=hashicorp%2Faws", new[] { "hashicorp/aws 3 times" })]
    [InlineData("what=package.serve&q=dns", new[] { "hashicorp/dns once" })]
    [InlineData("what=package.serve&who=mira", new string[0])]
    [InlineData("what=package.serve&outcome=failed", new string[0])]
    public async Task Downloads_Chosen_AreListedByProvider(string query, string[] expected)
    {
        SignIn();
        await AddTrafficAsync(0, "registry.terraform.io/hashicorp/aws", hits: 2, misses: 1);
        await AddTrafficAsync(0, "registry.terraform.io/hashicorp/dns", hits: 1, misses: 0);

        var lines = Lines(Open("?" + query)).Select(line => line.QuerySelector("[data-label=What]")!.TextContent.Split('\n')[0].Trim());

        Assert.Equal(expected.Select(line => "Clients downloaded " + line), lines.Select(line => line[..(line.IndexOf("once", StringComparison.Ordinal) is var once and > 0 ? once + 4 : line.IndexOf("times", StringComparison.Ordinal) + 5)]));
    }

    [Fact]
    public async Task Activity_OfAWorkspace_LinksToItsRootGroup()
    {
        SignIn();
        await AddNamespacesAsync(["default/network"], "default/network");
        await AddTrafficAsync(0, "registry.terraform.io/hashicorp/aws", hits: 1, misses: 0);
        RenderPopovers();
        Navigation.NavigateTo("groups/default/network/-/activity?what=package.cache");

        var page = Render<ActivityPage>(parameters => parameters.Add(page => page.Group, "default/network"));

        Assert.Contains(
            "cached, served and deleted packages are listed in the activity of default",
            page.Find(".mud-alert-message").TextContent,
            StringComparison.Ordinal);
        Assert.Equal("groups/default/-/activity?what=package.cache", page.Find(".mud-alert-message a").GetAttribute("href"));
        Assert.DoesNotContain("listed in the activity of", Open().Markup, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Asia/Tokyo", "to=2025-12-31", 0)]
    [InlineData("Asia/Tokyo", "from=2026-01-02", 1)]
    [InlineData(null, "from=2026-01-02", 0)]
    public async Task Days_OfAUserInATimeZone_BeginAtTheirMidnight(string? zone, string query, int expected)
    {
        SignIn();
        await AddAsync("job.create", Job, at: new DateTimeOffset(2026, 1, 1, 16, 0, 0, TimeSpan.Zero));
        RenderPopovers();
        Navigation.NavigateTo($"{Path}?what=job&{query}");

        var page = Render<ActivityPage>(parameters => parameters
            .Add(page => page.Group, "default").AddCascadingValue(new Preferences(Zone: zone)));

        Assert.Equal(expected, Lines(page).Count);
    }

    [Fact]
    public async Task Event_OfItsGroup_ShowsTheGroupOnce()
    {
        SignIn();
        await using (var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext())
        {
            await AddNamespacesAsync(["default/network"]);
            long id = db.Namespaces.Single(row => row.Path == "default/network").Id;
            db.Audit.Add(
                new AuditRow(
                    Time.GetUtcNow(),
                    "group.create",
                    Person)
                { RootGroupId = MirrorDbContext.DefaultGroupId, NamespaceId = id, Target = "default/network" });
            db.Audit.Add(
                new AuditRow(
                    Time.GetUtcNow(),
                    "settings.change",
                    Person)
                { RootGroupId = MirrorDbContext.DefaultGroupId, NamespaceId = id, Detail = "on" });
            await db.SaveChangesAsync();
        }

        var lines = Lines(Open("?who=mira")).Select(line => line.QuerySelector("[data-label=What]")!.TextContent.Trim()).ToList();

        Assert.Contains("in default/network", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("created the group default/network", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("package.cache", true, "cached")]
    [InlineData("package.cache", false, "could not cache")]
    [InlineData("documents.refresh", true, "dropped cached documents of")]
    [InlineData("sync.end", false, "did not complete")]
    [InlineData("fancy-thing.polish", true, "polish fancy thing")]
    [InlineData("fancy-thing.polish", false, "failed: polish fancy thing")]
    public void Action_KnownOrUnknown_HasAText(string action, bool succeeded, string words) =>
        Assert.Equal(words, ActivityText.Of(action, succeeded).Name);

    private static IReadOnlyList<AngleSharp.Dom.IElement> Lines(IRenderedComponent<ActivityPage> page) =>
        [.. page.FindAll("tbody > tr").Where(row => row.QuerySelector("[data-label]") is not null)];

    private static AngleSharp.Dom.IElement Opener(IRenderedComponent<ActivityPage> page) => page.Find("tbody button[aria-expanded]");

    private Task TickUntilAsync(Func<bool> condition) => Eventually.TrueAsync(() =>
    {
        Time.Advance(AuditWatch.Interval);
        return condition();
    });

    private async Task AddAsync(
        string action,
        Principal by,
        bool succeeded = true,
        string? provider = null,
        string? version = null,
        string? platform = null,
        string? detail = null,
        DateTimeOffset? at = null)
    {
        await using var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext();
        db.Audit.Add(new AuditRow(at ?? Time.GetUtcNow(), action, by)
        {
            RootGroupId = MirrorDbContext.DefaultGroupId,
            Succeeded = succeeded,
            Provider = provider,
            Version = version,
            Platform = platform,
            Detail = detail,
        });
        await db.SaveChangesAsync();
    }

    private async Task AddTrafficAsync(int day, string provider, int hits, int misses)
    {
        await using var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext();
        db.Traffic.Add(new TrafficRow
        {
            RootGroupId = MirrorDbContext.DefaultGroupId,
            Start = new DateTimeOffset(Time.GetUtcNow().UtcDateTime.Date.AddDays(day), TimeSpan.Zero),
            Provider = provider,
            Hits = hits,
            Misses = misses,
            ServedBytes = 1_000_000,
        });
        await db.SaveChangesAsync();
    }

    private void RenderPopovers()
    {
        if (!_hasPopovers)
        {
            _hasPopovers = true;
            Render<MudBlazor.MudPopoverProvider>();
        }
    }

    private IRenderedComponent<ActivityPage> Open(string query = "")
    {
        RenderPopovers();
        Navigation.NavigateTo(Path + query);
        return Render<ActivityPage>(parameters => parameters.Add(page => page.Group, "default"));
    }
}
