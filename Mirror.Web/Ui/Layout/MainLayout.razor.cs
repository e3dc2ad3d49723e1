using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Ui.Layout;

/// <summary>The frame of every page: the bar above it, the navigation next to it, and what lies over it.</summary>
public sealed partial class MainLayout(
    FrameReader frames, NamespaceDirectory namespaces, AccessChanges access, TimeProvider time, NavigationManager navigation) : IDisposable
{
    private static readonly TimeSpan RefreshDelay = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _gone = new();
    private Debouncer? _refresh;
    private string? _page;

    /// <summary>Null in a circuit.</summary>
    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    /// <summary>Passed from the prerendered page to the circuit, so that both render the same.</summary>
    [PersistentState]
    public FrameView? View { get; set; }

    /// <summary>See <see cref="RecentNamespaces"/>.</summary>
    [PersistentState]
    public IReadOnlyList<string>? Recent { get; set; }

    /// <summary>Whether this is, or will be, in a circuit: static documents, such as the sign-in page, handle no events.</summary>
    private bool IsLive => AssignedRenderMode is not null;

    // Path and query, to which signing in returns.
    private string CurrentPage => new Uri(navigation.Uri).PathAndQuery;

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
            await LoadAsync();
        }

        if (View is { IsOpen: true, Group: { } open })
        {
            Recent = RecentNamespaces.Visit(Recent ?? [], open);
        }
    }

    private async Task LoadAsync() =>
        View = await frames.LoadAsync(navigation.ToBaseRelativePath(navigation.Uri), Recent ?? [], _gone.Token);

    private void RefreshSoon() => _refresh?.Throttle();

    private async Task RefreshAsync()
    {
        if (_gone.IsCancellationRequested)
        {
            return;
        }

        bool wasSignedIn = View?.User is not null;
        await LoadAsync();
        if (wasSignedIn && View?.User is null)
        {
            // The user signed out in another tab, and the page may show what only they may see.
            navigation.Refresh(forceReload: true);
            return;
        }

        StateHasChanged();
    }
}
