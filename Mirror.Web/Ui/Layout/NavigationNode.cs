using Mirror.Core.Access;

namespace Mirror.Web.Ui.Layout;

/// <summary>The navigation of a user, in a form that passes from the prerendered page to its circuit.</summary>
/// <param name="Items">The groups and workspaces that the user may read, ordered by path.</param>
/// <param name="Current">The path of the group or workspace whose page is open; null if none of these.</param>
/// <param name="Allowed">The actions that the user may perform in it.</param>
public sealed record NavigationView(IReadOnlyList<NavigationItem> Items, string? Current, IReadOnlyList<AccessAction> Allowed);

/// <summary>A group or workspace that the user may read.</summary>
public sealed record NavigationItem(string Path, bool IsWorkspace);

/// <summary>A group or workspace as a branch of the navigation's tree.</summary>
/// <param name="Name">Its own name; a longer part of the path if the user may not read its parent.</param>
public sealed record NavigationNode(string Path, string Name, bool IsWorkspace, IReadOnlyList<NavigationNode> Children)
{
    /// <param name="items">Ordered by path, so that parents come first.</param>
    public static IReadOnlyList<NavigationNode> Tree(IEnumerable<NavigationItem> items)
    {
        var roots = new List<NavigationNode>();
        var children = new Dictionary<string, List<NavigationNode>>();
        foreach (var item in items.OrderBy(item => item.Path, StringComparer.Ordinal))
        {
            string? above = AncestorsOf(item.Path).LastOrDefault(children.ContainsKey);
            var below = children[item.Path] = [];
            var node = new NavigationNode(item.Path, above is null ? item.Path : item.Path[(above.Length + 1)..], item.IsWorkspace, below);
            (above is null ? roots : children[above]).Add(node);
        }

        return roots;
    }

    /// <summary>The items whose path contains every word, and their ancestors.</summary>
    public static IReadOnlyList<NavigationItem> Search(IReadOnlyList<NavigationItem> items, string search)
    {
        string[] words = Words(search);
        var kept = items.Where(item => Matches(item, words)).SelectMany(item => AncestorsOf(item.Path).Append(item.Path)).ToHashSet();
        return [.. items.Where(item => kept.Contains(item.Path))];
    }

    /// <summary>The target of pressing Enter in the search: the shortest matching path.</summary>
    public static NavigationItem? BestMatch(IReadOnlyList<NavigationItem> items, string search)
    {
        string[] words = Words(search);
        return items.Where(item => Matches(item, words))
            .OrderBy(item => item.Path.Length)
            .ThenBy(item => item.Path, StringComparer.Ordinal)
            .FirstOrDefault();
    }

    /// <summary>The ancestors of a path, from the root group down.</summary>
    public static IEnumerable<string> AncestorsOf(string path)
    {
        for (int slash = path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            yield return path[..slash];
        }
    }

    private static bool Matches(NavigationItem item, string[] words) =>
        words.All(word => item.Path.Contains(word, StringComparison.Ordinal));

    private static string[] Words(string search) => search.ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
