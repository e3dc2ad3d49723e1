using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
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
    /// <summary>The rows of a table on one page.</summary>
    protected const int RowsPerPage = 25;

    /// <summary>Lists with more items than this can be searched.</summary>
    protected const int SearchedAbove = 10;

    /// <summary>With more items than this, a page loads its content again in the circuit.</summary>
    public const int PassedItems = 200;

    private const string SearchParameter = "q";

    private readonly CancellationTokenSource _gone = new();
    private string? _group;

    [Parameter]
    public string Group { get; set; } = "";

    /// <summary>
    /// Passed from the prerendered page to the circuit, so that both render the same; null if it is too much for that, and loaded again.
    /// </summary>
    [PersistentState]
    public Authorized<TContent>? Passed { get; set; }

    /// <summary>The search when the page is opened.</summary>
    [SupplyParameterFromQuery(Name = SearchParameter)]
    public string? Query { get; set; }

    protected Authorized<TContent>? Loaded { get; private set; }

    /// <summary>The text that the items of long lists contain.</summary>
    protected string? Search { get; private set; }

    [CascadingParameter]
    protected HttpContext? HttpContext { get; set; }

    [CascadingParameter]
    protected Preferences? Preferences { get; set; }

    [Inject]
    protected CurrentUser User { get; set; } = null!;

    [Inject]
    protected NavigationManager Navigation { get; set; } = null!;

    [Inject]
    protected NamespaceDirectory Namespaces { get; set; } = null!;

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

    /// <summary>The number of items in the content, which the state of a page limits.</summary>
    protected virtual int CountItems(TContent content) => 0;

    /// <summary>Resets the fields to the loaded content, initially and when the page changes to another group.</summary>
    protected virtual void Reset()
    {
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_group != Group)
        {
            _group = Group;
            Search = Query;
            Loaded = Passed;
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

    protected async Task ReloadAsync()
    {
        Loaded = await User.LoadAsync(Needs, Group, LoadAsync, _gone.Token);
        Passed = Loaded.Content is { } content && CountItems(content) > PassedItems ? null : Loaded;
    }

    /// <summary>Those of the groups in which the user may open this page too: what is inherited from them is a link.</summary>
    protected async Task<IReadOnlyList<string>> FindOpenableAsync(
        IEnumerable<string> groups, AccessSubject user, CancellationToken cancellationToken)
    {
        var openable = new List<string>();
        foreach (string group in groups.Distinct())
        {
            if (await Namespaces.FindAsync(NamespacePath.Parse(group), cancellationToken) is { } scope
                && AccessPolicy.Decide(user, Needs, scope) == AccessDecision.Allow)
            {
                openable.Add(group);
            }
        }

        return openable;
    }

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
                : new Notification(Texts.NothingChangedDenied, true));
        }
        catch (Exception e) when (ConcurrentChanges.Caused(e))
        {
            Notifications.Show(new Notification(Texts.NothingChangedConcurrently, true));
        }

        await ReloadAsync();
        // The event may come from a form within the page, which renders only itself.
        StateHasChanged();
        return result;
    }

    /// <summary>Filters the lists of the page; the URL keeps the search.</summary>
    protected void Find(string? text)
    {
        Search = text;
        Navigation.NavigateTo(
            Navigation.GetUriWithQueryParameter(SearchParameter, string.IsNullOrWhiteSpace(text) ? null : text), replace: true);
    }

    /// <summary>Whether any of the texts of an item contains the search.</summary>
    protected bool IsFound(params ReadOnlySpan<string?> texts)
    {
        string search = Search?.Trim() ?? "";
        foreach (string? text in texts)
        {
            if (text?.Contains(search, StringComparison.OrdinalIgnoreCase) == true)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Opens a dialog with a form.</summary>
    protected async Task ShowFormAsync<TDialog>(string title, DialogParameters<TDialog> parameters)
        where TDialog : IComponent => await Dialogs.ShowAsync<TDialog>(title, parameters, FormDialog.Options);

    protected Task<bool> ConfirmAsync(string title, string action, DeletionText text) =>
        ConfirmDeletion.AskAsync(Dialogs, title, action, text);
}
