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

        var rule = page.Find("section[aria-labelledby=Deny-heading] li");
        Assert.Equal("community/*", rule.QuerySelector(".provider")!.TextContent);
        Assert.Equal("< 2.0", rule.QuerySelector(".versions")!.TextContent);
        Assert.Equal("old releases leak", rule.QuerySelector(".comment")!.TextContent);
        Assert.Equal(
            "No allow rules: everything that is not denied is allowed.",
            page.Find("section[aria-labelledby=Allow-heading] .none").TextContent);
        Assert.Equal("Any age", page.Find("section[aria-labelledby=age-heading] strong").TextContent);
        Assert.Empty(page.FindAll("button"));
        Assert.Empty(page.FindAll("form"));
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
        Assert.Equal("groups/default/-/policy", page.Find(".state a").GetAttribute("href"));
    }

    [Fact]
    public async Task Rule_Added_TakesEffectAndClearsTheForm()
    {
        SignIn();
        var page = Open();

        await page.Find("#rule-kind").ChangeAsync(nameof(PolicyRuleKind.Allow));
        await page.Find("#rule-provider").InputAsync("hashicorp/*");
        await page.Find("#rule-versions").InputAsync("~> 5.0");
        await page.Find("form.add").SubmitAsync();

        var rule = Assert.Single((await Policies.FindAsync(MirrorDbContext.DefaultGroupId, CancellationToken.None)).Rules);
        Assert.Equal(
            (PolicyRuleKind.Allow, "registry.terraform.io/hashicorp/*", "~> 5.0"),
            (rule.Kind, rule.Provider.ToString(), rule.Versions?.ToString()));
        page.WaitForAssertion(() => Assert.Equal("hashicorp/*", page.Find("section[aria-labelledby=Allow-heading] .provider").TextContent));
        Assert.Equal("", page.Find("#rule-provider").GetAttribute("value") ?? "");
    }

    [Theory]
    [InlineData("", "", "#rule-provider-note", "Enter the providers")]
    [InlineData("aws", "", "#rule-provider-note", "“aws” is not a provider pattern; expected namespace/type")]
    [InlineData("hashicorp/aws", "old", "#rule-versions-note", "“old” is not a version constraint; expected conditions")]
    public async Task Rule_Invalid_IsNotAddedAndShowsWhatWasExpected(string provider, string versions, string note, string problem)
    {
        SignIn();
        var page = Open();

        await page.Find("#rule-provider").InputAsync(provider);
        await page.Find("#rule-versions").InputAsync(versions);
        await page.Find("form.add").SubmitAsync();

        Assert.StartsWith(problem, page.Find(note).TextContent, StringComparison.Ordinal);
        Assert.Empty((await Policies.FindAsync(MirrorDbContext.DefaultGroupId, CancellationToken.None)).Rules);
    }

    [Theory]
    [InlineData("3d", 72)]
    [InlineData("36h", 36)]
    [InlineData("", null)]
    public async Task MinimumAge_Saved_TakesEffect(string text, int? hours)
    {
        SignIn();
        await Policies.SetMinimumReleaseAgeAsync(
            MirrorDbContext.DefaultGroupId, TimeSpan.FromHours(1), Principal.Admin, CancellationToken.None);
        var page = Open();
        Assert.Equal("1h", page.Find("#age").GetAttribute("value"));

        await page.Find("#age").ChangeAsync(text);
        await page.Find("form.age").SubmitAsync();

        Assert.Equal(
            hours is { } h ? TimeSpan.FromHours(h) : null,
            (await Policies.FindAsync(MirrorDbContext.DefaultGroupId, CancellationToken.None)).MinimumReleaseAge);
    }

    [Fact]
    public async Task MinimumAge_ThatIsNoDuration_ShowsWhatWasExpected()
    {
        SignIn();
        var page = Open();

        await page.Find("#age").ChangeAsync("a week");
        await page.Find("form.age").SubmitAsync();

        Assert.StartsWith(
            "“a week” is not a duration; enter a value such as 72h or 7d", page.Find("#age-note").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Change_AfterTheSessionEnded_ChangesNothing()
    {
        var user = SignIn();
        var page = Open();
        await Services.GetRequiredService<Sessions>().EndAsync(user, CancellationToken.None);

        await page.Find("#rule-provider").InputAsync("hashicorp/*");
        await page.Find("form.add").SubmitAsync();

        Assert.Empty((await Policies.FindAsync(MirrorDbContext.DefaultGroupId, CancellationToken.None)).Rules);
        Assert.True(Services.GetRequiredService<Notifications>().Current!.Failed);
        Assert.Empty(page.FindAll("form.add"));
    }

    private Task<PolicyRule> DenyAsync(string provider, string versions, string comment) => Policies.AddRuleAsync(
        MirrorDbContext.DefaultGroupId,
        PolicyRuleKind.Deny,
        ProviderPattern.Parse(provider),
        VersionConstraint.Parse(versions),
        comment,
        Principal.Admin,
        CancellationToken.None);

    private IRenderedComponent<PolicyPage> Open(string group = "default") =>
        Render<PolicyPage>(parameters => parameters.Add(page => page.Group, group));
}
