using Mirror.Core.Access;
using Mirror.Web.Http;

namespace Mirror.Web.Ui.Layout;

/// <summary>A page of a group or workspace in the navigation.</summary>
/// <param name="Icon">A shape of the icon sprite.</param>
/// <param name="Url">The page's URL for the path of a group or workspace.</param>
/// <param name="Needs">The permission that users need for the page; others do not see the link.</param>
public sealed record NamespacePage(string Text, string Icon, Func<string, string> Url, AccessAction Needs)
{
    /// <summary>All pages in the order of the navigation. Add new pages here.</summary>
    public static IReadOnlyList<NamespacePage> All { get; } =
    [
        new("Overview", "chart", Urls.Overview, AccessAction.Read),
        new("Provider Mirrors", "packages", Urls.ProviderMirrors, AccessAction.Read),
        new("Activity", "clock", Urls.Activity, AccessAction.ManageSettings),
        new("Syncs", "sync", Urls.Syncs, AccessAction.Read),
        new("Policy", "shield", Urls.Policy, AccessAction.Read) { IsOfRootGroups = true },
        new("Trusted keys", "key", Urls.TrustedKeys, AccessAction.Read) { IsOfRootGroups = true },
        new("Members", "users", Urls.Members, AccessAction.ManageMembers),
        new("Service accounts", "robot", Urls.ServiceAccounts, AccessAction.ManageMembers),
        new("Variables", "variables", Urls.Variables, AccessAction.ManageVariables),
        new("Settings", "settings", Urls.Settings, AccessAction.ManageSettings),
        new("Use this mirror", "plug", Urls.UseThisMirror, AccessAction.Read),
    ];

    /// <summary>Whether only root groups have the page.</summary>
    public bool IsOfRootGroups { get; init; }

    /// <param name="path">A group or workspace.</param>
    /// <param name="allowed">The actions that the user may perform there.</param>
    public static IEnumerable<NamespacePage> Of(string path, IReadOnlyCollection<AccessAction> allowed) =>
        All.Where(page => allowed.Contains(page.Needs) && !(page.IsOfRootGroups && path.Contains('/', StringComparison.Ordinal)));
}
