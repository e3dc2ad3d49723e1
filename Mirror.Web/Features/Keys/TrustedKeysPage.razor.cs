using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Policy;
using Mirror.Core.Verification;
using Mirror.Web.Http;
using Mirror.Web.Ui.Layout;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Keys;

/// <summary>The content of the page.</summary>
/// <param name="Keys">Null if the group does not exist or the user may not read it.</param>
public sealed record KeyListPage(string Group, KeyListState State, SigningKeyList? Keys)
{
    public int PageCount => Math.Max(1, ((Keys?.Total ?? 0) + KeyListState.PageSize - 1) / KeyListState.PageSize);

    /// <summary>Whether it is the newest of several listed keys of its provider.</summary>
    public bool ReplacesAnother(SeenSigningKey key) =>
        Keys!.Items.Where(other => other.Provider == key.Provider).ToList() is { Count: > 1 } known && known[0] == key;
}

/// <summary>The keys that signed the versions of a group's root group. The URL holds the page's state.</summary>
public sealed partial class TrustedKeysPage(
    SigningKeyReader keys,
    Policies policies,
    MirrorOptions options,
    CurrentUser user,
    TimeProvider time,
    NavigationManager navigation) : ComponentBase, IDisposable
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

    /// <summary>Passed from the prerendered page to the circuit, so that both render the same.</summary>
    [PersistentState]
    public KeyListPage? Loaded { get; set; }

    private KeyListState State { get; set; } = new();

    private string Path => Urls.TrustedKeys(Group);

    private string CountText => Loaded switch
    {
        null or { Keys: null or { Total: 0 } } => "",
        { Keys.Total: 1 } => "1 key",
        { Keys.Total: var total } => string.Create(CultureInfo.InvariantCulture, $"{total:N0} keys"),
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
            // Changed by a link or the back button, not by typing, which is newer than its URL.
            _search = _sought = State.Search;
        }

        if (Loaded?.Group != Group || Loaded.State != State)
        {
            var wanted = State;
            var page = await LoadAsync(wanted);
            Loaded = wanted == State ? page : Loaded;
        }

        if (Loaded is { Keys: null })
        {
            PageStatus.NotFound(HttpContext);
        }
    }

    private async Task<KeyListPage> LoadAsync(KeyListState state)
    {
        if (await user.CheckAsync(AccessAction.Read, Group, _gone.Token) is not { IsAllowed: true, Scope: { } scope } access)
        {
            return new KeyListPage(Group, state, null);
        }

        var found = state.SearchProblem is null
            ? await keys.SearchAsync(scope.RootGroupId, state.ToQuery(anonymous: !access.SeesProtected), _gone.Token)
            : new Page<SeenSigningKey>([], 0);
        var policy = await policies.FindAsync(scope.RootGroupId, _gone.Token);
        return new KeyListPage(
            Group, state, new SigningKeyList(found.Items, found.Total, options.ToTrustPolicy().Rules, policy.Pins));
    }

    private static string? HostnameText(ProviderAddress provider) => provider.Hostname.IsDefault ? null : provider.Hostname.Display;

    private static string RuleText(StatedTrustRule rule) => (rule.Fingerprints.Count, rule.RefusesNewKeys) switch
    {
        (0, true) => "The first key is accepted; a different key is rejected.",
        (0, false) => "Any key that the registry offers is accepted and recorded.",
        (1, _) => $"Only this key is accepted{(rule.BuiltIn ? " (built in)" : "")}:",
        _ => "Only these keys are accepted:",
    };

    private void SearchSoon()
    {
        _typing ??= new Debouncer(time, Debouncer.TypingDelay, () => _ = InvokeAsync(SearchNow));
        _typing.Postpone();
    }

    private void SearchNow()
    {
        _typing?.Cancel();
        var next = KeyListState.FromQuery(_search, null);
        if (next.Search != State.Search && !_gone.IsCancellationRequested)
        {
            _sought = next.Search;
            // A search adds one history entry, regardless of the number of keystrokes.
            navigation.NavigateTo(next.ToUrl(Path), replace: State.Search.Length > 0);
        }
    }
}
