using System.Text.RegularExpressions;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Web.Ui.Layout;

namespace Mirror.Tests.Ui;

/// <summary>The page of a group that the user has no role in.</summary>
public sealed class UnknownGroupTests() : UiFixture(
    options => options with { Auth = options.Auth with { AnonymousRead = false } })
{
    [Fact]
    public async Task User_WithRolesElsewhere_IsShownTheseGroupsAndNoOthers()
    {
        await AddClosedAsync("platform", "platform/network", "platform/network/production", "secret");
        await SignInAsUserAsync("mira");
        await AddRoleAsync("mira", "platform/network");

        var page = Render<UnknownGroup>(parameters => parameters.Add(state => state.Group, "default"));

        Assert.Equal("You have no role in default", page.Find("h1").TextContent);
        Assert.Equal(["groups/platform/network/-/provider-mirrors"], page.FindAll("a").Select(link => link.GetAttribute("href")));
        Assert.DoesNotContain("secret", page.Markup, StringComparison.Ordinal);
        Assert.Contains("For a role in another group, ask an administrator of this mirror", Text(page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task User_WithoutAnyRole_IsToldWhomToAskAndAsWhom()
    {
        await AddClosedAsync("secret");
        await SignInAsUserAsync("mira");

        var page = Render<UnknownGroup>(parameters => parameters.Add(state => state.Group, "default"));

        Assert.Contains(
            "You have no role in any group. Ask an administrator of this mirror for one. Your user name is mira",
            Text(page), StringComparison.Ordinal);
        Assert.Equal("mira", page.Find("button[data-copy]").GetAttribute("data-copy"));
        Assert.Empty(page.FindAll("a"));
        Assert.DoesNotContain("secret", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task User_AtAnotherGroup_IsNotToldWhetherItExists()
    {
        await AddClosedAsync("secret");
        await SignInAsUserAsync("mira");

        string hidden = Render<UnknownGroup>(parameters => parameters.Add(state => state.Group, "secret")).Markup;
        string absent = Render<UnknownGroup>(parameters => parameters.Add(state => state.Group, "absent")).Markup;

        Assert.Contains("There is no group secret", hidden, StringComparison.Ordinal);
        Assert.Equal(WithoutHandlers(absent), WithoutHandlers(hidden.Replace("secret", "absent", StringComparison.Ordinal)));

        // Handlers are numbered, and references are unique.
        static string WithoutHandlers(string markup) => Regex.Replace(markup, " blazor:[^ >]*", "");
    }

    [Fact]
    public void Visitor_WhereNothingIsPublic_CanOnlySignIn()
    {
        var page = Render<UnknownGroup>(parameters => parameters.Add(state => state.Group, "default"));

        Assert.Equal("There is no group default", page.Find("h1").TextContent);
        Assert.StartsWith("sign-in?returnUrl=", Assert.Single(page.FindAll("a")).GetAttribute("href"), StringComparison.Ordinal);
    }

    private static string Text(IRenderedComponent<UnknownGroup> page) =>
        System.Text.RegularExpressions.Regex.Replace(page.Find(".state").TextContent, @"\s+", " ");

    private async Task AddClosedAsync(params string[] paths)
    {
        await AddNamespacesAsync(paths, "platform/network/production");
        await using var db = Services.GetRequiredService<CatalogDatabase>().CreateDbContext();
        foreach (var row in db.Namespaces)
        {
            row.AnonymousRead = row.AnonymousRead is null ? null : false;
        }

        await db.SaveChangesAsync();
        Services.GetRequiredService<NamespaceDirectory>().Invalidate();
    }

    private async Task AddRoleAsync(string user, string path)
    {
        var scope = await Services.GetRequiredService<NamespaceDirectory>().FindAsync(NamespacePath.Parse(path), CancellationToken.None);
        await Services.GetRequiredService<Members>().SetAsync(scope!, PrincipalName.Parse(user), Role.Viewer, AccessSubject.Admin, CancellationToken.None);
    }
}

/// <summary>The contact in <c>Mirror:Auth:Contact</c>.</summary>
public sealed class ContactTests() : UiFixture(options => options with
{
    Auth = options.Auth with { AnonymousRead = false, Contact = "platform-team@example.com" },
})
{
    [Fact]
    public async Task User_WithoutAnyRole_IsGivenTheContact()
    {
        await SignInAsUserAsync("mira");

        var page = Render<UnknownGroup>(parameters => parameters.Add(state => state.Group, "default"));

        Assert.Equal("mailto:platform-team@example.com", page.Find("a").GetAttribute("href"));
        Assert.DoesNotContain("an administrator", page.Markup, StringComparison.Ordinal);
    }
}
