using Microsoft.Playwright;

namespace Mirror.E2E.Browser;

/// <summary>A dialog or menu that is checked in every theme and width. A new one needs an entry here.</summary>
/// <param name="Url">The page that opens it, for an administrator.</param>
/// <param name="Steps">
/// The names of the controls that open it, one after the other. A text after <c>=</c> is typed into the field with the name before it.
/// </param>
public sealed record UiOverlay(string Url, params string[] Steps)
{
    private const string List = "groups/default/-/provider-mirrors";
    private const string Version = List + "/registry.example.com/example/hello/2.0.0";
    private const string Policy = "groups/default/-/policy";
    private const string Members = "groups/platform/-/members";
    private const string Accounts = "groups/platform/-/service-accounts";
    private const string Variables = "groups/platform/-/variables";
    private const string Settings = "groups/platform/network/-/settings";
    private const string Users = "admin/users";
    private const string Registry = "groups/default/-/registry";
    private const string Keys = Registry + "/namespaces/acme/keys";
    private const string Module = "groups/default/-/modules/mirror.example.com/acme/vpc/aws/1.2.0";

    public static IReadOnlyList<UiOverlay> All { get; } =
    [
        new(List, "Group default"),
        new(List, "Search", "Search=hello"),
        new(List, "Alerts"),
        new(List, "Keyboard shortcuts"),
        new(List, "Account of admin"),
        new(List, "Account of admin", "Preferences"),
        new(List, "Filters"),
        new(List, "Filters", "Trust"),
        new(List, "Columns"),
        new(List, "Export"),
        new(List, "Sync providers"),
        new(List, "Select all versions on this page", "Delete"),
        new(List, "Select all versions on this page", "Refresh"),
        new(Version, "Delete linux/amd64"),
        new(Version, "Delete Mirror"),
        new("groups/default/-/compare/registry.example.com/example/hello", "From"),
        new("groups/default/-/activity", "What"),
        new("groups/default/-/activity", "Export"),
        new("groups/default/-/activity", "Open the calendar"),
        new(Policy, "Add rule", "Providers=registry.example.com/example/*"),
        new(Policy, "Change the minimum release age"),
        new(Policy, "Actions for Deny registry.example.com/community/*"),
        new(Policy, "Actions for Deny registry.example.com/community/*", "Edit"),
        new(Policy, "Actions for Deny registry.example.com/community/*", "Delete"),
        new("groups/default/-/trusted-keys", "Pin key"),
        new(Registry, "New registry namespace"),
        new(Registry, "Actions for acme"),
        new(Registry, "Actions for labs", "Delete"),
        new(Registry + "?tab=routes", "Add route"),
        new(Registry + "?tab=routes", "Actions for registry.terraform.io/mycompany/*", "Remove"),
        new(Registry + "?tab=sources", "Add repository"),
        new(Registry + "?tab=sources", "Actions for acme/vpc/aws", "Replace secret"),
        new(Registry + "?tab=sources", "Actions for acme/vpc/aws", "Remove"),
        new(Keys, "Add key"),
        new(Keys, "Generate key"),
        new(Keys, "Actions for"),
        new(Keys, "Actions for", "Retire"),
        new(Keys, "Actions for", "Revoke"),
        new(Module, "Deprecate"),
        new(Module, "Version"),
        new(Module, "Unpublish"),
        new(Members, "Add member"),
        new(Members, "Add OpenID group"),
        new(Members, "Actions for mira"),
        new(Members, "Actions for mira", "Change role"),
        new(Members, "Actions for mira", "Remove"),
        new(Accounts, "New service account"),
        new(Accounts, "Actions for ci"),
        new(Accounts, "Actions for ci", "New token"),
        new(Accounts, "Actions for ci", "Trust issuer"),
        new(Accounts, "Actions for ci", "Delete"),
        new(Variables, "Add federated registry"),
        new(Variables, "Set variable"),
        new(Variables, "Actions for TF_TOKEN_registry_example_org", "Delete"),
        new(Settings, "New group or workspace"),
        new(Settings, "Rename"),
        new(Settings, "Delete group"),
        new("admin/groups", "New root group"),
        new("admin/groups", "Actions for platform"),
        new(Users, "New user"),
        new(Users, "Actions for mira"),
        new(Users, "Actions for mira", "Reset password"),
        new(Users, "Actions for mira", "Delete"),
    ];

    /// <summary>The name in messages and of the screenshots.</summary>
    public string Name => string.Join('-', [Url.Split('/')[^1], .. Steps.Select(step => step.Split('=')[0])]).Replace('/', '_').Replace(' ', '-').Replace("*", "", StringComparison.Ordinal);

    /// <summary>Opens the page and the overlay.</summary>
    /// <returns>The overlay.</returns>
    public async Task<ILocator> OpenAsync(IPage page)
    {
        await page.OpenAsync(Url);
        foreach (string step in Steps)
        {
            if (step.Split('=') is [var name, var text])
            {
                await page.GetByRole(AriaRole.Dialog).GetByLabel(name).FillAsync(text);
            }
            else
            {
                await ControlOf(page, step).ClickAsync();
            }
        }

        var overlay = page.Locator(".mud-popover-open, [role=dialog]").Last;
        await overlay.WaitForAsync();
        return overlay;
    }

    private static ILocator ControlOf(IPage page, string name) =>
        page.GetByRole(AriaRole.Button, new() { Name = name })
            .Or(page.GetByRole(AriaRole.Menuitem, new() { Name = name }))
            .Or(page.GetByRole(AriaRole.Checkbox, new() { Name = name }))
            .Or(page.GetByRole(AriaRole.Combobox, new() { Name = name }))
            .First;
}
