using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Web.Http;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Ui.Layout;

/// <summary>The groups and workspaces that the user may see, the pages of the open one, and the account.</summary>
public sealed partial class SideNavigation(
    CurrentUser user,
    NamespaceDirectory namespaces,
    AccessChanges access,
    TimeProvider time,
    NavigationManager navigation) : ComponentBase, IDisposable
{
    /// <summary>With more groups than this, a search field is shown.</summary>
    public const int SearchedAbove = 8;

    private static readonly TimeSpan RefreshDelay = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _gone = new();
    private readonly HashSet<string> _open = [];
    private Debouncer? _refresh;
    private string? _search;
    private string? _page;

    /// <summary>Path and query of the current page.</summary>
    [Parameter, EditorRequired]
    public required string CurrentPage { get; set; }

    /// <summary>Null in a circuit.</summary>
    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    /// <summary>Passed from the prerendered page to the circuit, so that both render the same.</summary>
    [PersistentState]
    public NavigationView? View { get; set; }

    /// <summary>See <see cref="RecentNamespaces"/>.</summary>
    [PersistentState]
    public IReadOnlyList<string>? Recent { get; set; }

    private string Search => (_search ?? "").Trim();

    /// <summary>Whether this is, or will be, in a circuit: static documents, such as the sign-in page, handle no events.</summary>
    private bool IsLive => AssignedRenderMode is not null;

    private bool HasSearch => IsLive && View?.Items.Count > SearchedAbove;

    private IReadOnlyList<NavigationNode> Shown =>
        View is null ? [] : NavigationNode.Tree(Search.Length == 0 ? View.Items : NavigationNode.Search(View.Items, Search));

    /// <summary>Shortcuts to recently visited groups, unless the tree is short.</summary>
    private IReadOnlyList<NavigationItem> RecentlyVisited => View is null || View.Items.Count <= SearchedAbove
        ? []
        : [.. (Recent ?? [])
            .Where(path => path != View.Current)
            .Select(path => View.Items.FirstOrDefault(item => item.Path == path))
            .OfType<NavigationItem>()
            .Take(RecentNamespaces.Shown)];

    private string SignInUrl => CurrentPage.Contains(Urls.SignIn, StringComparison.Ordinal)
        ? Urls.SignIn
        : Urls.SignInThen(CurrentPage);

    public void Dispose()
    {
        namespaces.Changed -= RefreshSoon;
        access.Changed -= RefreshSoon;
        _gone.Cancel();
        _gone.Dispose();
        _refresh?.Dispose();
    }

    protected override void OnInitialized()
    {
        Recent ??= RecentNamespaces.Parse(HttpContext?.Request.Cookies[RecentNamespaces.Cookie]);
        if (RendererInfo.IsInteractive)
        {
            _refresh = new Debouncer(time, RefreshDelay, () => _ = InvokeAsync(RefreshAsync));
            namespaces.Changed += RefreshSoon;
            access.Changed += RefreshSoon;
        }
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_page == CurrentPage)
        {
            return;
        }

        bool first = _page is null;
        _page = CurrentPage;
        if (!first || View is null)
        {
            View = await LoadAsync(CurrentNamespace());
        }

        if (View.Current is { } current)
        {
            _search = null;
            _open.UnionWith(NavigationNode.AncestorsOf(current).Append(current));
            Recent = RecentNamespaces.Visit(Recent ?? [], current);
        }
        else if (View.Items.Count == 1)
        {
            _open.Add(View.Items[0].Path);
        }
    }

    // Loaded for every page: the directory is in memory, and roles are cached briefly.
    private async Task<NavigationView> LoadAsync(string? current)
    {
        var subject = await user.FindSubjectAsync();
        var readable = (await namespaces.ListAsync(_gone.Token))
            .Where(scope => AccessPolicy.Decide(subject, AccessAction.Read, scope) == AccessDecision.Allow)
            .ToList();
        var open = readable.Find(scope => scope.Path.Value == current);
        return new NavigationView(
            [.. readable.Select(scope => new NavigationItem(scope.Path.Value, scope.Kind == NamespaceKind.Workspace))],
            open?.Path.Value,
            open is null ? [] : [.. Enum.GetValues<AccessAction>().Where(
                action => AccessPolicy.Decide(subject, action, open) == AccessDecision.Allow)]);
    }

    /// <summary>The group or workspace in the page's URL.</summary>
    private string? CurrentNamespace() =>
        Urls.GroupOf(navigation.ToBaseRelativePath(navigation.Uri))?.Value;

    private void RefreshSoon() => _refresh?.Throttle();

    private async Task RefreshAsync()
    {
        if (!_gone.IsCancellationRequested)
        {
            View = await LoadAsync(CurrentNamespace());
            StateHasChanged();
        }
    }

    private void Toggle(string path)
    {
        if (!_open.Remove(path))
        {
            _open.Add(path);
        }
    }

    private void OpenBestMatch()
    {
        if (Search.Length > 0 && View is not null && NavigationNode.BestMatch(View.Items, Search) is { } match)
        {
            navigation.NavigateTo(Urls.ProviderMirrors(match.Path));
        }
    }
}
