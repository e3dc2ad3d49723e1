using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Access;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Core.Identity.Federation;
using Mirror.Tests.Ui;
using Mirror.Web.Features.Groups;

namespace Mirror.Tests.Features.Groups;

public sealed class ServiceAccountsPageTests : AdministrationFixture
{
    private const string Issuer = "https://token.actions.githubusercontent.com";

    [Fact]
    public async Task ServiceAccount_Created_IsListedWithItsRole()
    {
        await AddGroupsAsync();
        SignIn();
        var overlays = new Overlays(this);
        var page = OpenAccounts();
        Assert.Contains("No service accounts yet.", page.Markup, StringComparison.Ordinal);

        await PressAsync(page, "New service account");
        await overlays.Field("Name").ChangeAsync("ci");
        await overlays.Choice("Deployer").ClickAsync(new());
        await overlays.SubmitAsync();

        var row = Assert.Single(Rows(page, "Service accounts"));
        Assert.StartsWith("platform/ci", row[0], StringComparison.Ordinal);
        Assert.Equal(["Deployer", "0", "never"], row.Skip(1).Take(3));
    }

    [Theory]
    [InlineData("ci", "The service account ci already exists.")]
    [InlineData("C I", "“C I” is not a name.")]
    public async Task ServiceAccount_WithAnUnusableName_IsNotCreatedAndTheFieldSaysWhy(string name, string problem)
    {
        await AddAccountAsync();
        SignIn();
        var overlays = new Overlays(this);
        var page = OpenAccounts();

        await PressAsync(page, "New service account");
        await overlays.Field("Name").ChangeAsync(name);
        await overlays.SubmitAsync();

        Assert.StartsWith(problem, overlays.Problem("Name"), StringComparison.Ordinal);
        Assert.Single(Rows(page, "Service accounts"));
    }

