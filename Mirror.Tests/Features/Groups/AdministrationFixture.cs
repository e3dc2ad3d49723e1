using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Tests.Ui;
using Mirror.Web.Features.Groups;
using Mirror.Web.Http;
using Mirror.Web.Ui;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Tests.Features.Groups;

/// <summary>The pages that administer groups and workspaces, with <c>platform</c>, <c>platform/network</c> and a workspace in it.</summary>
public abstract class AdministrationFixture : UiFixture
{
    protected const string Workspace = "platform/network/prod";

    protected Notification? Notification => Services.GetRequiredService<Notifications>().Current;

    /// <summary>Presses a button of a page.</summary>
    protected static Task PressAsync(IRenderedComponent<Microsoft.AspNetCore.Components.IComponent> page, string button) =>
        page.FindAll("button").Single(element => element.TextContent.Trim() == button).ClickAsync(new());

    /// <summary>The rows of the table with this name.</summary>
    protected static IReadOnlyList<IReadOnlyList<string>> Rows(
        IRenderedComponent<Microsoft.AspNetCore.Components.IComponent> page, string table) =>
        Overlays.Rows(page.Find($"table[aria-label='{table}']"));

    protected Task AddGroupsAsync() => AddNamespacesAsync(["platform", "platform/network", Workspace], Workspace);

    protected IRenderedComponent<TPage> Open<TPage, TContent>(string group)
        where TPage : AdministrationPage<TContent>
        where TContent : class => Render<TPage>(parameters => parameters.Add(page => page.Group, group));

    protected async Task<ResolvedNamespace?> ScopeAsync(string path) =>
        await Services.GetRequiredService<NamespaceDirectory>().FindAsync(NamespacePath.Parse(path), CancellationToken.None);

    protected async Task AddUserAsync(string name) =>
        await Services.GetRequiredService<Users>().CreateAsync(
            UserName.Parse(name), NewPassword.Generate(), isTemporary: false, isAdmin: false, Principal.Admin, CancellationToken.None);

    protected async Task EndSessionAsync(System.Security.Claims.ClaimsPrincipal user) =>
        await Services.GetRequiredService<Sessions>().EndAsync(user, CancellationToken.None);
}
