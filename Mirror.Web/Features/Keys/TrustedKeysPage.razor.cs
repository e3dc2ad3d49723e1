using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.AspNetCore.Components;
using Mirror.Core.Catalog;
using Mirror.Web.Features.Mirrors;
using Mirror.Web.Http;
using Mirror.Web.Ui.Layout;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Keys;

/// <summary>The keys that have signed what a group's root group mirrors. The URL holds what is shown; this only follows it.</summary>
public sealed partial class TrustedKeysPage(KeyListLoader loader, TimeProvider time, NavigationManager navigation) : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private Debouncer? _typing;
    private string? _search;
    private string? _sought;

    [Parameter]
    public string Group { get; set; } = "";

    [SupplyParameterFromQuery(Name = "q")]
    [MaxLength(SearchText.MaxLength)]
    private string? SearchQuery { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private string? PageQuery { get; set; }

    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    /// <summary>Handed from the prerendered page to the circuit, whose first picture is therefore the same.</summary>
    [PersistentState]
    public KeyListPage? Loaded { get; set; }

    private KeyListState State { get; set; } = new();

    private string Path => Urls.TrustedKeys(Group);

    private string CountText => Loaded switch
    {
        null or { Total: 0 } => "",
        { Total: 1 } => "1 key",
        var page => string.Create(CultureInfo.InvariantCulture, $"{page.Total:N0} keys"),
    };

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
        _typing?.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        State = KeyListState.FromQuery(SearchQuery, PageQuery);
        if (_sought != State.Search)
        {
            // A link or the back button changed it, not typing: what is typed meanwhile is newer than its URL.
            _search = _sought = State.Search;
        }

        if (Loaded?.Group != Group || Loaded.State != State)
        {
            var wanted = State;
            var page = await loader.LoadAsync(Group, wanted, _gone.Token);
            Loaded = wanted == State ? page : Loaded;
        }

        if (Loaded is { RootGroupId: null })
        {
            PageStatus.NotFound(HttpContext);
        }
    }

    private static string RuleText(ListedTrustRule rule) => (rule.Fingerprints.Count, rule.RefusesNewKeys) switch
    {
        (0, true) => "A key that has not signed the provider before is refused; the first one is taken.",
        (0, false) => "Any key that the registry names is accepted and recorded.",
        (1, _) => $"Only this key is accepted{(rule.BuiltIn ? " (built in)" : "")}:",
        _ => "Only these keys are accepted:",
    };

    private void SearchSoon()
    {
        _typing ??= new Debouncer(time, ProviderMirrorsPage.SearchDelay, () => _ = InvokeAsync(SearchNow));
        _typing.Postpone();
    }

    private void SearchNow()
    {
        _typing?.Cancel();
        var next = KeyListState.FromQuery(_search, null);
        if (next.Search != State.Search && !_gone.IsCancellationRequested)
        {
            _sought = next.Search;
            // One search is one step back, however many letters it took.
            navigation.NavigateTo(next.ToUrl(Path), replace: State.Search.Length > 0);
        }
    }
}
