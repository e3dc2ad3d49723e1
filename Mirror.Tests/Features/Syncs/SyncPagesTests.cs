using Bunit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Database;
using Mirror.Tests.Time;
using Mirror.Tests.Ui;
using Mirror.Web.Features.Syncs;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Tests.Features.Syncs;

public sealed class SyncPagesTests : UiFixture
{
    private const string Filters = "nav[aria-label='Packages by state'] a";

    private const string Request = """{"providers":[{"provider":"registry.terraform.io/hashicorp/aws","versions":"~> 5.0"},{"provider":"registry.terraform.io/hashicorp/null"}],"platforms":["linux_amd64"],"force":false}""";

    [Fact]
    public void List_WithoutSyncs_ExplainsHowToStartOne()
    {
        var page = List();

        Assert.Equal("No syncs yet", page.Find("h2").TextContent);
        Assert.Empty(page.FindAll("button"));
    }

    [Fact]
    public async Task List_WithSyncs_ShowsTheProgressOfEach()
    {
        await AddAsync(SyncState.Failed, SyncPackageState.Fetched, SyncPackageState.Present, SyncPackageState.Failed);

        var row = List().Find("tbody tr");

        Assert.Equal("hashicorp/aws ~> 5.0 and 1 more", row.QuerySelector("a")!.TextContent);
        Assert.Equal("linux/amd64", row.QuerySelector(".platforms")!.TextContent);
        Assert.Equal("failed", row.QuerySelector("[data-state]")!.TextContent);
        Assert.Equal("3 packages, 1 failed", Cell(row, "Packages"));
        Assert.Equal("1 MB", Cell(row, "Fetched"));
        Assert.Equal("mira (user)", Cell(row, "By"));
        Assert.Equal("1 h", Cell(row, "Duration"));
    }

    [Fact]
    public async Task List_WithARunningSync_ShowsItsDurationSoFar()
    {
        await AddAsync(SyncState.Running, SyncPackageState.Fetching);

        Assert.Equal("1 h so far", Cell(List().Find("tbody tr"), "Duration"));
    }

    [Fact]
    public void List_ForDeployers_OffersASync()
    {
        SignIn();

        Assert.Equal("Sync providers", List().Find("button").TextContent);
    }

    [Fact]
    public void Sync_Missing_ShowsNotFound() => Assert.Equal("There is no sync 77 here", Page(77).Find("h1").TextContent);

    [Fact]
    public async Task Sync_Failed_ShowsTheReasonOfEachPackageAndOfTheSync()
    {
        long id = await AddAsync(SyncState.Failed, SyncPackageState.Fetched, SyncPackageState.Failed);

        var page = Page(id);

        Assert.Equal("No version of x matches.", page.Find("[role=alert] span").TextContent);
        Assert.Equal("2 of 2 packages, 1 MB received", page.Find(".summary").TextContent);
        Assert.Equal("SHA-256 differs.", page.Find("tbody .why").TextContent);
        Assert.Equal(["All 2", "Fetched 1", "Failed 1"], page.FindAll(Filters).Select(link => link.TextContent));
        Assert.Empty(page.FindAll("button"));
        Assert.Empty(page.FindAll("[role=progressbar]"));
    }

    [Fact]
    public async Task Sync_FilteredByState_ShowsOnlyMatchingPackages()
    {
        long id = await AddAsync(SyncState.Failed, SyncPackageState.Fetched, SyncPackageState.Failed);

        var page = Page(id, "?show=failed");

        Assert.Equal("failed", page.Find("tbody [data-state]").TextContent);
        Assert.Single(page.FindAll("tbody tr"));
        Assert.Equal($"groups/default/-/syncs/{id}?show=failed", page.Find(Filters + "[aria-current]").GetAttribute("href"));
    }

