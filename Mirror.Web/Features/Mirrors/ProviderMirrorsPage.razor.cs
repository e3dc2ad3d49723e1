using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Fetching;
using Mirror.Core.Policy;
using Mirror.Web.Http;
using Mirror.Web.Ui;
using Mirror.Web.Ui.Layout;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Mirrors;

/// <summary>The stored versions of a group's root group. The URL holds the page's state.</summary>
public sealed partial class ProviderMirrorsPage(
    StoredVersions stored,
    CurrentUser user,
    CatalogChanges changes,
    PolicyChanges policyChanges,
    TimeProvider time,
    NavigationManager navigation) : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private Debouncer? _typing;
    private CatalogWatch? _watch;
    private long? _watched;
    private string? _search;
    private string? _sought;
    private int _loads;
    private bool _loading;

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

    [SupplyParameterFromQuery(Name = "view")]
    private string? ViewQuery { get; set; }

    [SupplyParameterFromQuery(Name = "open")]
    [MaxLength(ProviderAddress.MaxLength)]
    private string? OpenQuery { get; set; }

    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    /// <summary>Passed from the prerendered page to the circuit, so that both render the same.</summary>
    [PersistentState]
    public VersionListPage? Loaded { get; set; }

    private VersionListState State { get; set; } = new();

    private string Path => Urls.ProviderMirrors(Group);

    /// <summary>The number of rows, with the range that is shown.</summary>
    private string CountText => Loaded switch
    {
        null => "",
        { Total: 0 } => "",
        { Total: 1 } => $"1 {Rows}",
        { PageCount: 1 } page => string.Create(CultureInfo.InvariantCulture, $"{page.Total:N0} {Rows}s"),
        var page => string.Create(CultureInfo.InvariantCulture, $"{page.First:N0}–{page.Last:N0} of {page.Total:N0} {Rows}s"),
    };

    private string Rows => Loaded?.Providers is null ? "version" : "provider";

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
        _typing?.Dispose();
        _watch?.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        State = VersionListState.FromQuery(SearchQuery, SortQuery, OrderQuery, PageQuery, ViewQuery, OpenQuery);
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

    private async Task LoadAsync()
    {
        int load = ++_loads;
        _loading = true;
        var page = await FindAsync(Group, State);
        if (load == _loads)
        {
            Loaded = page;
            _loading = false;
        }
    }

    private async Task<VersionListPage> FindAsync(string group, VersionListState state)
    {
        if (await user.CheckAsync(AccessAction.Read, group, _gone.Token) is not { IsAllowed: true, Scope: { } scope } access)
        {
            return VersionListPage.Unknown(group, state);
        }

        if (state.SearchProblem is not null)
        {
            return new VersionListPage(group, state, scope.RootGroupId, 1, [], null, 0, scope.AutomaticCaching);
        }

        var page = await FindAsync(group, state, state.Page, scope, access.SeesProtected);
        // The page no longer exists: rows were deleted, or the link is old.
        return page is { Total: > 0, Versions.Count: 0, Providers: null or [] }
            ? await FindAsync(group, state, page.PageCount, scope, access.SeesProtected)
            : page;
    }

    private async Task<VersionListPage> FindAsync(
        string group, VersionListState state, int shown, ResolvedNamespace scope, bool seesProtected)
    {
        var query = (state with { Page = shown }).ToQuery() with { Anonymous = !seesProtected };
        if (!state.ByProvider)
        {
            var found = await stored.SearchAsync(scope, query, _gone.Token);
            return new VersionListPage(group, state, scope.RootGroupId, shown, found.Items, null, found.Total, scope.AutomaticCaching);
        }

        var providers = await stored.SearchProvidersAsync(scope, query, _gone.Token);
        var unfolded = providers.Items.FirstOrDefault(provider => provider.Provider.Display == state.Unfolded) is { } open
            ? await stored.SearchAsync(
                scope,
                new VersionQuery(query.Search, Take: VersionListPage.MaxUnfolded) { Provider = open.Provider },
                _gone.Token)
            : null;
        return new VersionListPage(
            group, state, scope.RootGroupId, shown, unfolded?.Items ?? [], providers.Items, providers.Total, scope.AutomaticCaching);
    }

    private void Watch()
    {
        if (RendererInfo.IsInteractive && Loaded?.RootGroupId != _watched)
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
            StateHasChanged();
        }
    }

    private void SearchSoon()
    {
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

    private void SortBy(ChangeEventArgs choice) =>
        navigation.NavigateTo(
            VersionListState.FromQuery(State.Search, choice.Value as string, null, null, ViewQuery, OpenQuery).ToUrl(Path));
}
