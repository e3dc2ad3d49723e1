using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Access;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Core.Identity.Federation;
using Mirror.Web.Features.Groups;
using MudBlazor;

namespace Mirror.Tests.Features.Groups;

public sealed class ServiceAccountsPageTests : AdministrationFixture
{
    private const string Issuer = "https://token.actions.githubusercontent.com";

    [Fact]
    public async Task ServiceAccount_Created_IsListedWithItsRole()
    {
        await AddGroupsAsync();
        SignIn();
        var page = OpenAccounts();
        Assert.Equal("No service accounts yet.", page.Find(".none").TextContent);

        await page.Find("#account-name").InputAsync("ci");
        await page.Find("#account-role").ChangeAsync(nameof(Role.Deployer));
        await page.Find("form").SubmitAsync();

        Assert.StartsWith("platform/ci", page.Find(".entries .what").TextContent.Trim(), StringComparison.Ordinal);
        Assert.Equal(nameof(Role.Deployer), page.Find(".entries .chip").TextContent);
    }

    [Fact]
    public async Task ServiceAccount_WithAnExistingName_ShowsAnError()
    {
        await AddAccountAsync();
        SignIn();
        var page = OpenAccounts();

        await page.Find("#account-name").InputAsync("ci");
        await page.Find("form").SubmitAsync();

        Assert.Equal("The service account ci already exists.", page.Find("#account-note").TextContent);
    }

    [Fact]
    public async Task Token_Created_IsShownOnceAndWorksUntilItIsRevoked()
    {
        await AddAccountAsync();
        SignIn();
        var dialogs = Render<MudDialogProvider>();
        var page = OpenAccounts();

        await page.Find("button[aria-label='New token for ci']").ClickAsync(new());
        string text = page.Find(".once pre").TextContent;
        Assert.Equal("platform/ci", (await FindAsync(text))!.Principal.Name);

        await page.Find(".once .button:not(.copy)").ClickAsync(new());
        Assert.DoesNotContain(text, page.Markup, StringComparison.Ordinal);
        Assert.Contains("expires 20", page.Find(".entries .entries .facts").TextContent, StringComparison.Ordinal);

        var revoking = page.Find(".entries .entries button").ClickAsync(new());
        await dialogs.WaitForElement(".confirm .danger").ClickAsync(new());
        await revoking;
        Assert.Null(await FindAsync(text));
    }

    [Fact]
    public async Task ServiceAccount_DeletedAndConfirmed_IsRemovedWithItsTokens()
    {
        await AddAccountAsync();
        SignIn();
        var dialogs = Render<MudDialogProvider>();
        var page = OpenAccounts();

        var deleting = page.Find("button[aria-label='Delete ci']").ClickAsync(new());
        await dialogs.WaitForElement(".confirm .danger").ClickAsync(new());
        await deleting;

        Assert.Empty(
            await Services.GetRequiredService<ServiceAccounts>().ListAsync((await ScopeAsync("platform"))!, CancellationToken.None));
        Assert.Equal("No service accounts yet.", page.Find(".none").TextContent);
    }

    [Fact]
    public async Task Trust_WithoutAServiceAccount_CannotBeAdded()
    {
        await AddGroupsAsync();
        SignIn();

        var section = OpenAccounts().Find("section[aria-labelledby=trusts-heading]");

        Assert.Equal("No trusted issuers.", section.QuerySelector(".none")!.TextContent);
        Assert.StartsWith("Create a service account first", section.QuerySelector(".hint")!.TextContent, StringComparison.Ordinal);
        Assert.Null(section.QuerySelector("form"));
    }

    [Fact]
    public async Task Trust_Added_IsListedWithAllItsConditions()
    {
        await AddAccountAsync();
        SignIn();
        var page = OpenAccounts();

        await SubmitTrustAsync(page, Issuer, "https://mirror.example.com", "sub = repo:example/infra:*\n\nref=refs/heads/main\n");

        string text = page.Find("section[aria-labelledby=trusts-heading] .entries li").TextContent;
        Assert.Contains($"ci trusts {Issuer}", text, StringComparison.Ordinal);
        Assert.Contains(
            "for https://mirror.example.com where ref=refs/heads/main sub=repo:example/infra:*", text, StringComparison.Ordinal);
        Assert.Equal("", page.Find("#trust-issuer").GetAttribute("value"));
        var (account, trust) = Assert.Single(await TrustsAsync());
        Assert.Equal(("ci", Issuer, "admin"), (account, trust.Issuer, trust.CreatedBy));
    }