    [Fact]
    public async Task Sync_CanceledAfterTheSessionEnded_ShowsAnError()
    {
        var user = SignIn();
        long id = await AddAsync(SyncState.Running, SyncPackageState.Waiting);
        var dialogs = Render<MudDialogProvider>();
        var page = Page(id);
        await Services.GetRequiredService<Web.Http.Sessions>().EndAsync(user, CancellationToken.None);

        var cancelling = CancelButton(page).ClickAsync();
        await dialogs.FindAll("button").Single(button => button.TextContent == "Cancel sync").ClickAsync();
        await cancelling;

        Assert.StartsWith("Nothing was changed", Services.GetRequiredService<Notifications>().Current!.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(page.FindAll("button"), button => button.TextContent == "Cancel sync");
    }

    [Fact]
    public async Task Sync_CancelQuestionDeclined_KeepsRunning()
    {
        SignIn();
        long id = await AddAsync(SyncState.Running, SyncPackageState.Waiting);
        var dialogs = Render<MudDialogProvider>();
        var page = Page(id);

        var cancelling = CancelButton(page).ClickAsync();
        Assert.Contains("Packages that are already fetched are kept.", dialogs.Markup, StringComparison.Ordinal);
        await dialogs.FindAll("button").Single(button => button.TextContent == "Keep running").ClickAsync();
        await cancelling;

        Assert.Null(Services.GetRequiredService<Notifications>().Current);
        Assert.False(CancelButton(page).HasAttribute("disabled"));
    }

    [Fact]
    public async Task Sync_Stale_ShowsTheReasonAsAWarning()
    {
        long id = await AddAsync(SyncState.Stale, SyncPackageState.Fetched);

        var page = Page(id);

        Assert.Contains("mud-alert-outlined-warning", page.Find("[role=alert]").ClassName, StringComparison.Ordinal);
        Assert.Contains("mud-chip-color-warning", page.Find("[data-state=stale]").ClassName, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_RunByAnotherProcess_ShowsItsProgress()
    {
        long id = await AddAsync(SyncState.Running, SyncPackageState.Waiting);
        var page = Page(id);
        Assert.Equal("0 of 1 package", page.Find(".summary").TextContent);

        await using (var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext())
        {
            var row = await db.SyncTasks.SingleAsync(task => task.Id == id);
            (row.State, row.EndedAt) = (SyncState.Cancelled, Time.GetUtcNow());
            await db.SaveChangesAsync();
        }

        await Eventually.TrueAsync(() =>
        {
            Time.Advance(TimeSpan.FromSeconds(2));
            return page.Find(".page-header [data-state]").TextContent == "cancelled";
        });
        Assert.Equal("not started", page.Find("tbody [data-state]").TextContent);
    }

    private static string Cell(AngleSharp.Dom.IElement row, string label) =>
        row.QuerySelector($"[data-label='{label}']")!.TextContent.Trim();

    private static AngleSharp.Dom.IElement CancelButton(IRenderedComponent<SyncPage> page) =>
        page.FindAll("button").Single(button => button.TextContent == "Cancel sync");

    private IRenderedComponent<SyncsPage> List() => Render<SyncsPage>(parameters => parameters.Add(page => page.Group, "default"));

    private IRenderedComponent<SyncPage> Page(long id, string query = "")
    {
        Navigation.NavigateTo($"groups/default/-/syncs/{id}{query}");
        return Render<SyncPage>(parameters => parameters.Add(page => page.Group, "default").Add(page => page.Id, id));
    }

    private async Task<long> AddAsync(SyncState state, params SyncPackageState[] packages)
    {
        bool ended = state is not (SyncState.Queued or SyncState.Running);
        await using var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext();
        var row = db.SyncTasks.Add(new SyncTaskRow
        {
            RootGroupId = MirrorDbContext.DefaultGroupId,
            NamespaceId = MirrorDbContext.DefaultGroupId,
            Request = Request,
            State = state,
            Error = state is SyncState.Failed or SyncState.Stale ? "No version of x matches." : null,
            CreatedAt = Time.GetUtcNow() - TimeSpan.FromHours(1),
            CreatedBy = "mira",
            CreatedByKind = PrincipalKind.User,
            EndedAt = ended ? Time.GetUtcNow() : null,
        }).Entity;
        row.Packages.AddRange(packages.Select((package, i) => new SyncPackageRow
        {
            Provider = "registry.terraform.io/hashicorp/aws",
            Version = $"5.{i}.0",
            Platform = "linux_amd64",
            State = package,
            Size = package is SyncPackageState.Fetched or SyncPackageState.Present ? 1 << 20 : 0,
            Error = package == SyncPackageState.Failed ? "SHA-256 differs." : null,
        }));
        await db.SaveChangesAsync();
        return row.Id;
    }
}
