using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Policy;
using Mirror.Tests.Ui;
using Mirror.Web.Features.Mirrors;
using Mirror.Web.Http;
using Mirror.Web.Ui;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Tests.Features.Mirrors;

public sealed class VersionPageTests : UiFixture
{
    private const string Url = "groups/default/-/provider-mirrors/registry.terraform.io/hashicorp/null/3.2.4";

    private static readonly Principal Job = new(PrincipalKind.Job, "run-7");
    private static readonly Principal Person = new(PrincipalKind.User, "mira");

    [Fact]
    public void Version_NotStored_ShowsNotFound()
    {
        var page = Open();

        Assert.Equal("hashicorp/null 3.2.4 is not stored here", page.Find("h1").TextContent);
        Assert.Equal("groups/default/-/provider-mirrors", page.Find(".state a").GetAttribute("href"));
    }

    [Fact]
    public async Task Version_SignedWithAPinnedKey_ShowsWhoCachedItAndItsProof()
    {
        await Seed.SignedAsync("hashicorp/null", "3.2.4", ["linux_amd64", "darwin_arm64"], 5_000_000, TimeSpan.FromHours(3), Job);

        var page = Open();

        Assert.Equal("hashicorp/null 3.2.4", page.Find("h1").TextContent);
        Assert.Contains("registry.terraform.io/hashicorp/null", page.Find(".address").TextContent);
        string about = Squeeze(page.Find(".about").TextContent);
        Assert.Contains("Cached 3 hours ago by run-7", about);
        Assert.Contains("2 platforms, 9.7 MB", about);
        Assert.Contains("job: one Terraform run", page.Find(".about .principal").GetAttribute("title"));
        Assert.Equal("2026-01-01 09:00:00 UTC by run-7", page.Find(".about time").GetAttribute("title"));
        string trust = Panel(Open("?tab=trust"));
        Assert.Contains("verified", trust);
        Assert.Contains("HashiCorp Security (hashicorp.com/security) <security@hashicorp.com>", trust);
        Assert.Contains("C874 011F 0AB4 0511 0D02 1055 3436 5D94 72D7 468F", trust);
        Assert.Contains("pinned: this instance accepts only such keys", trust);
        Assert.DoesNotContain("expired", trust);
    }

    [Fact]
    public async Task Version_SignedWithAnExpiredUnpinnedKey_ShowsBoth()
    {
        await Seed.SignedAsync(
            "hashicorp/null", "3.2.4", ["linux_amd64"], 5_000_000, TimeSpan.FromHours(3), Job, pinned: false, expired: true);

        string trust = Panel(Open("?tab=trust"));

        Assert.Contains("not pinned", trust);
        Assert.Contains("expired; Terraform accepts it too", trust);
    }

    [Fact]
    public async Task Version_Imported_ShowsThatNoSignatureWasSeen()
    {
        await Seed.AddAsync("hashicorp/null", "3.2.4", ["linux_amd64"], 5_000_000, TrustLevel.Imported, TimeSpan.FromHours(3), Job);

        string trust = Panel(Open("?tab=trust"));

        Assert.Contains("No publisher signature was seen", trust);
        Assert.DoesNotContain("Signed by", trust);
    }

    [Theory]
    [InlineData("", "Choose a platform")]
    [InlineData("?tab=trust", "Every package matches")]
    [InlineData("?tab=use", "required_providers")]
    [InlineData("?tab=activity", "All platforms")]
    [InlineData("?tab=nonsense", "Choose a platform")]
    public async Task Tab_OfTheUrl_IsOpen(string query, string text)
    {
        await Seed.SignedAsync("hashicorp/null", "3.2.4", ["linux_amd64"], 5_000_000, TimeSpan.FromHours(3), Job);

        Assert.Contains(text, Panel(Open(query)));
    }

