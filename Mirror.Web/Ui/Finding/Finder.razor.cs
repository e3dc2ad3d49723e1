using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Web.Ui.Finding;

/// <summary>A search as the user types, of which the chosen result is opened.</summary>
public sealed partial class Finder(TimeProvider time, NavigationManager navigation, IJSRuntime script) : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private IReadOnlyList<FinderSection> _sections = [];
    private CancellationTokenSource? _search;
    private Debouncer? _typing;
    private MudTextField<string>? _field;
    private string _text = "";
    private string? _found;
    private int _chosen;
    private bool _revealed = true;

    /// <summary>Names the field.</summary>
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    /// <summary>Returns what matches a text.</summary>
    [Parameter, EditorRequired]
    public required Func<string, CancellationToken, Task<IReadOnlyList<FinderSection>>> Find { get; set; }

    /// <summary>Closed when a result is opened, which may be another view of the same page.</summary>
    [CascadingParameter]
    private IMudDialogInstance? Dialog { get; set; }

    private List<FinderItem> Items => [.. _sections.SelectMany(section => section.Items)];

    // Read by screen readers when it changes.
    private string Status => _found is null ? Ui.Texts.Loading
        : Items.Count == 0 ? _found.Length == 0 ? "" : Texts.NoResults.With(_found)
        : TextFormat.Count(Items.Count, Texts.OneResult, Texts.ResultCount);

    private Dictionary<string, object?> FieldAttributes => new()
    {
        ["role"] = "combobox",
        ["aria-label"] = Label,
        ["aria-expanded"] = Items.Count > 0 ? "true" : "false",
        ["aria-controls"] = "finder-results",
        ["aria-autocomplete"] = "list",
        ["aria-activedescendant"] = Items.Count > 0 ? IdOf(_chosen) : null,
        ["autocomplete"] = "off",
        ["spellcheck"] = "false",
    };

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
        _search?.Dispose();
        _typing?.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        _typing = new Debouncer(time, Debouncer.TypingDelay, () => _ = InvokeAsync(FindAsync));
        await FindAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && _field is not null)
        {
            await _field.FocusAsync();
        }

        if (!_revealed)
        {
            _revealed = true;
            await script.InvokeVoidAsync("mirror.reveal", IdOf(_chosen));
        }
    }

    private static string IdOf(int index) => FormattableString.Invariant($"finder-item-{index}");

    private void OnTyped(string? text)
    {
        _text = text ?? "";
        _search?.Cancel();
        _typing?.Postpone();
    }

    private async Task FindAsync()
    {
        if (_gone.IsCancellationRequested)
        {
            return;
        }

        _typing?.Cancel();
        _search?.Dispose();
        _search = CancellationTokenSource.CreateLinkedTokenSource(_gone.Token);
        var cancellation = _search.Token;
        string text = _text.Trim();
        try
        {
            var sections = await Find(text, cancellation);
            if (!cancellation.IsCancellationRequested)
            {
                (_sections, _found, _chosen) = ([.. sections.Where(section => section.Items.Count > 0)], text, 0);
                StateHasChanged();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The user continued typing.
        }
    }

    private async Task OnKeyAsync(KeyboardEventArgs key)
    {
        int count = Items.Count;
        switch (key.Key)
        {
            case "ArrowDown" when count > 0:
                Choose((_chosen + 1) % count);
                break;
            case "ArrowUp" when count > 0:
                Choose((_chosen + count - 1) % count);
                break;
            case "Enter":
                // Typed faster than the search: what is shown may not be what was meant.
                if (_found != _text.Trim())
                {
                    await FindAsync();
                }

                if (_chosen < Items.Count)
                {
                    navigation.NavigateTo(Items[_chosen].Url);
                    Dialog?.Cancel();
                }

                break;
        }
    }

    private void Choose(int index) => (_chosen, _revealed) = (index, false);
}