    [Theory]
    [InlineData(
        "token.actions.githubusercontent.com", "mirror", "sub=repo:*", "issuer", "'token.actions.githubusercontent.com' is not an issuer")]
    [InlineData(Issuer, " ", "sub=repo:*", "audience", "'' is not an audience")]
    [InlineData(Issuer, "mirror", "", "claims", "Without a condition, every token of the issuer would be trusted")]
    [InlineData(Issuer, "mirror", "sub=*", "claims", "Without a condition, every token of the issuer would be trusted")]
    [InlineData(Issuer, "mirror", "repo:example", "claims", "'repo:example' is not a condition")]
    [InlineData(Issuer, "mirror", "sub=a\nsub=b", "claims", "'sub=b' is not a condition, or repeats a claim")]
    public async Task Trust_Invalid_IsNotAddedAndShowsTheReason(string issuer, string audience, string claims, string field, string problem)
    {
        await AddAccountAsync();
        SignIn();
        var page = OpenAccounts();

        await SubmitTrustAsync(page, issuer, audience, claims);

        Assert.StartsWith(problem, page.Find($"#trust-{field}-note.problem").TextContent, StringComparison.Ordinal);
        Assert.Equal("true", page.Find($"#trust-{field}").GetAttribute("aria-invalid"));
        Assert.Single(page.FindAll("form.new-trust [aria-invalid]"));
        Assert.Equal(issuer, page.Find("#trust-issuer").GetAttribute("value"));
        Assert.Empty(await TrustsAsync());
    }

    [Fact]
    public async Task Trust_RemovedAndConfirmed_IsRemoved()
    {
        await AddAccountAsync();
        SignIn();
        var dialogs = Render<MudDialogProvider>();
        var page = OpenAccounts();
        await SubmitTrustAsync(page, Issuer, "mirror", "sub=repo:*");

        var removing = page.Find("section[aria-labelledby=trusts-heading] .entries button").ClickAsync(new());
        Assert.Contains("sub=repo:*", dialogs.WaitForElement(".confirm").TextContent, StringComparison.Ordinal);
        await dialogs.Find(".confirm .danger").ClickAsync(new());
        await removing;

        Assert.Empty(await TrustsAsync());
        Assert.Equal("No trusted issuers.", page.Find("section[aria-labelledby=trusts-heading] .none").TextContent);
    }

    [Fact]
    public async Task Trust_AddedAfterTheSessionEnded_IsDenied()
    {
        await AddAccountAsync();
        var user = SignIn();
        var page = OpenAccounts();
        await EndSessionAsync(user);

        await SubmitTrustAsync(page, Issuer, "mirror", "sub=repo:*");

        Assert.StartsWith("Nothing was changed", Notification!.Text, StringComparison.Ordinal);
        Assert.Empty(await TrustsAsync());
        Assert.Contains("Only owners see the service accounts", page.Markup, StringComparison.Ordinal);
    }

    private static async Task SubmitTrustAsync(IRenderedComponent<ServiceAccountsPage> page, string issuer, string audience, string claims)
    {
        await page.Find("#trust-issuer").InputAsync(issuer);
        await page.Find("#trust-audience").InputAsync(audience);
        await page.Find("#trust-claims").InputAsync(claims);
        await page.Find("form.new-trust").SubmitAsync();
    }

    private async Task<IReadOnlyList<ServiceAccountIdentity>> TrustsAsync() =>
        await Services.GetRequiredService<FederatedIdentities>().ListAsync((await ScopeAsync("platform"))!, CancellationToken.None);

    private async Task AddAccountAsync()
    {
        await AddGroupsAsync();
        await Services.GetRequiredService<ServiceAccounts>().CreateAsync(
            (await ScopeAsync("platform"))!, "ci", Role.Viewer, AccessSubject.Admin, CancellationToken.None);
    }

    private ValueTask<AccessSubject?> FindAsync(string token) =>
        Services.GetRequiredService<AccessTokens>().FindSubjectAsync(token, CancellationToken.None);

    private IRenderedComponent<ServiceAccountsPage> OpenAccounts() => Open<ServiceAccountsPage, ServiceAccountsContent>("platform");
}
