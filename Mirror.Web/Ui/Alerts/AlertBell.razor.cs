using Microsoft.AspNetCore.Components;
using Mirror.Core.Database;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Ui.Alerts;

/// <summary>Shows the alerts of the user, and keeps them up to date while the page is open.</summary>
public sealed partial class AlertBell(AlertReader reader, CatalogChanges changes, TimeProvider time) : ComponentBase, IDisposable
{
    // Breakers and tokens say nothing when they change.
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ChangeDelay = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _gone = new();
    private IReadOnlyList<Alert> _alerts = [];
    private Debouncer? _changed;
    private ITimer? _timer;
    private string? _group;
    private bool _read;

    /// <summary>The open group or workspace.</summary>
    [Parameter, EditorRequired]
    public required string? Group { get; set; }

    private string Label => _alerts.Count == 0 ? Texts.NoAlerts : TextFormat.Count(_alerts.Count, Texts.OneAlert, Texts.AlertCount);

    public void Dispose()
    {
        changes.Changed -= OnChanged;
        _gone.Cancel();
        _gone.Dispose();
        _changed?.Dispose();
        _timer?.Dispose();
    }

    protected override void OnInitialized()
    {
        if (RendererInfo.IsInteractive)
        {
            _changed = new Debouncer(time, ChangeDelay, Refresh);
            _timer = time.CreateTimer(_ => Refresh(), null, Interval, Interval);
            changes.Changed += OnChanged;
        }
    }

    protected override async Task OnParametersSetAsync()
    {
        // The prerendered page does without: it is not there for long.
        if (RendererInfo.IsInteractive && (!_read || _group != Group))
        {
            (_read, _group) = (true, Group);
            _alerts = await reader.FindAsync(Group, _gone.Token);
        }
    }

    private void OnChanged(CatalogChange change) => _changed?.Throttle();

    private void Refresh() => _ = InvokeAsync(RefreshAsync);

    private async Task RefreshAsync()
    {
        if (!_gone.IsCancellationRequested)
        {
            _alerts = await reader.FindAsync(Group, _gone.Token);
            StateHasChanged();
        }
    }
}
