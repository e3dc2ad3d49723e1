using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Hosted;
using Mirror.Core.Identity;
using Mirror.Web.Http;
using Mirror.Web.Ui.Layout;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Web.Ui.Finding;

/// <summary>
/// The search over everything: pages, groups, users, and what the open group's mirror holds. It finds a few of each kind, and only what the
/// user may see; permissions are checked for each search.
/// </summary>
public sealed class PaletteSearch(
    CurrentUser user, FrameReader frames, CatalogSuggestions catalog, ModuleCatalog modules, RegistryNamespaces registry, SigningKeyReader keys, Users users)
{
    /// <summary>The maximum number of results of each kind.</summary>
    public const int OfEachKind = 6;

    /// <param name="text">What the user typed; empty for the pages of the group.</param>
    /// <param name="group">The open group or workspace; null if there is none.</param>
    /// <param name="recent">The groups visited last.</param>
    /// <param name="page">The open page, relative to the base path.</param>
    public async Task<IReadOnlyList<FinderSection>> FindAsync(
        string text, string? group, IReadOnlyList<string> recent, string page, CancellationToken cancellationToken)
    {
        if (!SearchText.TryParse(text, out var search, out _))
        {
            return [];
        }

        var (subject, readable) = await frames.ReadableAsync(cancellationToken).ConfigureAwait(false);
        bool isAdmin = AccessPolicy.Decide(subject, AccessAction.Administer, null) == AccessDecision.Allow;
        var scope = readable.FirstOrDefault(candidate => candidate.Path.Value == group);
        var sections = new List<FinderSection> { Pages(subject, scope, isAdmin, search) };
        if (search.Words.Count == 0)
        {
            sections.AddRange(GroupChoices.Find(readable, subject, recent, page, "").Select(Few));
            return sections;
        }

        if (scope is not null)
        {
            sections.AddRange(await FindInMirrorAsync(scope, search, cancellationToken).ConfigureAwait(false));
        }

        sections.AddRange(GroupChoices.Find(readable, subject, [], page, text).Select(Few));
        if (isAdmin)
        {
            var names = await users.FindNamesAsync(search.Words, OfEachKind, cancellationToken).ConfigureAwait(false);
            sections.Add(new(Layout.Texts.Users, [.. names.Select(name => new FinderItem(name, null, Icons.Material.Outlined.Person, Urls.Users))]));
        }

        return sections;
    }

    private static FinderSection Few(FinderSection section) =>
        section with { Items = [.. section.Items.Take(OfEachKind)], Rest = 0 };

    private static FinderSection Pages(AccessSubject subject, ResolvedNamespace? scope, bool isAdmin, SearchText search)
    {
        string group = scope?.Path.Value ?? "";
        IEnumerable<FinderItem> pages =
        [
            .. (scope is null ? [] : NamespacePage.Of(group, NamespacePage.AllowedIn(subject, scope)))
                .Select(page => new FinderItem(page.Title(), group, page.Icon, page.Url(group))),
            .. (isAdmin ? NamespacePage.OfInstance : [])
                .Select(page => new FinderItem(page.Title(), Layout.Texts.SectionInstance, page.Icon, page.Url(""))),
            .. subject.IsAnonymous
                ? []
                : new[] { new FinderItem(Layout.Texts.Account, subject.Principal.Name, Icons.Material.Outlined.Person, Urls.Account) },
        ];
        var matches = pages.Where(page => search.Words.All(word => page.Text.Contains(word, StringComparison.OrdinalIgnoreCase)));
        return new(Texts.Pages, [.. search.Words.Count == 0 ? matches : matches.Take(OfEachKind)]);
    }

    private async Task<IEnumerable<FinderSection>> FindInMirrorAsync(
        ResolvedNamespace scope, SearchText search, CancellationToken cancellationToken)
    {
        string group = scope.Path.Value;
        bool isAnonymous = !(await user.CheckAsync(AccessAction.Read, scope.Path, null, cancellationToken).ConfigureAwait(false)).SeesProtected;
        var (providers, versions) = await catalog.FindAsync(
            scope.RootGroupId, search, isAnonymous, OfEachKind, cancellationToken).ConfigureAwait(false);
        var stored = await modules.SearchAsync(scope.RootGroupId, search, OfEachKind, isAnonymous, cancellationToken).ConfigureAwait(false);
        var namespaces = (await registry.ListAsync(scope.RootGroupId, cancellationToken).ConfigureAwait(false))
            .Where(item => search.Words.All(word => item.Name.Contains(word, StringComparison.Ordinal)));
        var found = await keys.SearchAsync(
            scope.RootGroupId, new SigningKeyQuery(search, Take: OfEachKind, Anonymous: isAnonymous), cancellationToken).ConfigureAwait(false);
        return
        [
            new(Texts.Providers, [.. providers.Select(item => new FinderItem(
                item.Provider.Display,
                TextFormat.Count(item.Versions, Texts.OneVersion, Texts.VersionCount),
                Icons.Material.Outlined.Inventory2,
                Urls.ProviderMirrors(group, item.Provider.Display)))]),
            new(Texts.Versions, [.. versions.Select(item => new FinderItem(
                $"{item.Provider.Display} {item.Version.Value}",
                null,
                Icons.Material.Outlined.Sell,
                Urls.Version(group, item.Provider, item.Version)))]),
            new(Texts.Modules, [.. stored.Items.Select(item => new FinderItem(
                item.Module.Display,
                TextFormat.Count(item.Versions, Texts.OneVersion, Texts.VersionCount),
                Icons.Material.Outlined.ViewModule,
                Urls.Module(group, item.Module, item.Newest)))]),
            new(Texts.RegistryNamespaces, [.. namespaces.Take(OfEachKind).Select(item => new FinderItem(
                item.Name,
                item.Group.Value,
                Icons.Material.Outlined.Hub,
                $"{Urls.Registry(item.Group.Value)}?q={item.Name}"))]),
            new(Texts.Keys, [.. found.Items.Select(key => new FinderItem(
                key.Owner is { } owner ? SignerText.Short(owner) : FingerprintText.Group(key.Fingerprint),
                key.Provider.Display,
                Icons.Material.Outlined.Key,
                $"{Urls.TrustedKeys(scope.Path.RootName)}?q={key.Fingerprint}"))]),
        ];
    }
}