    [Fact]
    public async Task Tab_Opened_ChangesTheUrl()
    {
        await Seed.SignedAsync("hashicorp/null", "3.2.4", ["linux_amd64"], 5_000_000, TimeSpan.FromHours(3), Job);
        var page = Open();

        await page.FindAll("[role=tab]").Single(tab => tab.TextContent.Trim() == "Use").ClickAsync();

        page.WaitForAssertion(() => Assert.Equal(Url + "?tab=use", Address));
        page.WaitForAssertion(() => Assert.Contains("required_providers", Panel(page)));
    }

    [Fact]
    public async Task Activity_OfAnOwner_ListsTheEventsOfTheVersion()
    {
        await Seed.SignedAsync("hashicorp/null", "3.2.4", ["linux_amd64"], 5_000_000, TimeSpan.FromHours(3), Job);
        await Seed.SignedAsync("hashicorp/null", "3.2.3", ["linux_amd64"], 5_000_000, TimeSpan.FromHours(3), Person);
        string anonymous = Panel(Open("?tab=activity"));
        SignIn();

        string panel = Panel(Open("?tab=activity"));

        Assert.Contains("package.cache", panel);
        Assert.Contains("run-7", panel);
        Assert.DoesNotContain("mira", panel);
        Assert.DoesNotContain("package.cache", anonymous);
        Assert.Contains("linux/amd64", anonymous);
    }

    [Fact]
    public async Task Refresh_OfAVersion_DropsTheDocumentsOfItsProvider()
    {
        await Seed.SignedAsync("hashicorp/null", "3.2.4", ["linux_amd64"], 5_000_000, TimeSpan.FromHours(3), Job);
        Assert.DoesNotContain(Open().FindAll("button"), button => button.TextContent.Trim() == "Refresh");
        SignIn();
        var page = Open();

        await Button(page, "Refresh").ClickAsync();

        Assert.Equal(
            new Notification("The next request for hashicorp/null queries the origin registry.", false),
            Services.GetRequiredService<Notifications>().Current);
        await using var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext();
        Assert.Equal("registry.terraform.io/hashicorp/null", db.Audit.Single(row => row.Action == "documents.refresh").Provider);
    }

    [Fact]
    public async Task Version_InAWorkspace_CanBeDeletedOnlyInItsRootGroup()
    {
        await AddNamespacesAsync(["default/network"], "default/network");
        await Seed.SignedAsync("hashicorp/null", "3.2.4", ["linux_amd64"], 5_000_000, TimeSpan.FromHours(3), Job);
        Assert.Empty(Open(group: "default/network").FindAll(".page-note a"));
        SignIn();

        var page = Open(group: "default/network");

        Assert.DoesNotContain(page.FindAll("button"), IsDeletion);
        Assert.Equal(Url, page.Find(".page-note a").GetAttribute("href"));
    }

    [Fact]
    public async Task Version_WithAFailedPlatform_ShowsTheReasonAndTheNextAttempt()
    {
        await Seed.SignedAsync("hashicorp/null", "3.2.4", ["linux_amd64"], 5_000_000, TimeSpan.FromHours(3), Job);
        Assert.Empty(Open().FindAll(".issue"));
        await Services.GetRequiredService<Quarantine>().AddAsync(
            MirrorDbContext.DefaultGroupId,
            ProviderAddress.Parse("hashicorp/null"),
            ProviderVersion.Parse("3.2.4"),
            Platform.Parse("darwin_arm64"),
            "its SHA-256 differs",
            Job,
            CancellationToken.None);

        string text = Squeeze(Open().Find(".issue").TextContent);

        Assert.Contains("darwin/arm64", text);
        Assert.Contains("its SHA-256 differs", text);
        Assert.Contains("Retried after 2026-01-01 12:01:00 UTC", text);
    }

