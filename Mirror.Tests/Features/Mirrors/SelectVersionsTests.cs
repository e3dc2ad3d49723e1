using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Database;
using Mirror.Tests.Ui;
using Mirror.Web.Http;
using MudBlazor;

namespace Mirror.Tests.Features.Mirrors;

/// <summary>The actions on rows that are selected in the list of provider mirrors.</summary>
public sealed class SelectVersionsTests : ProviderMirrorsFixture
{
    [Fact]
    public async Task Rows_OfAnAnonymousUser_CannotBeSelected()
    {
        await Seed.AddAsync("acme/dns", "1.0.0", ["linux_amd64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(1), Person);

        Assert.Empty(Open(List).FindAll("input[type=checkbox]"));
    }

    [Fact]
    public async Task Rows_OfAWorkspace_CannotBeSelected()
    {
        await AddNamespacesAsync(["default/network"], "default/network");
        await Seed.AddAsync("acme/dns", "1.0.0", ["linux_amd64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(1), Person);
        SignIn();

        Assert.Empty(Open("groups/default/network/-/provider-mirrors", "default/network").FindAll("input[type=checkbox]"));
    }

    [Fact]
    public async Task Selected_DeletedAndConfirmed_AreNamedAndCountedAndRemoved()
    {
        await SeedManyAsync(12);
        SignIn();
        var dialogs = Render<MudDialogProvider>();
        var page = Open(List + "?size=100");

        await page.Find("input[aria-label='Select all versions on this page']").ChangeAsync(true);
        Assert.Contains("12 selected", page.Find("[aria-label='Selected versions']").TextContent);
        await page.Find("input[aria-label='Select acme/dns 1.0.0']").ChangeAsync(false);
        var deleting = Button(page, "Delete").ClickAsync();
        dialogs.WaitForElement(".bulk");

        Assert.Contains("Delete 11 versions with 11 packages (946.5 KB)?", dialogs.Find(".bulk").TextContent);
        Assert.Equal(10, dialogs.FindAll(".bulk li").Count);
        Assert.Equal("acme/dns 1.11.0", dialogs.Find(".bulk li").TextContent);
        Assert.Contains("… and 1 more", dialogs.Find(".bulk").TextContent);
        await Button(dialogs, "Delete 11 versions").ClickAsync();
        dialogs.WaitForAssertion(() => Assert.Contains("11 of 11 done.", dialogs.Find(".bulk").TextContent));
        await Button(dialogs, "Close").ClickAsync();
        await deleting;

        page.WaitForAssertion(() => Assert.Equal(["1.0.0"], page.FindAll("td.c-version").Select(cell => cell.TextContent)));
        Assert.Empty(page.FindAll("[aria-label='Selected versions']"));
    }

    [Fact]
    public async Task Selected_DeletedAfterTheSessionEndedElsewhere_AreKept()
    {
        await SeedManyAsync(2);
        var user = SignIn();
        var dialogs = Render<MudDialogProvider>();
        var page = Open(List);

        await page.Find("input[aria-label='Select all versions on this page']").ChangeAsync(true);
        await Services.GetRequiredService<Sessions>().EndAsync(user, CancellationToken.None);
        var deleting = Button(page, "Delete").ClickAsync();
        dialogs.WaitForElement(".bulk");
        await Button(dialogs, "Delete 2 versions").ClickAsync();
        dialogs.WaitForAssertion(() => Assert.Contains("0 of 2 done; 2 not tried.", dialogs.Find(".bulk").TextContent));
        Assert.Contains("you no longer have the role", dialogs.Find(".bulk").TextContent);
        await Button(dialogs, "Close").ClickAsync();
        await deleting;

        page.WaitForAssertion(() => Assert.Empty(page.FindAll("input[type=checkbox]")));
        Assert.NotNull(await StoredAsync("acme/dns", "1.0.0"));
    }

    [Fact]
    public async Task Selected_Refreshed_AreQueriedFromTheOriginAgain()
    {
        await SeedManyAsync(2);
        SignIn();
        var dialogs = Render<MudDialogProvider>();
        var page = Open(List);

        await page.Find("input[aria-label='Select all versions on this page']").ChangeAsync(true);
        var refreshing = Button(page, "Refresh").ClickAsync();
        dialogs.WaitForElement(".bulk");
        Assert.Contains("Refresh 1 provider?", dialogs.Find(".bulk").TextContent);
        await Button(dialogs, "Refresh").ClickAsync();
        dialogs.WaitForAssertion(() => Assert.Contains("1 of 1 done.", dialogs.Find(".bulk").TextContent));
        await Button(dialogs, "Close").ClickAsync();
        await refreshing;

        await using var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext();
        Assert.Equal("registry.terraform.io/acme/dns", db.Audit.Single(row => row.Action == "documents.refresh").Provider);
    }

    [Fact]
    public async Task Selected_Exported_AreSavedAsAFile()
    {
        await SeedManyAsync(3);
        SignIn();
        var page = Open(List);

        await page.Find("input[aria-label='Select acme/dns 1.1.0']").ChangeAsync(true);
        await Button(page, "Export CSV").ClickAsync();

        var file = page.Find("save-file");
        Assert.Equal("provider-mirrors-default.csv", file.GetAttribute("name"));
        Assert.Equal(
            ["acme/dns,1.1.0,imported,,linux_amd64,88109,2025-12-31T12:00:00Z,mira,User,2026-01-01T04:00:00Z,"],
            file.GetAttribute("text")!.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Skip(1));
    }
}
