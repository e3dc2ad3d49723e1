using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Web.Components.Administration;
using Radzen.Blazor;

namespace Mirror.Tests.Components.Administration;

public sealed class ServiceAccountsPageTests : AdministrationFixture
{
    [Fact]
    public async Task ServiceAccount_Created_IsListedWithItsRole()
    {
        await AddGroupsAsync();
        SignIn();
        var page = OpenAccounts();
        Assert.Equal("There are none yet.", page.Find(".none").TextContent);

        page.Find("#account-name").Input("ci");
        page.Find("#account-role").Change(nameof(Role.Deployer));
        await page.Find("form").SubmitAsync();

        Assert.StartsWith("platform/ci", page.Find(".entries .what").TextContent.Trim(), StringComparison.Ordinal);
        Assert.Equal(nameof(Role.Deployer), page.Find(".entries .chip").TextContent);
    }

    [Fact]
    public async Task ServiceAccount_OfATakenName_SaysSo()
    {
        await AddAccountAsync();
        SignIn();
        var page = OpenAccounts();

        page.Find("#account-name").Input("ci");
        await page.Find("form").SubmitAsync();

        Assert.Equal("There is a service account ci here already.", page.Find("#account-note").TextContent);
    }

    [Fact]
    public async Task Token_Made_IsShownOnceAndWorksUntilItIsRevoked()
    {
        await AddAccountAsync();
        SignIn();
        var dialogs = Render<RadzenDialog>();
        var page = OpenAccounts();

        await page.Find("button[aria-label='New token for ci']").ClickAsync(new());
        string text = page.Find(".once pre").TextContent;
        Assert.Equal("platform/ci", (await FindAsync(text))!.Principal.Name);

        await page.Find(".once .button:not(.copy)").ClickAsync(new());
        Assert.DoesNotContain(text, page.Markup, StringComparison.Ordinal);
        Assert.Contains("expires 20", page.Find(".entries .entries .facts").TextContent, StringComparison.Ordinal);

        var revoking = page.Find(".entries .entries button").ClickAsync(new());
        await dialogs.Find(".confirm .danger").ClickAsync(new());
        await revoking;
        Assert.Null(await FindAsync(text));
    }

    [Fact]
    public async Task ServiceAccount_DeletedAndConfirmed_GoesWithItsTokens()
    {
        await AddAccountAsync();
        SignIn();
        var dialogs = Render<RadzenDialog>();
        var page = OpenAccounts();

        var deleting = page.Find("button[aria-label='Delete ci']").ClickAsync(new());
        await dialogs.Find(".confirm .danger").ClickAsync(new());
        await deleting;

        Assert.Empty(await Services.GetRequiredService<ServiceAccounts>().ListAsync((await ScopeAsync("platform"))!, CancellationToken.None));
        Assert.Equal("There are none yet.", page.Find(".none").TextContent);
    }

    private async Task AddAccountAsync()
    {
        await AddGroupsAsync();
        await Services.GetRequiredService<ServiceAccounts>().CreateAsync((await ScopeAsync("platform"))!, "ci", Role.Viewer, AccessSubject.Admin, CancellationToken.None);
    }

    private ValueTask<AccessSubject?> FindAsync(string token) => Services.GetRequiredService<AccessTokens>().FindSubjectAsync(token, CancellationToken.None);

    private IRenderedComponent<ServiceAccountsPage> OpenAccounts() => Open<ServiceAccountsPage, ShownServiceAccounts>("platform");
}