    [Fact]
    public async Task Chip_Selected_ShowsSizeHashesAndDownloads()
    {
        await Seed.SignedAsync("hashicorp/null", "3.2.4", ["linux_amd64", "darwin_arm64"], 5_000_000, TimeSpan.FromHours(3), Job);
        var package = (await StoredAsync("hashicorp/null", "3.2.4"))!.Platforms.Single(x => x.Platform.Value == "linux_amd64");
        Assert.DoesNotContain("Archive hash", Panel(Open()));

        var page = Open("?platform=linux_amd64");

        Assert.Equal("linux/amd64", page.Find(".platform a[aria-current=true]").TextContent);
        string panel = Panel(page);
        Assert.Contains("4.9 MB", panel);
        Assert.Contains(package.Digest.ZipHash.Value, panel);
        Assert.Contains(package.ContentHash!.Value.Value, panel);
        Assert.Contains("4, last 1 hour ago", panel);
        Assert.Contains(page.FindAll("button"), button => button.GetAttribute("data-copy") == package.Digest.ZipHash.Value);
    }

    [Fact]
    public async Task LockFileBlock_OfAVersion_ListsTheHashesOfEveryStoredPlatform()
    {
        await Seed.SignedAsync("hashicorp/null", "3.2.4", ["linux_amd64", "darwin_arm64"], 5_000_000, TimeSpan.FromHours(3), Job);
        var stored = (await StoredAsync("hashicorp/null", "3.2.4"))!;

        var block = Open("?tab=use")
            .FindAll("pre code")
            .Single(code => code.TextContent.StartsWith("provider ", StringComparison.Ordinal)).TextContent;

        foreach (var package in stored.Platforms)
        {
            Assert.Contains($"\"{package.Digest.ZipHash}\",\n", block);
            Assert.Contains($"\"{package.ContentHash}\",\n", block);
        }
    }

    [Fact]
    public async Task Version_WithoutPackages_ShowsTheEmptyState()
    {
        await Seed.AddAsync("hashicorp/null", "3.2.4", [], 0, TrustLevel.Imported, TimeSpan.FromHours(3), Job);

        Assert.Contains("No packages are left.", Panel(Open()));
        Assert.Empty(Open("?tab=use").FindAll("pre"));
    }

    [Fact]
    public async Task Visitor_NotSignedIn_SeesNoDeleteButtons()
    {
        await Seed.SignedAsync("hashicorp/null", "3.2.4", ["linux_amd64"], 5_000_000, TimeSpan.FromHours(3), Job);

        var page = Open();

        Assert.DoesNotContain(page.FindAll("button"), IsDeletion);
    }

    [Fact]
    public async Task Platform_DeletedAfterTheSessionEndedElsewhere_IsDenied()
    {
        await Seed.SignedAsync("hashicorp/null", "3.2.4", ["linux_amd64"], 5_000_000, TimeSpan.FromHours(3), Job);
        var user = SignIn();
        var dialogs = Render<MudDialogProvider>();
        var page = Open();

        await Services.GetRequiredService<Sessions>().EndAsync(user, CancellationToken.None);
        var deleting = page.Find("button[aria-label='Delete linux/amd64']").ClickAsync(new());
        await dialogs.Find(".confirm .danger").ClickAsync(new());
        await deleting;

        page.WaitForAssertion(() => Assert.DoesNotContain(page.FindAll("button"), IsDeletion));
        Assert.True(Services.GetRequiredService<Notifications>().Current!.Failed);
        Assert.Single((await StoredAsync("hashicorp/null", "3.2.4"))!.Platforms);
    }

