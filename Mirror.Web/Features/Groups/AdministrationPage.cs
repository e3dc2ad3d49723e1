using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Web.Ui.Layout;
using Mirror.Web.Ui.Widgets;
using Radzen;

namespace Mirror.Web.Features.Groups;

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
    public Guarded<TContent>? Loaded { get; set; }

    [CascadingParameter]
    protected HttpContext? HttpContext { get; set; }

    [Inject]
    protected NamespaceGate Guard { get; set; } = null!;

    [Inject]
    protected DialogService Dialogs { get; set; } = null!;

    [Inject]
    protected Notices Notices { get; set; } = null!;

    /// <summary>What visitors must be allowed to do to see it and to change what it shows.</summary>
    protected abstract AccessAction Needs { get; }

    /// <summary>What is shown, where there is something to show.</summary>
    protected TContent? Content => Loaded?.Content;

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<TContent> LoadAsync(MirrorScope scope, AccessSubject visitor, CancellationToken cancellationToken);

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

        if (Loaded?.Gate == Gate.Unknown)
        {
            PageStatus.NotFound(HttpContext);
        }
        else if (Loaded?.Gate == Gate.Refused)
        {
            PageStatus.Forbidden(HttpContext);
        }
    }

    protected async Task ReloadAsync() => Loaded = await Guard.LoadAsync(Needs, Group, LoadAsync, _gone.Token);

    /// <summary>Makes a change, says what became of it, and shows how things are then.</summary>
    /// <param name="say">What became of it.</param>
    /// <param name="needs">Null: what the page needs.</param>
    /// <returns>That the visitor may not is said as well.</returns>
    protected async Task<Asked<TOutcome>> ChangeAsync<TOutcome>(Func<MirrorScope, AccessSubject, Task<TOutcome>> change, Func<TOutcome, Notice?> say, AccessAction? needs = null)
    {
        var asked = default(Asked<TOutcome>);
        try
        {
            asked = await Guard.ChangeAsync(needs ?? Needs, Group, change);
            Notices.Leave(asked is { IsPermitted: true, Outcome: { } outcome }
                ? say(outcome)
                : new Notice("Nothing was changed: you may not, or your session has ended.", true));
        }
        catch (Exception e) when (ConcurrentChanges.Caused(e))
        {
            Notices.Leave(new Notice("Nothing was changed: somebody else changed or deleted the same at that moment.", true));
        }

        await ReloadAsync();
        // What asked may be a form within the page, which renders only itself.
        StateHasChanged();
        return asked;
    }

    protected Task<bool> ConfirmAsync(string title, string action, DeletionText text) => ConfirmDeletion.AskAsync(Dialogs, title, action, text);
}
