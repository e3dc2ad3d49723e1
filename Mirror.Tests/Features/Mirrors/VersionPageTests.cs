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
        Assert.Equal("registry.terraform.io/hashicorp/null", page.Find(".address span").TextContent);
        string facts = page.Find(".facts").TextContent;
        Assert.Contains("3 hours ago", facts);
        Assert.Contains("2 platforms, 9.7 MB", facts);
        Assert.Equal("#icon-robot", page.Find(".facts .principal use").GetAttribute("href"));
        Assert.Equal("2026-01-01 09:00:00 UTC by run-7", page.Find(".facts time").GetAttribute("title"));
        string trust = page.Find("section[aria-labelledby=trust-heading]").TextContent;
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

        string trust = Open().Find("section[aria-labelledby=trust-heading]").TextContent;

        Assert.Contains("not pinned", trust);
        Assert.Contains("expired; Terraform accepts it too", trust);
    }

    [Fact]
    public async Task Version_Imported_ShowsThatNoSignatureWasSeen()
    {
        await Seed.AddAsync("hashicorp/null", "3.2.4", ["linux_amd64"], 5_000_000, TrustLevel.Imported, TimeSpan.FromHours(3), Job);

        var panel = Open().Find("section[aria-labelledby=trust-heading]");

        Assert.Contains("No publisher signature was seen", panel.TextContent);
        Assert.Empty(panel.QuerySelectorAll("dl"));
    }

    [Fact]
    public async Task Version_InAWorkspace_CanBeDeletedOnlyInItsRootGroup()
    {
        await AddNamespacesAsync(["default/network"], "default/network");
        await Seed.SignedAsync("hashicorp/null", "3.2.4", ["linux_amd64"], 5_000_000, TimeSpan.FromHours(3), Job);
        Assert.Empty(Open(group: "default/network").FindAll(".note a"));
        SignIn();

        var page = Open(group: "default/network");

        Assert.Empty(page.FindAll("button.danger, .chips button"));
        Assert.Equal(Url, page.Find(".note a").GetAttribute("href"));
    }

    [Fact]
    public async Task Version_WithAFailedPlatform_ShowsTheReasonAndTheNextAttempt()
    {
        await Seed.SignedAsync("hashicorp/null", "3.2.4", ["linux_amd64"], 5_000_000, TimeSpan.FromHours(3), Job);
        Assert.Empty(Open().FindAll(".issues"));
        await Services.GetRequiredService<Quarantine>().AddAsync(
            MirrorDbContext.DefaultGroupId,
            ProviderAddress.Parse("hashicorp/null"),
            ProviderVersion.Parse("3.2.4"),
            Platform.Parse("darwin_arm64"),
            "its SHA-256 differs",
            Job,
            CancellationToken.None);

        string text = Open().Find(".issues").TextContent;

        Assert.Contains("darwin/arm64", text);
        Assert.Contains("its SHA-256 differs", text);
        Assert.Contains("Retried after 2026-01-01 12:01:00 UTC", text);
    }

    [Fact]
    public async Task Chip_Selected_ShowsSizeHashesAndDownloads()
    {
        await Seed.SignedAsync("hashicorp/null", "3.2.4", ["linux_amd64", "darwin_arm64"], 5_000_000, TimeSpan.FromHours(3), Job);
        var package = (await StoredAsync("hashicorp/null", "3.2.4"))!.Platforms.Single(x => x.Platform.Value == "linux_amd64");
        Assert.Empty(Open().FindAll(".panel"));

        var page = Open("?platform=linux_amd64");

        Assert.Equal("linux/amd64", page.Find(".platform a[aria-current=true]").TextContent);
        string panel = page.Find(".panel").TextContent;
        Assert.Contains("4.9 MB", panel);
        Assert.Contains(package.Digest.ZipHash.Value, panel);
        Assert.Contains(package.ContentHash!.Value.Value, panel);
        Assert.Contains("4, last 1 hour ago", System.Text.RegularExpressions.Regex.Replace(panel, @"\s+", " "));
        Assert.Contains(page.FindAll(".panel button"), button => button.GetAttribute("data-copy") == package.Digest.ZipHash.Value);
    }

    [Fact]
    public async Task LockFileBlock_OfAVersion_ListsTheHashesOfEveryStoredPlatform()
    {
        await Seed.SignedAsync("hashicorp/null", "3.2.4", ["linux_amd64", "darwin_arm64"], 5_000_000, TimeSpan.FromHours(3), Job);
        var stored = (await StoredAsync("hashicorp/null", "3.2.4"))!;

        var block = Open()
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

        var page = Open();

        Assert.Contains("No packages are left.", page.Find("section[aria-labelledby=platforms-heading]").TextContent);
        Assert.Empty(page.FindAll("pre"));
    }

    [Fact]
    public async Task Visitor_NotSignedIn_SeesNoDeleteButtons()
    {
        await Seed.SignedAsync("hashicorp/null", "3.2.4", ["linux_amd64"], 5_000_000, TimeSpan.FromHours(3), Job);

        var page = Open();

        Assert.Empty(page.FindAll(".platform button"));
        Assert.DoesNotContain(page.FindAll("button"), button => button.TextContent.Contains("Delete", StringComparison.Ordinal));
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

        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".platform button")));
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

        var deleting = page.Find(".heading .danger").ClickAsync(new());
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
        var deleting = page.Find(".heading .danger").ClickAsync(new());
        await dialogs.WaitForElement(".confirm .danger").ClickAsync(new());
        await deleting;

        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".heading .danger")));
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
        Assert.Empty(page.FindAll("[role=alert]"));
        Assert.NotEmpty(page.FindAll("#use-heading"));

        await Policies.AddRuleAsync(
            MirrorDbContext.DefaultGroupId, PolicyRuleKind.Deny, ProviderPattern.Parse("hashicorp/*"), VersionConstraint.Parse(">= 3.2"),
            "not yet", Job, CancellationToken.None);
        Time.Advance(CatalogWatch.Interval);

        page.WaitForAssertion(() => Assert.Contains(
            "the rule 'Deny registry.terraform.io/hashicorp/* >= 3.2 (not yet)' denies it", page.Find("[role=alert]").TextContent));
        Assert.Equal("groups/default/-/policy", page.Find("[role=alert] a").GetAttribute("href"));
        Assert.Empty(page.FindAll("#use-heading, pre"));
    }

    [Fact]
    public async Task Version_ThatIsTooNew_SaysWhenItBecomesVisible()
    {
        await Seed.SignedAsync("hashicorp/null", "3.2.4", ["linux_amd64"], 5_000_000, TimeSpan.FromHours(3), Job);
        await Policies.SetMinimumReleaseAgeAsync(MirrorDbContext.DefaultGroupId, TimeSpan.FromDays(3), Job, CancellationToken.None);

        var page = Open();

        Assert.Contains("because it is too new. It becomes visible in 3 days.", page.Find("[role=alert]").TextContent);
        Assert.Equal("2026-01-04 08:00:00 UTC", page.Find("[role=alert] time").GetAttribute("title"));
        Assert.Empty(page.FindAll("#use-heading"));

        Time.Advance(TimeSpan.FromDays(3));
        page = Open();

        Assert.Empty(page.FindAll("[role=alert]"));
        Assert.NotEmpty(page.FindAll("#use-heading"));
    }

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