    [Fact]
    public async Task Platform_DeletedAndConfirmed_IsRemoved()
    {
        await Seed.SignedAsync("hashicorp/null", "3.2.4", ["linux_amd64", "darwin_arm64"], 5_000_000, TimeSpan.FromHours(3), Job);
        SignIn();
        var dialogs = Render<MudDialogProvider>();
        var page = Open();

        var deleting = page.Find("button[aria-label='Delete linux/amd64']").ClickAsync(new());

        Assert.Contains("Delete one package of hashicorp/null 3.2.4?", dialogs.WaitForElement(".confirm").TextContent);
        Assert.Equal(["linux/amd64, 4.9 MB"], dialogs.FindAll(".confirm li").Select(item => item.TextContent));
        await dialogs.Find(".confirm .danger").ClickAsync(new());
        await deleting;
        page.WaitForAssertion(() => Assert.Equal(["darwin/arm64"], page.FindAll(".platform a").Select(chip => chip.TextContent)));
        Assert.Equal(["darwin_arm64"], (await StoredAsync("hashicorp/null", "3.2.4"))!.Platforms.Select(package => package.Platform.Value));
        Assert.Equal(new Notification("Deleted linux/amd64.", false), Services.GetRequiredService<Notifications>().Current);
    }

    [Fact]
    public async Task Platform_DeletedAndNotConfirmed_Stays()
    {
        await Seed.SignedAsync("hashicorp/null", "3.2.4", ["linux_amd64"], 5_000_000, TimeSpan.FromHours(3), Job);
        SignIn();
        var dialogs = Render<MudDialogProvider>();
        var page = Open();

        var deleting = page.Find("button[aria-label='Delete linux/amd64']").ClickAsync(new());
        await dialogs.WaitForElements(".confirm button")[0].ClickAsync(new());
        await deleting;

        Assert.Empty(dialogs.FindAll(".confirm"));
        Assert.Single((await StoredAsync("hashicorp/null", "3.2.4"))!.Platforms);
        Assert.Null(Services.GetRequiredService<Notifications>().Current);
    }

    [Fact]
    public async Task Mirror_DeletedAndConfirmed_IsRemovedAndNavigatesToTheList()
    {
        await Seed.SignedAsync("hashicorp/null", "3.2.4", ["linux_amd64", "darwin_arm64"], 5_000_000, TimeSpan.FromHours(3), Job);
        SignIn();
        var dialogs = Render<MudDialogProvider>();
        var page = Open();

        var deleting = Button(page, "Delete Mirror").ClickAsync(new());
        Assert.Equal(
            ["darwin/arm64, 4.9 MB", "linux/amd64, 4.9 MB"], dialogs.WaitForElements(".confirm li").Select(item => item.TextContent));
        await dialogs.Find(".confirm .danger").ClickAsync(new());
        await deleting;

        page.WaitForAssertion(() => Assert.Equal("groups/default/-/provider-mirrors", Address));
        Assert.Null(await StoredAsync("hashicorp/null", "3.2.4"));
        await using var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext();
        var row = db.Audit.Single(row => row.Action == "version.delete");
        Assert.Equal((PrincipalKind.Admin, "registry.terraform.io/hashicorp/null"), (row.PrincipalKind, row.Provider));
    }

    [Fact]
    public async Task Deleting_AfterTheSessionEndedElsewhere_IsDeniedAndHidesTheButtons()
    {
        await Seed.SignedAsync("hashicorp/null", "3.2.4", ["linux_amd64"], 5_000_000, TimeSpan.FromHours(3), Job);
        var user = SignIn();
        var dialogs = Render<MudDialogProvider>();
        var page = Open();

        await Services.GetRequiredService<Sessions>().EndAsync(user, CancellationToken.None);
        var deleting = Button(page, "Delete Mirror").ClickAsync(new());
        await dialogs.WaitForElement(".confirm .danger").ClickAsync(new());
        await deleting;

        page.WaitForAssertion(() => Assert.DoesNotContain(page.FindAll("button"), IsDeletion));
        Assert.True(Services.GetRequiredService<Notifications>().Current!.Failed);
        Assert.NotNull(await StoredAsync("hashicorp/null", "3.2.4"));
    }

