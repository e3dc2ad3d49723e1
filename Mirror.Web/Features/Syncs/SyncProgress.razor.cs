using Microsoft.AspNetCore.Components;
using Mirror.Core.Sync;
using MudBlazor;

namespace Mirror.Web.Features.Syncs;

/// <summary>The progress of a sync in the dialog that started it.</summary>
public sealed partial class SyncProgress(SyncLoader loader) : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private SyncFollower? _follower;
    private ShownSync? _sync;
    private SyncProgressBar? _bar;
    private bool _focused;
    private bool _cancelling;
    private bool _refused;

    /// <summary>As in the page's URL.</summary>
    [Parameter, EditorRequired]
    public required string Group { get; set; }

    [Parameter, EditorRequired]
    public long Id { get; set; }

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
        _follower?.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        // Load immediately, so that the dialog is never empty.
        _sync = (await loader.LoadAsync(Group, Id, new SyncView(), _gone.Token)).Sync;
        _follower = new SyncFollower(loader, Group, Id, status => InvokeAsync(() => Show(status)));
    }

    // The focused button was removed with the form.
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!_focused && _bar is not null)
        {
            _focused = true;
            await _bar.FocusAsync();
        }
    }

    private void Show(SyncStatus status)
    {
        if (!_gone.IsCancellationRequested)
        {
            _sync = ShownSync.From(status, new SyncView());
            StateHasChanged();
        }
    }

    private async Task CancelAsync()
    {
        var outcome = await loader.CancelAsync(Group, Id, _gone.Token);
        (_cancelling, _refused) = (outcome == SyncCancellation.Cancelled, outcome == SyncCancellation.OfAnotherNamespace);
    }
}
