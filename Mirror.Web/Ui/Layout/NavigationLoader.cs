using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Web.Http;

namespace Mirror.Web.Ui.Layout;

/// <summary>What the navigation shows a user, in a form that travels from the prerendered page to its circuit.</summary>
/// <param name="Items">The groups and workspaces that they may read, by path.</param>
/// <param name="Current">The path of the one whose page is open; null: none of those.</param>
/// <param name="Allowed">What they may do in it.</param>
public sealed record NavigationView(IReadOnlyList<NavigationItem> Items, string? Current, IReadOnlyList<AccessAction> Allowed);

/// <summary>Finds out what the navigation shows. Asked for every page: the directory is in memory and roles are, for a moment.</summary>
public sealed class NavigationLoader(NamespaceDirectory namespaces, CurrentUser user)
{
    /// <param name="current">The path of the group or workspace whose page is open, as the URL says.</param>
    public async Task<NavigationView> LoadAsync(string? current, CancellationToken cancellationToken)
    {
        var subject = await user.FindSubjectAsync().ConfigureAwait(false);
        var readable = (await namespaces.ListAsync(cancellationToken).ConfigureAwait(false))
            .Where(scope => AccessPolicy.Decide(subject, AccessAction.Read, scope) == AccessDecision.Allow)
            .ToList();
        var open = readable.Find(scope => scope.Path.Value == current);
        return new NavigationView(
            [.. readable.Select(scope => new NavigationItem(scope.Path.Value, scope.Kind == NamespaceKind.Workspace))],
            open?.Path.Value,
            open is null ? [] : [.. Enum.GetValues<AccessAction>().Where(action => AccessPolicy.Decide(subject, action, open) == AccessDecision.Allow)]);
    }
}