    [Fact]
    public async Task Version_ChangedWhileShown_IsRefreshed()
    {
        await Seed.SignedAsync("hashicorp/null", "3.2.4", ["linux_amd64", "linux_arm64"], 5_000_000, TimeSpan.FromHours(3), Job);
        var page = Open();

        await Services.GetRequiredService<CatalogWriter>().DeletePackageAsync(
            MirrorDbContext.DefaultGroupId,
            ProviderAddress.Parse("hashicorp/null"),
            ProviderVersion.Parse("3.2.4"),
            Platform.Parse("linux_arm64"),
            Job,
            CancellationToken.None);
        Time.Advance(CatalogWatch.Interval);

        page.WaitForAssertion(() => Assert.Single(page.FindAll(".platform")));
    }

    [Fact]
    public async Task Version_ThatARuleDenies_SaysSoAtTheTopAndOffersNoConfiguration()
    {
        await Seed.SignedAsync("hashicorp/null", "3.2.4", ["linux_amd64"], 5_000_000, TimeSpan.FromHours(3), Job);
        var page = Open();
        Assert.Empty(page.FindAll(".blocked"));
        Assert.NotEmpty(Open("?tab=use").FindAll("pre"));

        await Policies.AddRuleAsync(
            MirrorDbContext.DefaultGroupId,
            new PolicyRule(0, PolicyRuleKind.Deny, ProviderPattern.Parse("hashicorp/*"), VersionConstraint.Parse(">= 3.2"), "not yet"),
            Job,
            CancellationToken.None);
        Time.Advance(CatalogWatch.Interval);

        page.WaitForAssertion(() => Assert.Contains(
            "the rule 'Deny registry.terraform.io/hashicorp/* >= 3.2 (not yet)' denies it", page.Find(".blocked").TextContent));
        Assert.Equal("groups/default/-/policy", page.Find(".blocked a").GetAttribute("href"));
        Assert.Empty(Open("?tab=use").FindAll("pre"));
        Assert.Contains("no configuration to copy", Panel(Open("?tab=use")));
    }

    [Fact]
    public async Task Version_ThatIsTooNew_SaysWhenItBecomesVisible()
    {
        await Seed.SignedAsync("hashicorp/null", "3.2.4", ["linux_amd64"], 5_000_000, TimeSpan.FromHours(3), Job);
        await Policies.SetMinimumReleaseAgeAsync(MirrorDbContext.DefaultGroupId, TimeSpan.FromDays(3), Job, CancellationToken.None);

        var page = Open();

        Assert.Contains("because it is too new. It becomes visible in 3 days.", page.Find(".blocked").TextContent);
        Assert.Equal("2026-01-04 08:00:00 UTC", page.Find(".blocked time").GetAttribute("title"));
        Assert.Empty(Open("?tab=use").FindAll("pre"));

        // Without a reload.
        for (int day = 0; day < 3; day++)
        {
            Time.Advance(TimeSpan.FromDays(1));
        }

        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".blocked")));
    }

    private static bool IsDeletion(IElement button) =>
        $"{button.TextContent} {button.GetAttribute("aria-label")}".Contains("Delete", StringComparison.Ordinal);

    private static IElement Button(IRenderedComponent<VersionPage> page, string text) =>
        page.FindAll("button").Single(button => button.TextContent.Trim() == text);

    /// <summary>The text of the open tab.</summary>
    private static string Panel(IRenderedComponent<VersionPage> page) =>
        Squeeze(page.Find("[role=tabpanel]").TextContent);

    private static string Squeeze(string text) => System.Text.RegularExpressions.Regex.Replace(text, @"\s+", " ");

    private Policies Policies => Services.GetRequiredService<Policies>();

    private IRenderedComponent<VersionPage> Open(string query = "", string group = "default")
    {
        Navigation.NavigateTo(Url.Replace("default", group, StringComparison.Ordinal) + query);
        return Render<VersionPage>(parameters => parameters
            .Add(page => page.Group, group)
            .Add(page => page.Hostname, "registry.terraform.io")
            .Add(page => page.Namespace, "hashicorp")
            .Add(page => page.Type, "null")
            .Add(page => page.Version, "3.2.4"));
    }
}
