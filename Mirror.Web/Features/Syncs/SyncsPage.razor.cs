using Microsoft.AspNetCore.Components;
using Mirror.Core.Sync;
using Mirror.Web.Http;
using Mirror.Web.Ui.Layout;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Syncs;

/// <summary>The syncs of a group's root group, newest first, with live progress.</summary>
public sealed partial class SyncsPage(SyncLoader loader, SyncService syncs, TimeProvider time) : ComponentBase, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _gone = new();
    private Debouncer? _changes;

    [Parameter]
    public string Group { get; set; } = "";

    [SupplyParameterFromQuery(Name = "page")]
    private string? PageQuery { get; set; }

    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    /// <summary>Passed from the prerendered page to the circuit, so that both render the same.</summary>
    [PersistentState]
    public SyncListPage? Loaded { get; set; }

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
        syncs.Changed -= OnChanged;
        _changes?.Dispose();
    }

    protected override void OnInitialized()
    {
        if (RendererInfo.IsInteractive)
        {
            _changes = new Debouncer(time, Interval, () => _ = InvokeAsync(RefreshAsync));
            syncs.Changed += OnChanged;
        }
    }

    protected override async Task OnParametersSetAsync()
    {
        int page = Urls.PageNumber(PageQuery);
        if (Loaded?.Group != Group || Loaded.Page != page)
        {
            Loaded = await loader.ListAsync(Group, page, _gone.Token);
        }

        if (Loaded is { RootGroupId: null })
        {
            PageStatus.NotFound(HttpContext);
        }
    }

    private string DurationOf(SyncSummary sync) => sync.EndedAt is { } ended
        ? DurationText.Format(ended - sync.CreatedAt)
        : Texts.SoFar.With(DurationText.Format(time.GetUtcNow() - sync.CreatedAt));

    private void OnChanged(long rootGroupId)
    {
        if (rootGroupId == Loaded?.RootGroupId)
        {
            _changes?.Throttle();
        }
    }

    private async Task RefreshAsync()
    {
        if (!_gone.IsCancellationRequested)
        {
            Loaded = await loader.ListAsync(Group, Urls.PageNumber(PageQuery), _gone.Token);
            StateHasChanged();
        }
    }
}
