using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Web.Http;
using Mirror.Web.Ui.Layout;
using Mirror.Web.Ui.Widgets;
using Radzen;

namespace Mirror.Web.Ui;

/// <summary>A page on which something of a group or workspace is administered: what such pages do alike.</summary>
public abstract class AdministrationPage<TContent> : ComponentBase, IDisposable
    where TContent : class
{
    private readonly CancellationTokenSource _gone = new();
    private string? _group;

    [Parameter]
    public string Group { get; set; } = "";

    /// <summary>Handed from the prerendered page to the circuit, whose first picture is therefore the same.</summary>
    [PersistentState]
    public Authorized<TContent>? Loaded { get; set; }

    [CascadingParameter]
    protected HttpContext? HttpContext { get; set; }

    [Inject]
    protected CurrentUser User { get; set; } = null!;

    [Inject]
    protected DialogService Dialogs { get; set; } = null!;

    [Inject]
    protected Notifications Notifications { get; set; } = null!;

    /// <summary>What users must be allowed to do to see it and to change what it shows.</summary>
    protected abstract AccessAction Needs { get; }

    /// <summary>What is shown, where there is something to show.</summary>
    protected TContent? Content => Loaded?.Content;

    public virtual void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<TContent> LoadAsync(ResolvedNamespace scope, AccessSubject user, CancellationToken cancellationToken);

    /// <summary>Another group's page is shown now, or the first one: fields go back to what is loaded.</summary>
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

    /// <summary>Reloads after what is shown changed elsewhere.</summary>
    protected async Task RefreshAsync()
    {
        if (!_gone.IsCancellationRequested)
        {
            await ReloadAsync();
            StateHasChanged();
        }
    }

    /// <summary>Makes a change where the user may, notifies of the result, and reloads.</summary>
    /// <param name="say">Describes the outcome; a denial is described here.</param>
    /// <param name="needs">Null: what the page needs.</param>
    protected async Task<ChangeResult<TOutcome>> ChangeAsync<TOutcome>(
        Func<ResolvedNamespace, AccessSubject, Task<TOutcome>> change, Func<TOutcome, Notification?> say, AccessAction? needs = null)
    {
        var result = default(ChangeResult<TOutcome>);
        try
        {
            result = await User.ChangeAsync(needs ?? Needs, Group, change);
            Notifications.Show(result is { IsPermitted: true, Outcome: { } outcome }
                ? say(outcome)
                : new Notification("Nothing was changed: you may not, or your session has ended.", true));
        }
        catch (Exception e) when (ConcurrentChanges.Caused(e))
        {
            Notifications.Show(new Notification("Nothing was changed: somebody else changed or deleted the same at that moment.", true));
        }

        await ReloadAsync();
        // The event may be that of a form within the page, which renders only itself.
        StateHasChanged();
        return result;
    }

    protected Task<bool> ConfirmAsync(string title, string action, DeletionText text) =>
        ConfirmDeletion.AskAsync(Dialogs, title, action, text);
}
