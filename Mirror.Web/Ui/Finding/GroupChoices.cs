using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Web.Http;
using Mirror.Web.Ui.Layout;
using MudBlazor;

namespace Mirror.Web.Ui.Finding;

/// <summary>The groups and workspaces to which a user can switch.</summary>
public static class GroupChoices
{
    /// <summary>The rest is found by typing.</summary>
    public const int Shown = 100;

    /// <summary>With more groups than this, those visited last come first.</summary>
    public const int ManyGroups = 8;

    /// <param name="readable">The namespaces that the user may read, ordered by path.</param>
    /// <param name="recent">The paths visited last.</param>
    /// <param name="page">The open page, relative to the base path: the same page of another group is opened, if the user may see it there.</param>
    /// <param name="search">Words that a path must contain.</param>
    public static IReadOnlyList<FinderSection> Find(
        IReadOnlyList<ResolvedNamespace> readable, AccessSubject subject, IReadOnlyList<string> recent, string page, string search)
    {
        string[] words = search.ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string? open = Urls.GroupOf(page)?.Value;
        var visited = words.Length > 0 || readable.Count <= ManyGroups
            ? []
            : recent.Where(path => path != open)
                .Select(path => readable.FirstOrDefault(scope => scope.Path.Value == path))
                .OfType<ResolvedNamespace>()
                .Take(RecentNamespaces.Shown)
                .ToList();
        var matches = readable.Where(scope => words.All(word => scope.Path.Value.Contains(word, StringComparison.Ordinal))).ToList();
        // The shortest path first: Enter opens the group that is meant, not what is in it.
        var ordered = words.Length == 0 ? matches : [.. matches.OrderBy(scope => scope.Path.Value.Length).ThenBy(scope => scope.Path.Value, StringComparer.Ordinal)];
        return
        [
            new FinderSection(Texts.RecentGroups, [.. visited.Select(Item)]),
            new FinderSection(Texts.AllGroups, [.. ordered.Take(Shown).Select(Item)], Math.Max(0, ordered.Count - Shown)),
        ];

        FinderItem Item(ResolvedNamespace scope) => new(
            scope.Path.Value,
            null,
            scope.Kind == NamespaceKind.Workspace ? Icons.Material.Outlined.Layers : Icons.Material.Outlined.Folder,
            SamePage(subject, scope, open, page));
    }

    private static string SamePage(AccessSubject subject, ResolvedNamespace target, string? open, string page)
    {
        string path = target.Path.Value;
        var same = open is null
            ? null
            : NamespacePage.Of(path, NamespacePage.AllowedIn(subject, target))
                .FirstOrDefault(candidate => page.StartsWith(candidate.Url(open), StringComparison.Ordinal));
        return same?.Url(path) ?? Urls.ProviderMirrors(path);
    }
}
