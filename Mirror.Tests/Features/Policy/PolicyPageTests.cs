using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Core.Policy;
using Mirror.Tests.Ui;
using Mirror.Web.Features.Policy;
using Mirror.Web.Http;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Tests.Features.Policy;

public sealed class PolicyPageTests : UiFixture
{
    private Policies Policies => Services.GetRequiredService<Policies>();

    [Fact]
    public async Task Policy_ForAViewer_IsReadOnly()
    {
        await DenyAsync("community/*", "< 2.0", "old releases leak");

        var page = Open();

        var row = Assert.Single(page.FindAll("tbody tr"));
        Assert.Equal(
            ["1", "Deny", "community/*", "< 2.0", "old releases leak", "admin, just now", "enabled"],
            row.QuerySelectorAll("td").Select(cell => string.Join(' ', cell.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))));
        Assert.Contains("There is no allow rule, so everything that is not denied is allowed.", page.Markup, StringComparison.Ordinal);
        Assert.Equal("Any age", page.Find("section[aria-labelledby=age-heading] strong").TextContent);
        Assert.Empty(page.FindAll("main button, section button, .page-actions button"));
    }

    [Fact]
    public async Task Policy_OfANestedGroup_LinksToItsRootGroup()
    {
        await using (var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext())
        {
            db.Namespaces.Add(
                new NamespaceRow { ParentId = MirrorDbContext.DefaultGroupId, RootGroupId = MirrorDbContext.DefaultGroupId, Path = "default/network" });
            await db.SaveChangesAsync();
        }

        var page = Open("default/network");

        Assert.Equal("default/network shares the policy of default", page.Find("h2").TextContent);
        Assert.NotEmpty(page.FindAll("a[href='groups/default/-/policy']"));
    }

    [Fact]
    public async Task Rule_Added_ShowsWhatItHidesBeforeItIsSaved()
    {
        await Seed.SignedAsync("hashicorp/aws", "5.0.0", ["linux_amd64"], 1_000, TimeSpan.FromDays(9), Principal.Anonymous);
        await Seed.SignedAsync("hashicorp/aws", "6.0.0", ["linux_amd64"], 1_000, TimeSpan.FromDays(9), Principal.Anonymous);
        SignIn();
        var overlays = new Overlays(this);
        var page = Open();

        await page.FindAll("button").Single(button => button.TextContent.Trim() == "Add rule").ClickAsync(new());
        Assert.Equal("Complete the form to see what the change hides.", Preview(overlays));
        await overlays.Field("Providers").InputAsync("hashicorp/*");
        Time.Advance(Debouncer.TypingDelay);
        overlays.Dialogs.WaitForAssertion(() => Assert.Equal("Hides 2 stored versions of 1 provider.", Preview(overlays)));
        await overlays.Field("Versions").InputAsync("~> 6.0");
        Time.Advance(Debouncer.TypingDelay);
        overlays.Dialogs.WaitForAssertion(() => Assert.Equal("Hides 1 stored version of 1 provider.", Preview(overlays)));
        Assert.Empty(await RulesAsync());
        await overlays.SubmitAsync();

        var rule = Assert.Single(await RulesAsync());
        Assert.Equal(
            (PolicyRuleKind.Deny, "registry.terraform.io/hashicorp/*", "~> 6.0"), (rule.Kind, rule.Provider.ToString(), rule.Versions?.ToString()));
        page.WaitForAssertion(() => Assert.Equal("hashicorp/*", page.Find("tbody .provider").TextContent));
    }

    [Fact]
    public async Task AllowRule_Added_WarnsThatItHidesTheOthers()
    {
        await Seed.SignedAsync("hashicorp/aws", "5.0.0", ["linux_amd64"], 1_000, TimeSpan.FromDays(9), Principal.Anonymous);
        SignIn();
        var overlays = new Overlays(this);
        var page = Open();

        await page.FindAll("button").Single(button => button.TextContent.Trim() == "Add rule").ClickAsync(new());
        await overlays.Choice("hides everything that no allow rule names").ClickAsync(new());
        await overlays.Field("Providers").InputAsync("acme/*");
        Time.Advance(Debouncer.TypingDelay);

        overlays.Dialogs.WaitForAssertion(() => Assert.Equal("Hides 1 stored version of 1 provider.", Preview(overlays)));
        Assert.Contains("hashicorp/aws", overlays.Dialogs.Find(".policy-preview-names").TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "", "Providers", "Enter the providers")]
    [InlineData("aws", "", "Providers", "“aws” is not a provider pattern; expected namespace/type")]
    [InlineData("hashicorp/aws", "old", "Versions", "“old” is not a version constraint; expected conditions")]
    public async Task Rule_Invalid_IsNotAddedAndShowsWhatWasExpected(string provider, string versions, string field, string problem)
    {
        SignIn();
        var overlays = new Overlays(this);
        var page = Open();

        await page.FindAll("button").Single(button => button.TextContent.Trim() == "Add rule").ClickAsync(new());
        await overlays.Field("Providers").InputAsync(provider);
        await overlays.Field("Versions").InputAsync(versions);
        await overlays.SubmitAsync();

        Assert.StartsWith(problem, overlays.Problem(field), StringComparison.Ordinal);
        Assert.Empty(await RulesAsync());
    }

    [Fact]
    public async Task Rule_Edited_KeepsItsPlaceAndNamesWhoChangedIt()
    {
        await DenyAsync("community/*", "< 2.0", "old releases leak");
        SignIn();
        var overlays = new Overlays(this);
        var page = Open();

        await overlays.ChooseAsync(page, "Actions for Deny community/* < 2.0", "Edit");
        Assert.Equal("community/*", overlays.Field("Providers").GetAttribute("value"));
        await overlays.Field("Versions").InputAsync("< 3.0");
        await overlays.SubmitAsync();

        var rule = Assert.Single(await RulesAsync());
        Assert.Equal(("< 3.0", "old releases leak", 1, "admin"), (rule.Versions?.ToString(), rule.Comment, rule.Position, rule.ChangedBy));
    }

    [Fact]
    public async Task Rule_DisabledThenDeleted_ShowsWhatBecomesAvailable()
    {
        await Seed.SignedAsync("hashicorp/aws", "5.0.0", ["linux_amd64"], 1_000, TimeSpan.FromDays(9), Principal.Anonymous);
        await DenyAsync("hashicorp/*", "< 6.0", "old");
        SignIn();
        var overlays = new Overlays(this);
        var page = Open();

        await overlays.ChooseAsync(page, "Actions for Deny hashicorp/* < 6.0", "Disable");
        overlays.Dialogs.WaitForAssertion(() => Assert.Equal("Makes 1 stored version of 1 provider available.", Preview(overlays)));
        await overlays.SubmitAsync();
        Assert.False(Assert.Single(await RulesAsync()).Enabled);
        Assert.Equal("disabled", page.FindAll("tbody td")[6].TextContent);

        await overlays.ChooseAsync(page, "Actions for Deny hashicorp/* < 6.0", "Delete");
        overlays.Dialogs.WaitForAssertion(
            () => Assert.Equal("Hides no known version, and makes none available.", Preview(overlays)));
        await overlays.SubmitAsync();
        Assert.Empty(await RulesAsync());
    }

    [Fact]
    public async Task Rules_Moved_KeepTheirOrder()
    {
        await DenyAsync("first/*", "< 2.0", "one");
        await DenyAsync("second/*", "< 2.0", "two");
        SignIn();
        var page = Open();
        Assert.True(page.Find("button[aria-label='Move up: Deny first/* < 2.0']").HasAttribute("disabled"));

        await page.Find("button[aria-label='Move up: Deny second/* < 2.0']").ClickAsync(new());

        Assert.Equal(["second/*", "first/*"], page.FindAll("tbody .provider").Select(cell => cell.TextContent));
        Assert.Equal([("second/*", 1), ("first/*", 2)], (await RulesAsync()).Select(rule => (rule.Provider.Display, rule.Position)));
    }

    [Theory]
    [InlineData("3d", 72, "Hides 1 stored version of 1 provider.")]
    [InlineData("36h", 36, "Hides no known version, and makes none available.")]
    [InlineData("", null, "Hides no known version, and makes none available.")]
    public async Task MinimumAge_Saved_TakesEffect(string text, int? hours, string preview)
    {
        await Seed.SignedAsync("hashicorp/aws", "5.0.0", ["linux_amd64"], 1_000, TimeSpan.FromDays(2), Principal.Anonymous);
        SignIn();
        await Policies.SetMinimumReleaseAgeAsync(
            MirrorDbContext.DefaultGroupId, TimeSpan.FromHours(1), Principal.Admin, CancellationToken.None);
        var overlays = new Overlays(this);
        var page = Open();

        await page.Find("button[aria-label='Change the minimum release age']").ClickAsync(new());
        Assert.Equal("1h", overlays.Field("Minimum release age").GetAttribute("value"));
        await overlays.Field("Minimum release age").InputAsync(text);
        Time.Advance(Debouncer.TypingDelay);
        overlays.Dialogs.WaitForAssertion(() => Assert.Equal(preview, Preview(overlays)));
        await overlays.SubmitAsync();

        Assert.Equal(
            hours is { } h ? TimeSpan.FromHours(h) : null,
            (await Policies.FindAsync(MirrorDbContext.DefaultGroupId, CancellationToken.None)).MinimumReleaseAge);
    }

    [Fact]
    public async Task MinimumAge_ThatIsNoDuration_ShowsWhatWasExpected()
    {
        SignIn();
        var overlays = new Overlays(this);
        var page = Open();

        await page.Find("button[aria-label='Change the minimum release age']").ClickAsync(new());
        await overlays.Field("Minimum release age").InputAsync("a week");
        await overlays.SubmitAsync();

        Assert.StartsWith(
            "“a week” is not a duration; enter a value such as 72h or 7d", overlays.Problem("Minimum release age"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Change_AfterTheSessionEnded_ChangesAndShowsNothing()
    {
        await Seed.SignedAsync("hashicorp/aws", "5.0.0", ["linux_amd64"], 1_000, TimeSpan.FromDays(9), Principal.Anonymous);
        var user = SignIn();
        var overlays = new Overlays(this);
        var page = Open();
        await page.FindAll("button").Single(button => button.TextContent.Trim() == "Add rule").ClickAsync(new());
        await Services.GetRequiredService<Sessions>().EndAsync(user, CancellationToken.None);

        await overlays.Field("Providers").InputAsync("hashicorp/*");
        Time.Advance(Debouncer.TypingDelay);
        await overlays.SubmitAsync();

        Assert.Empty(await RulesAsync());
        Assert.True(Services.GetRequiredService<Notifications>().Current!.Failed);
        Assert.DoesNotContain(page.FindAll("button"), button => button.TextContent.Trim() == "Add rule");
        Assert.DoesNotContain("hashicorp/aws", overlays.Dialogs.Markup, StringComparison.Ordinal);
    }

    private static string Preview(Overlays overlays) => overlays.Dialogs.Find(".policy-preview").TextContent.Trim();

    private async Task<IReadOnlyList<PolicyRule>> RulesAsync() =>
        (await Policies.FindAsync(MirrorDbContext.DefaultGroupId, CancellationToken.None)).Rules;

    private Task<PolicyRule> DenyAsync(string provider, string versions, string comment) => Policies.AddRuleAsync(
            MirrorDbContext.DefaultGroupId,
            new PolicyRule(0, PolicyRuleKind.Deny, ProviderPattern.Parse(provider), VersionConstraint.Parse(versions), comment),
            Principal.Admin,
            CancellationToken.None);

    private IRenderedComponent<PolicyPage> Open(string group = "default") =>
        Render<PolicyPage>(parameters => parameters.Add(page => page.Group, group));
}