    [Fact]
    public async Task Token_Created_IsShownOnceAndWorksUntilItIsRevoked()
    {
        await AddAccountAsync();
        SignIn();
        var overlays = new Overlays(this);
        var page = OpenAccounts();

        var creating = overlays.ChooseAsync(page, "Actions for ci", "New token");
        await overlays.Field("What for").ChangeAsync("pipeline");
        await overlays.SubmitAsync();
        await creating;
        string text = overlays.Dialogs.WaitForElement("pre").TextContent;
        Assert.Equal("platform/ci", (await FindAsync(text))!.Principal.Name);
        Assert.Contains("Shown only once", overlays.Dialogs.Markup, StringComparison.Ordinal);
        Assert.Contains("It expires at 20", overlays.Dialogs.Markup, StringComparison.Ordinal);

        await overlays.PressAsync("Done");
        Assert.DoesNotContain(text, page.Markup, StringComparison.Ordinal);
        var row = Assert.Single(Rows(page, "Access tokens"));
        Assert.Equal($"pipeline {text[..12]}…", row[0]);
        Assert.Equal("platform/ci", row[1]);
        Assert.Equal("never", row[3]);

        var revoking = overlays.ChooseAsync(page, $"Actions for pipeline {text[..12]}", "Revoke");
        await overlays.PressAsync("Revoke");
        await revoking;
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("table[aria-label='Access tokens']")));
        Assert.Null(await FindAsync(text));
    }

    [Fact]
    public async Task Token_WithoutAPurpose_IsNotCreated()
    {
        await AddAccountAsync();
        SignIn();
        var overlays = new Overlays(this);
        var page = OpenAccounts();

        var creating = overlays.ChooseAsync(page, "Actions for ci", "New token");
        await overlays.Field("What for").ChangeAsync(" ");
        await overlays.SubmitAsync();
        Assert.StartsWith("Enter what the token is for", overlays.Problem("What for"), StringComparison.Ordinal);
        await overlays.PressAsync("Cancel");
        await creating;

        Assert.Empty(page.FindAll("table[aria-label='Access tokens']"));
    }

    [Fact]
    public async Task ServiceAccount_DeletedAndConfirmed_IsRemovedWithItsTokens()
    {
        await AddAccountAsync();
        await Services.GetRequiredService<ServiceAccountTokens>().CreateAsync(
            (await ScopeAsync("platform"))!,
            new ServiceAccountTokenRequest("pipeline", null, null, "ci"),
            AccessSubject.Admin,
            CancellationToken.None);
        SignIn();
        var overlays = new Overlays(this);
        var page = OpenAccounts();

        var deleting = overlays.ChooseAsync(page, "Actions for ci", "Delete");
        Assert.StartsWith("token pipeline (mirror_", overlays.Dialogs.WaitForElement("li").TextContent, StringComparison.Ordinal);
        await overlays.PressAsync("Delete");
        await deleting;

        page.WaitForAssertion(() => Assert.Contains("No service accounts yet.", page.Markup, StringComparison.Ordinal));
        Assert.Empty(
            await Services.GetRequiredService<ServiceAccounts>().ListAsync((await ScopeAsync("platform"))!, CancellationToken.None));
    }

    [Fact]
    public async Task Trust_Added_IsListedWithAllItsConditions()
    {
        await AddAccountAsync();
        SignIn();
        var overlays = new Overlays(this);
        var page = OpenAccounts();
        Assert.Contains("No trusted issuers.", page.Markup, StringComparison.Ordinal);

        await SubmitTrustAsync(
            overlays, page, Issuer, "https://mirror.example.com", "sub = repo:example/infra:*\n\nref=refs/heads/main\n");

        Assert.Equal(
            ["ci", Issuer, "https://mirror.example.com", "ref=refs/heads/mainsub=repo:example/infra:*"],
            Assert.Single(Rows(page, "Trusted issuers")).Take(4).Select(text => text.Replace(" ", "", StringComparison.Ordinal)));
        var (account, trust) = Assert.Single(await TrustsAsync());
        Assert.Equal(("ci", Issuer, "admin"), (account, trust.Issuer, trust.CreatedBy));
    }

    [Theory]
    [InlineData(
        "token.actions.githubusercontent.com", "mirror", "sub=repo:*", "Issuer", "'token.actions.githubusercontent.com' is not an issuer")]
    [InlineData(Issuer, " ", "sub=repo:*", "Audience", "'' is not an audience")]
    [InlineData(Issuer, "mirror", "", "Conditions on claims", "Without a condition, every token of the issuer would be trusted")]
    [InlineData(Issuer, "mirror", "sub=*", "Conditions on claims", "Without a condition, every token of the issuer would be trusted")]
    [InlineData(Issuer, "mirror", "repo:example", "Conditions on claims", "'repo:example' is not a condition")]
    [InlineData(Issuer, "mirror", "sub=a\nsub=b", "Conditions on claims", "'sub=b' is not a condition, or repeats a claim")]
    public async Task Trust_Invalid_IsNotAddedAndTheFieldSaysWhy(
        string issuer, string audience, string claims, string field, string problem)
    {
        await AddAccountAsync();
        SignIn();
        var overlays = new Overlays(this);
        var page = OpenAccounts();

        await SubmitTrustAsync(overlays, page, issuer, audience, claims);

        Assert.StartsWith(problem, overlays.Problem(field), StringComparison.Ordinal);
        Assert.Single(overlays.Dialogs.FindAll("[aria-invalid=true]"));
        Assert.Empty(await TrustsAsync());
    }

    [Fact]
    public async Task Trust_RemovedAndConfirmed_IsRemoved()
    {
        await AddAccountAsync();
        SignIn();
        var overlays = new Overlays(this);
        var page = OpenAccounts();
        await SubmitTrustAsync(overlays, page, Issuer, "mirror", "sub=repo:*");

        var removing = overlays.ChooseAsync(page, $"Actions for the trust of ci in {Issuer}, number 1", "Remove");
        Assert.Contains("sub=repo:*", overlays.Dialogs.WaitForElement("li").TextContent, StringComparison.Ordinal);
        await overlays.PressAsync("Remove");
        await removing;

        page.WaitForAssertion(() => Assert.Contains("No trusted issuers.", page.Markup, StringComparison.Ordinal));
        Assert.Empty(await TrustsAsync());
    }

    [Fact]
    public async Task Trust_AddedAfterTheSessionEnded_IsDenied()
    {
        await AddAccountAsync();
        var user = SignIn();
        var overlays = new Overlays(this);
        var page = OpenAccounts();
        await EndSessionAsync(user);

        await SubmitTrustAsync(overlays, page, Issuer, "mirror", "sub=repo:*");

        Assert.StartsWith("Nothing was changed", Notification!.Text, StringComparison.Ordinal);
        Assert.Empty(await TrustsAsync());
        Assert.Contains("Only owners see the service accounts", page.Markup, StringComparison.Ordinal);
    }

    private static async Task SubmitTrustAsync(
        Overlays overlays, IRenderedComponent<ServiceAccountsPage> page, string issuer, string audience, string claims)
    {
        await overlays.ChooseAsync(page, "Actions for ci", "Trust issuer");
        await overlays.Field("Issuer").ChangeAsync(issuer);
        await overlays.Field("Audience").ChangeAsync(audience);
        await overlays.Field("Conditions on claims").ChangeAsync(claims);
        await overlays.SubmitAsync();
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
