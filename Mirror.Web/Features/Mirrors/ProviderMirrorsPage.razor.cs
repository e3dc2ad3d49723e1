using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Fetching;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Hosted;
using Mirror.Core.Policy;
using Mirror.Web.Http;
using Mirror.Web.Ui;
using Mirror.Web.Ui.Layout;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Web.Features.Mirrors;

/// <summary>The stored versions of a group's root group. The URL holds the page's state.</summary>
public sealed partial class ProviderMirrorsPage(
    StoredVersions stored,
    CatalogWriter writer,
    OwnHostnames hostnames,
    DocumentRefresh refresh,
    CurrentUser user,
    CatalogChanges changes,
    PolicyChanges policyChanges,
    TimeProvider time,
    NavigationManager navigation,
    KeptCookies cookies,
    IDialogService dialogs) : ComponentBase, IDisposable
{
    /// <summary>
    /// The most rows that a prerendered page passes to its circuit: more would exceed the size of a message, and the circuit loads them itself.
    /// </summary>
    private const int MaxPassed = 100;

    private static readonly Dictionary<string, object?> SearchAttributes = new()
    {
        ["name"] = "q",
        ["aria-label"] = Texts.SearchLabel,
        ["autocomplete"] = "off",
        ["spellcheck"] = "false",
    };

    private readonly CancellationTokenSource _gone = new();
    private readonly VersionSelection _selection = new();
    private Debouncer? _typing;
    private CatalogWatch? _watch;
    private Deadline? _deadline;
    private long? _watched;
    private string? _search;
    private string? _sought;
    private int _loads;
    private bool _loading;
    private ListColumns _columns = ListColumns.Default;
    private string? _chosenColumns;
    private VersionListPage? _loaded;
    private SavedFile? _saved;

    [Parameter]
    public string Group { get; set; } = "";

    [SupplyParameterFromQuery(Name = "q")]
    [MaxLength(SearchText.MaxLength)]
    private string? SearchQuery { get; set; }

    [SupplyParameterFromQuery(Name = "sort")]
    private string? SortQuery { get; set; }

    [SupplyParameterFromQuery(Name = "order")]
    private string? OrderQuery { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private string? PageQuery { get; set; }

    [SupplyParameterFromQuery(Name = "size")]
    private string? SizeQuery { get; set; }

    [SupplyParameterFromQuery(Name = "view")]
    private string? ViewQuery { get; set; }

    [SupplyParameterFromQuery(Name = "trust")]
    private string? TrustQuery { get; set; }

    [SupplyParameterFromQuery(Name = "host")]
    [MaxLength(ProviderHostname.MaxLength)]
    private string? HostQuery { get; set; }

    [SupplyParameterFromQuery(Name = "provider")]
    [MaxLength(ProviderAddress.MaxLength)]
    private string? ProviderQuery { get; set; }

    [SupplyParameterFromQuery(Name = "platform")]
    private string? PlatformQuery { get; set; }

    [SupplyParameterFromQuery(Name = "by")]
    [MaxLength(ListFilter.MaxName)]
    private string? ByQuery { get; set; }

    [SupplyParameterFromQuery(Name = "from")]
    private string? FromQuery { get; set; }

    [SupplyParameterFromQuery(Name = "to")]
    private string? ToQuery { get; set; }

    [SupplyParameterFromQuery(Name = "unused")]
    private string? UnusedQuery { get; set; }

    [SupplyParameterFromQuery(Name = "hidden")]
    private string? HiddenQuery { get; set; }

    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    /// <summary>Passed from the prerendered page to the circuit, so that both render the same; null for a long page.</summary>
    [PersistentState]
    public VersionListPage? Passed { get; set; }

    private VersionListPage? Loaded => _loaded;

    private VersionListState State { get; set; } = new();

    private string Path => Urls.ProviderMirrors(Group);

    private string? Root => NamespacePath.TryParse(Group, out var path) ? path.RootName : null;

    /// <summary>The page that compares the selected versions; null unless they are two of one provider.</summary>
    private string? CompareUrl =>
        _selection.Count == 2 && _selection.Versions.OrderBy(version => version.Version).ToList() is [var older, var newer] && older.Provider == newer.Provider
            ? Urls.Compare(Group, older.Provider, older.Version, newer.Version)
            : null;

    private bool MaySelect => Loaded is { MayChange: true };

    /// <summary>The parameters of the URL that a search without a circuit keeps.</summary>
    private IEnumerable<(string Name, string Value)> KeptParameters =>
        Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery((State with { Search = "", Page = 1 }).ToQueryString())
            .Select(item => (item.Key, item.Value.ToString()));

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
        _typing?.Dispose();
        _watch?.Dispose();
        _deadline?.Dispose();
    }

    protected override void OnInitialized()
    {
        _loaded = Passed;
        _columns = ListColumns.Parse(cookies[KeptCookies.Columns]);
    }

    protected override async Task OnParametersSetAsync()
    {
        State = VersionListState.FromQuery(ParameterOf);
        if (_sought != State.Search)
        {
            // Changed by a link or the back button, not by typing, which is newer than its URL.
            _search = _sought = State.Search;
        }

        if (Loaded?.Group != Group || Loaded.State != State)
        {
            await LoadAsync();
        }

        if (Loaded is { RootGroupId: null })
        {
            PageStatus.NotFound(HttpContext);
        }

        Watch();
    }

    private string? ParameterOf(string name) => name switch
    {
        "q" => SearchQuery,
        "sort" => SortQuery,
        "order" => OrderQuery,
        "page" => PageQuery,
        "size" => SizeQuery,
        "view" => ViewQuery,
        "trust" => TrustQuery,
        "host" => HostQuery,
        "provider" => ProviderQuery,
        "platform" => PlatformQuery,
        "by" => ByQuery,
        "from" => FromQuery,
        "to" => ToQuery,
        "unused" => UnusedQuery,
        "hidden" => HiddenQuery,
        _ => null,
    };

    private async Task LoadAsync()
    {
        int load = ++_loads;
        _loading = true;
        var page = await FindAsync(Group, State);
        if (load == _loads)
        {
            _loaded = page;
            Passed = RendererInfo.IsInteractive || page.Versions.Count + (page.Providers?.Count ?? 0) > MaxPassed ? null : page;
            _loading = false;
            _selection.Keep(page.MayChange ? page.Versions : []);
        }
    }

    private async Task<VersionListPage> FindAsync(string group, VersionListState state)
    {
        if (await user.CheckAsync(AccessAction.Read, group, _gone.Token) is not { IsAllowed: true, Scope: { } scope } access)
        {
            return VersionListPage.Unknown(group, state);
        }

        // Versions belong to root groups and are changed only there.
        var empty = new VersionListPage(
            group, state, scope.RootGroupId, 1, [], null, 0, scope.AutomaticCaching, scope.IsRoot && access.May(AccessAction.ChangeMirror));
        if (state.SearchProblem is not null)
        {
            return empty;
        }

        var page = await FindAsync(empty with { ShownPage = state.Page }, scope, access.SeesProtected);
        // The page no longer exists: rows were deleted, or the link is old.
        return page is { Total: > 0, Versions.Count: 0, Providers: null or [] }
            ? await FindAsync(empty with { ShownPage = page.PageCount }, scope, access.SeesProtected)
            : page;
    }

    private async Task<VersionListPage> FindAsync(VersionListPage page, ResolvedNamespace scope, bool seesProtected)
    {
        var query = (page.State with { Page = page.ShownPage }).ToQuery(time.GetUtcNow()) with { Anonymous = !seesProtected };
        if (page.State.ByProvider)
        {
            var providers = await stored.SearchProvidersAsync(scope, query, _gone.Token);
            return page with { Providers = providers.Items, Total = providers.Total };
        }

        var versions = await stored.SearchAsync(scope, query, _gone.Token);
        return page with { Versions = versions.Items, Total = versions.Total };
    }

    private void Watch()
    {
        if (!RendererInfo.IsInteractive)
        {
            return;
        }

        _deadline ??= new Deadline(time, () => _ = InvokeAsync(RefreshAsync));
        _deadline.Set(Loaded?.NextVisibleAt);
        if (Loaded?.RootGroupId != _watched)
        {
            _watch?.Dispose();
            _watched = Loaded?.RootGroupId;
            _watch = _watched is { } group ? new CatalogWatch(changes, policyChanges, time, group, null, () => _ = InvokeAsync(RefreshAsync)) : null;
        }
    }

    private async Task RefreshAsync()
    {
        if (!_gone.IsCancellationRequested)
        {
            await LoadAsync();
            _deadline?.Set(Loaded?.NextVisibleAt);
            StateHasChanged();
        }
    }

    private void SearchSoon(string? text)
    {
        _search = text;
        _typing ??= new Debouncer(time, Debouncer.TypingDelay, () => _ = InvokeAsync(SearchNow));
        _typing.Postpone();
    }

    private void SearchNow()
    {
        _typing?.Cancel();
        var next = State.Searching(_search);
        if (next.Search != State.Search && !_gone.IsCancellationRequested)
        {
            _sought = next.Search;
            // A search adds one history entry, regardless of the number of keystrokes.
            navigation.NavigateTo(next.ToUrl(Path), replace: State.Search.Length > 0);
        }
    }

    private void Go(VersionListState state) => navigation.NavigateTo(state.ToUrl(Path));

    private async Task ChooseFiltersAsync()
    {
        if (await FilterDialog.AskAsync(dialogs, Group, State.Filter) is { } chosen)
        {
            Go(State.Filtered(chosen));
        }
    }

    private async Task ChooseColumnsAsync()
    {
        if (await ColumnsDialog.AskAsync(dialogs, _columns) is { } chosen)
        {
            _columns = chosen;
            cookies[KeptCookies.Columns] = _chosenColumns = chosen.ToString();
        }
    }

    private void Save(string format) =>
        _saved = new SavedFile(VersionExport.FileName(Group, format), VersionExport.Write(_selection.Versions, format));

    private Task DeleteSelectedAsync() => RunAsync(BulkAction.Delete(_selection.Versions, Loaded!.RootGroupId!.Value, user, writer, hostnames));

    private Task RefreshSelectedAsync() => RunAsync(BulkAction.Refresh(_selection.Versions, Loaded!.RootGroupId!.Value, user, refresh));

    private async Task RunAsync(BulkAction action)
    {
        if (await BulkDialog.ShowAsync(dialogs, action))
        {
            await RefreshAsync();
        }
    }

    /// <summary>A file that the browser saves when it is rendered; each is a new one, even with the same content.</summary>
    private sealed class SavedFile(string name, string text)
    {
        public string Name => name;

        public string Text => text;
    }
}
