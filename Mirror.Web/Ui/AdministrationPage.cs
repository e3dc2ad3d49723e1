using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Web.Http;
using Mirror.Web.Ui.Layout;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Web.Ui;

/// <summary>The base of pages with which a group or workspace is administered.</summary>
public abstract class AdministrationPage<TContent> : ComponentBase, IDisposable
    where TContent : class
{
    private readonly CancellationTokenSource _gone = new();
    private string? _group;

    [Parameter]
    public string Group { get; set; } = "";

    /// <summary>Passed from the prerendered page to the circuit, so that both render the same.</summary>
    [PersistentState]
    public Authorized<TContent>? Loaded { get; set; }

    [CascadingParameter]
    protected HttpContext? HttpContext { get; set; }

    [Inject]
    protected CurrentUser User { get; set; } = null!;

    [Inject]
    protected IDialogService Dialogs { get; set; } = null!;

    [Inject]
    protected Notifications Notifications { get; set; } = null!;

    /// <summary>The permission that users need to see the page and to change its content.</summary>
    protected abstract AccessAction Needs { get; }

    /// <summary>The content; null while loading or without access.</summary>
    protected TContent? Content => Loaded?.Content;

    public virtual void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<TContent> LoadAsync(ResolvedNamespace scope, AccessSubject user, CancellationToken cancellationToken);

    /// <summary>Resets the fields to the loaded content, initially and when the page changes to another group.</summary>
    protected virtual void Reset()
    {
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_group != Group)
        {
            _group = Group;
            if (Loaded?.Group != Group)
            {
                await ReloadAsync();
            }

            Reset();
        }

        if (Loaded?.Access == PageAccess.Unknown)
        {
            PageStatus.NotFound(HttpContext);
        }
        else if (Loaded?.Access == PageAccess.Denied)
        {
            PageStatus.Forbidden(HttpContext);
        }
    }

    protected async Task ReloadAsync() => Loaded = await User.LoadAsync(Needs, Group, LoadAsync, _gone.Token);

    /// <summary>Reloads after the content changed elsewhere.</summary>
    protected async Task RefreshAsync()
    {
        if (!_gone.IsCancellationRequested)
        {
            await ReloadAsync();
            StateHasChanged();
        }
    }

    /// <summary>Makes a change if the user has permission, shows a notification with the result, and reloads.</summary>
    /// <param name="say">Describes the outcome; this method describes a denial.</param>
    /// <param name="needs">Null requires the page's own permission.</param>
    protected async Task<ChangeResult<TOutcome>> ChangeAsync<TOutcome>(
        Func<ResolvedNamespace, AccessSubject, Task<TOutcome>> change, Func<TOutcome, Notification?> say, AccessAction? needs = null)
    {
        var result = default(ChangeResult<TOutcome>);
        try
        {
            result = await User.ChangeAsync(needs ?? Needs, Group, change);
            Notifications.Show(result is { IsPermitted: true, Outcome: { } outcome }
                ? say(outcome)
                : new Notification("Nothing was changed: you do not have permission, or your session has ended.", true));
        }
        catch (Exception e) when (ConcurrentChanges.Caused(e))
        {
            Notifications.Show(new Notification("Nothing was changed: another user changed or deleted the same object.", true));
        }

        await ReloadAsync();
        // The event may come from a form within the page, which renders only itself.
        StateHasChanged();
        return result;
    }

    protected Task<bool> ConfirmAsync(string title, string action, DeletionText text) =>
        ConfirmDeletion.AskAsync(Dialogs, title, action, text);
}
