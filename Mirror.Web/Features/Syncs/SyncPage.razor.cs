using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Core.Sync;
using Mirror.Web.Http;
using Mirror.Web.Ui.Layout;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Web.Features.Syncs;

/// <summary>A sync with the progress of each package and the reasons of failures.</summary>
public sealed partial class SyncPage(
    SyncLoader loader, SyncService syncs, CurrentUser user, NavigationManager navigation, Notifications notifications,
    IDialogService dialogs)
    : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private (string Group, long Id)? _watched;
    private SyncFollower? _follower;
    private SyncStatus? _status;
    private bool _mayChange;
    private bool _cancelling;

    [Parameter]
    public string Group { get; set; } = "";

    [Parameter]
    public long Id { get; set; }

    [SupplyParameterFromQuery(Name = "show")]
    private string? ShowQuery { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private string? PageQuery { get; set; }

    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    /// <summary>Passed from the prerendered page to the circuit, so that both render the same.</summary>
    [PersistentState]
    public LoadedSync? Loaded { get; set; }

    private SyncView View { get; set; } = new();

    private string Path => Urls.Sync(Group, Id);

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
        _follower?.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        View = SyncView.FromQuery(ShowQuery, PageQuery);
        if (Loaded?.Group != Group || Loaded.Id != Id)
        {
            Loaded = await loader.LoadAsync(Group, Id, View, _gone.Token);
        }
        else if (Loaded.View != View)
        {
            Loaded = _status is null
                ? await loader.LoadAsync(Group, Id, View, _gone.Token)
                : new LoadedSync(Group, Id, View, ShownSync.From(_status, View));
        }

        if (Loaded.Sync is null)
        {
            PageStatus.NotFound(HttpContext);
        }

        if (_watched != (Group, Id))
        {
            _watched = (Group, Id);
            _cancelling = false;
            _mayChange = await user.MayAsync(AccessAction.ChangeMirror, Group);
            Follow();
        }
    }

    private void Follow()
    {
        _follower?.Dispose();
        _follower = null;
        _status = null;
        if (RendererInfo.IsInteractive && Loaded?.Sync is { HasEnded: false })
        {
            var (group, id) = (Group, Id);
            _follower = new SyncFollower(loader, group, id, status => InvokeAsync(() => Show(group, id, status)));
        }
    }

    private void Show(string group, long id, SyncStatus status)
    {
        // The page may show another sync now, or be disposed.
        if (_watched == (group, id) && !_gone.IsCancellationRequested)
        {
            _status = status;
            Loaded = new LoadedSync(group, id, View, ShownSync.From(status, View));
            StateHasChanged();
        }
    }

    private async Task CancelAsync()
    {
        if (await dialogs.ShowMessageBoxAsync(
                Texts.CancelSync, Texts.CancelQuestion.With(Id), Texts.CancelSync, cancelText: Texts.KeepRunning) != true)
        {
            return;
        }

        var outcome = await loader.CancelAsync(Group, Id, _gone.Token);
        _cancelling = outcome == SyncCancellation.Cancelled;
        if (outcome == SyncCancellation.OfAnotherNamespace)
        {
            Refuse();
        }
    }

    private async Task RepeatAsync()
    {
        if (await user.AuthorizeAsync(AccessAction.ChangeMirror, Group) is { IsAllowed: true, Scope: { } scope } access
            && await syncs.FindAsync(scope.RootGroupId, Id, _gone.Token) is { } sync)
        {
            var again = await syncs.StartAsync(scope, sync.Request with { BringsTokens = false }, access.Subject.Principal, _gone.Token);
            navigation.NavigateTo(Urls.Sync(Group, again.Id));
        }
        else
        {
            Refuse();
        }
    }

    private void Refuse()
    {
        _mayChange = false;
        notifications.Show(new Notification(Texts.ChangeRefused, true));
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
