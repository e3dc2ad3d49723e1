using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Web.Http;
using Mirror.Web.Ui.Layout;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Web.Features.Groups;

/// <param name="Groups">Null if the user is not an administrator.</param>
public sealed record RootGroupsContent(IReadOnlyList<Namespace>? Groups);

/// <summary>All root groups, for administrators.</summary>
public sealed partial class RootGroupsPage(
    NamespaceWriter writer, NamespaceDirectory namespaces, CurrentUser user, IDialogService dialogs, Notifications notifications)
{
    private const int SearchedAbove = 10;
    private const int PassedGroups = 200;

    private RootGroupsContent? _content;
    private string? _search;

    /// <summary>Passed from the prerendered page to the circuit; null if it is too much for that, and loaded again.</summary>
    [PersistentState]
    public RootGroupsContent? Passed { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    private string? Query { get; set; }

    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    protected override async Task OnInitializedAsync()
    {
        _search = Query;
        _content = Passed;
        if (_content is null)
        {
            await LoadAsync();
        }

        if (_content is { Groups: null })
        {
            PageStatus.Forbidden(HttpContext);
        }
    }

    private async Task LoadAsync()
    {
        _content = new RootGroupsContent(
            await user.FindAdminAsync() is { } admin
                ? [.. (await namespaces.ListAsync(CancellationToken.None)).Where(scope => scope.IsRoot).Select(scope => Namespace.Of(scope, admin))]
                : null);
        Passed = _content.Groups?.Count > PassedGroups ? null : _content;
    }

    private void Find(string? text)
    {
        _search = text;
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("q", string.IsNullOrWhiteSpace(text) ? null : text), replace: true);
    }

    private async Task AddAsync() => await dialogs.ShowAsync<NamespaceDialog>(
        Texts.NewRootGroup, new DialogParameters<NamespaceDialog> { { x => x.Create, CreateAsync } }, FormDialog.Options);

    private async Task<string?> CreateAsync(NewNamespace wanted)
    {
        var result = await user.FindAdminAsync() is { } admin
            ? new ChangeResult<CreateOutcome>(
                true, await writer.CreateAsync(wanted.Path, wanted.Kind, admin.Principal, CancellationToken.None))
            : default;
        if (result is { IsPermitted: true, Outcome: CreateOutcome.Created })
        {
            notifications.Show(new Notification(Texts.CreatedNamespace.With(wanted.Path), false));
        }

        await LoadAsync();
        StateHasChanged();
        return NewNamespace.Problem(result, wanted.Path);
    }
}
