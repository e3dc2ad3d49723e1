using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Web.Http;
using MudBlazor;

namespace Mirror.Web.Ui.Layout;

/// <summary>A page of a group or workspace in the navigation.</summary>
/// <param name="Section">The heading below which it stands; null: none.</param>
/// <param name="Title">Its name in the language of the user.</param>
/// <param name="Icon">An icon of MudBlazor.</param>
/// <param name="Url">The page's URL for the path of a group or workspace.</param>
/// <param name="Needs">The permission that users need for the page; others do not see the link.</param>
public sealed record NamespacePage(Func<string>? Section, Func<string> Title, string Icon, Func<string, string> Url, AccessAction Needs)
{
    private static readonly Func<string> OfMirror = () => Texts.SectionMirror;
    private static readonly Func<string> OfTrust = () => Texts.SectionTrust;
    private static readonly Func<string> OfAccess = () => Texts.SectionAccess;

    /// <summary>All pages in the order of the navigation. Add new pages here.</summary>
    public static IReadOnlyList<NamespacePage> All { get; } =
    [
        new(OfMirror, () => Texts.Overview, Icons.Material.Outlined.BarChart, Urls.Overview, AccessAction.Read),
        new(OfMirror, () => Texts.ProviderMirrors, Icons.Material.Outlined.Inventory2, Urls.ProviderMirrors, AccessAction.Read),
        new(OfMirror, () => Texts.Registry, Icons.Material.Outlined.Hub, Urls.Registry, AccessAction.Read) { IsOfRootGroups = true },
        new(OfMirror, () => Texts.Syncs, Icons.Material.Outlined.Sync, Urls.Syncs, AccessAction.Read),
        new(OfMirror, () => Texts.Activity, Icons.Material.Outlined.History, Urls.Activity, AccessAction.ManageSettings),
        new(OfTrust, () => Texts.Policy, Icons.Material.Outlined.Policy, Urls.Policy, AccessAction.Read) { IsOfRootGroups = true },
        new(OfTrust, () => Texts.TrustedKeys, Icons.Material.Outlined.Key, Urls.TrustedKeys, AccessAction.Read) { IsOfRootGroups = true },
        new(OfAccess, () => Texts.Members, Icons.Material.Outlined.Group, Urls.Members, AccessAction.ManageMembers),
        new(OfAccess, () => Texts.ServiceAccounts, Icons.Material.Outlined.SmartToy, Urls.ServiceAccounts, AccessAction.ManageMembers),
        new(OfAccess, () => Texts.Variables, Icons.Material.Outlined.DataObject, Urls.Variables, AccessAction.ManageVariables),
        new(OfAccess, () => Texts.Settings, Icons.Material.Outlined.Settings, Urls.Settings, AccessAction.ManageSettings),
        new(null, () => Texts.UseThisMirror, Icons.Material.Outlined.Terminal, Urls.UseThisMirror, AccessAction.Read),
    ];

    /// <summary>The pages of the whole instance, for administrators.</summary>
    public static IReadOnlyList<NamespacePage> OfInstance { get; } =
    [
        new(null, () => Texts.InstanceOverview, Icons.Material.Outlined.Dns, _ => Urls.InstanceOverview, AccessAction.Administer),
        new(null, () => Texts.RootGroups, Icons.Material.Outlined.AccountTree, _ => Urls.RootGroups, AccessAction.Administer),
        new(null, () => Texts.Users, Icons.Material.Outlined.ManageAccounts, _ => Urls.Users, AccessAction.Administer),
    ];

    /// <summary>Whether only root groups have the page.</summary>
    public bool IsOfRootGroups { get; init; }

    /// <param name="path">A group or workspace.</param>
    /// <param name="allowed">The actions that the user may perform there.</param>
    public static IEnumerable<NamespacePage> Of(string path, IReadOnlyCollection<AccessAction> allowed) =>
        All.Where(page => allowed.Contains(page.Needs) && !(page.IsOfRootGroups && path.Contains('/', StringComparison.Ordinal)));

    /// <summary>The actions that a user may perform in a group or workspace.</summary>
    public static IReadOnlyList<AccessAction> AllowedIn(AccessSubject subject, ResolvedNamespace scope) =>
        [.. Enum.GetValues<AccessAction>().Where(action => AccessPolicy.Decide(subject, action, scope) == AccessDecision.Allow)];
}
