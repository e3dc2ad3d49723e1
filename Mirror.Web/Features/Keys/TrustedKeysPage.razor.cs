using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Policy;
using Mirror.Core.Verification;
using Mirror.Web.Http;
using Mirror.Web.Ui;
using Mirror.Web.Ui.Layout;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Web.Features.Keys;

/// <summary>A key with its state.</summary>
public sealed record ListedKey(SeenSigningKey Key, KeyState State);

/// <summary>The content of the page.</summary>
/// <param name="Items">Null if the group does not exist or the user may not read it.</param>
/// <param name="Total">The number of keys that match.</param>
/// <param name="MayChange">Whether the user may pin keys here.</param>
public sealed record KeyListPage(
    string Group,
    KeyListState State,
    IReadOnlyList<ListedKey>? Items,
    int Total,
    IReadOnlyList<StatedTrustRule> Rules,
    IReadOnlyList<KeyPin> Pins,
    bool MayChange)
{
    public int PageCount => Math.Max(1, (Total + KeyListState.PageSize - 1) / KeyListState.PageSize);

    /// <summary>The pins of the root group that name a key and match its provider.</summary>
    public IReadOnlyList<KeyPin> PinsOf(SeenSigningKey key) =>
        [.. Pins.Where(pin => pin.Fingerprint == key.Fingerprint && pin.Provider.Matches(key.Provider))];
}

/// <summary>The keys that signed the versions of a group's root group. The URL holds the page's state.</summary>
public sealed partial class TrustedKeysPage(
    SigningKeyReader keys,
    Policies policies,
    MirrorOptions options,
    CurrentUser user,
    TimeProvider time,
    CatalogChanges changes,
    PolicyChanges policyChanges,
    NamespaceDirectory namespaces,
    IDialogService dialogs,
    Notifications notifications,
    NavigationManager navigation) : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private CatalogWatch? _watch;
    private string? _watched;
    private Debouncer? _typing;
    private string? _search;
    private string? _sought;

    [Parameter]
    public string Group { get; set; } = "";

    [SupplyParameterFromQuery(Name = "q")]
    [MaxLength(SearchText.MaxLength)]
    private string? SearchQuery { get; set; }

    [SupplyParameterFromQuery(Name = "state")]
    private string? StateQuery { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private string? PageQuery { get; set; }

    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    [CascadingParameter]
    private Preferences? Preferences { get; set; }

    /// <summary>Passed from the prerendered page to the circuit, so that both render the same.</summary>
    [PersistentState]
    public KeyListPage? Loaded { get; set; }

    private KeyListState State { get; set; } = new();

    private string Path => Urls.TrustedKeys(Group);

    private string CountText => Loaded is { Total: > 0 and var total } ? TextFormat.Count(total, Texts.OneKey, Texts.ManyKeys) : "";

    public void Dispose()
    {
        _watch?.Dispose();
        _gone.Cancel();
        _gone.Dispose();
        _typing?.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        State = KeyListState.FromQuery(SearchQuery, StateQuery, PageQuery);
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

        if (_watched != Group)
        {
            _watched = Group;
            await WatchAsync();
        }

        if (Loaded is { Items: null })
        {
            PageStatus.NotFound(HttpContext);
        }
    }

    private async Task<KeyListPage> LoadAsync(KeyListState state)
    {
        var rules = options.ToTrustPolicy().Rules;
        if (await user.CheckAsync(AccessAction.Read, Group, _gone.Token) is not { IsAllowed: true, Scope: { } scope } access)
        {
            return new KeyListPage(Group, state, null, 0, rules, [], false);
        }

        var found = state.SearchProblem is null
            ? await keys.SearchAsync(scope.RootGroupId, state.ToQuery(anonymous: !access.SeesProtected), _gone.Token)
            : new Page<SeenSigningKey>([], 0);
        var pins = (await policies.FindAsync(scope.RootGroupId, _gone.Token)).Pins;
        List<ListedKey> items =
        [
            .. found.Items.Select(key => new ListedKey(key, KeyStates.Of(key, rules, pins))).Where(item => state.Lists(item.Key, item.State)),
        ];
        bool mayChange = scope.IsRoot && access.May(AccessAction.ManageSettings);
        return state.Filter == KeyFilter.All
            ? new KeyListPage(Group, state, items, found.Total, rules, pins, mayChange)
            : new KeyListPage(
                Group,
                state,
                [.. items.Skip((state.Page - 1) * KeyListState.PageSize).Take(KeyListState.PageSize)],
                items.Count,
                rules,
                pins,
                mayChange);
    }

    private static string? HostnameText(ProviderAddress provider) => provider.Hostname.IsDefault ? null : provider.Hostname.Display;

    private static string RuleText(StatedTrustRule rule) => (rule.Fingerprints.Count, rule.RefusesNewKeys) switch
    {
        (0, true) => Texts.RuleFirstKey,
        (0, false) => Texts.RuleAnyKey,
        (1, _) => rule.BuiltIn ? Texts.RuleOneKeyBuiltIn : Texts.RuleOneKey,
        _ => Texts.RuleSeveralKeys,
    };

    private string ExpiryText(SeenSigningKey key) => key switch
    {
        { Algorithm: null } => Ui.Texts.Unknown,
        { ExpiresAt: { } at } => (Preferences ?? new()).Date(at),
        _ => Ui.Texts.Never,
    };

    /// <summary>Follows new keys, which come with the proofs of versions, and changes of the pins.</summary>
    private async Task WatchAsync()
    {
        _watch?.Dispose();
        _watch = RendererInfo.IsInteractive && Loaded is { Items: not null } && NamespacePath.TryParse(Group, out var path)
            && await namespaces.FindAsync(path, _gone.Token) is { } scope
            ? new CatalogWatch(changes, policyChanges, time, scope.RootGroupId, null, () => _ = InvokeAsync(ReloadAsync))
            : null;
    }

    private async Task ReloadAsync()
    {
        if (!_gone.IsCancellationRequested)
        {
            Loaded = await LoadAsync(State);
            StateHasChanged();
        }
    }

    private void Choose(KeyFilter filter) => navigation.NavigateTo((State with { Filter = filter, Page = 1 }).ToUrl(Path));

    private Task PinAsync(string provider, string fingerprint) =>
        dialogs.ShowAsync<PinKeyDialog>(
            Texts.PinKey,
            new DialogParameters<PinKeyDialog>
            {
                { dialog => dialog.Provider, provider },
                { dialog => dialog.Fingerprint, fingerprint },
                { dialog => dialog.Pin, PinAsync },
            },
            FormDialog.Options);

    private async Task<bool> PinAsync(NewKeyPin pin)
    {
        var provider = ProviderPattern.Parse(pin.Provider);
        var result = await ChangeAsync(async (root, by) =>
            await policies.PinAsync(root, provider, pin.Fingerprint, pin.Comment, by, CancellationToken.None) is not null);
        notifications.Show(result switch
        {
            null => new Notification(Ui.Texts.NothingChangedDenied, true),
            true => new Notification(Texts.PinnedFor.With(provider.Display), false),
            false => null,
        });
        return result != false;
    }

    private async Task UnpinAsync(KeyPin pin)
    {
        var others = Loaded!.Pins.Where(other => other != pin && other.Provider == pin.Provider).ToList();
        var text = new DeletionText(
            Texts.UnpinQuestion.With(pin.Provider.Display),
            [FingerprintText.Group(pin.Fingerprint)],
            others.Count == 0
                ? Texts.UnpinLast.With(pin.Provider.Display)
                : TextFormat.Count(others.Count, Texts.UnpinOneLeft, Texts.UnpinSeveralLeft));
        if (await ConfirmDeletion.AskAsync(dialogs, Texts.Unpin, Texts.Unpin, text))
        {
            // A pin that is already removed is fine.
            bool? done = await ChangeAsync((root, by) => policies.UnpinAsync(root, pin.Provider, pin.Fingerprint, by, CancellationToken.None));
            notifications.Show(done is null
                ? new Notification(Ui.Texts.NothingChangedDenied, true)
                : new Notification(Texts.Unpinned.With(pin.Provider.Display), false));
        }
    }

    /// <summary>Changes the pins of the root group.</summary>
    /// <returns>The outcome; null without permission.</returns>
    private async Task<bool?> ChangeAsync(Func<long, Principal, Task<bool>> change)
    {
        var result = await user.ChangeAsync(
            AccessAction.ManageSettings,
            Group,
            async (scope, by) => scope.IsRoot ? await change(scope.NamespaceId, by.Principal) : (bool?)null);
        await ReloadAsync();
        return result.IsPermitted ? result.Outcome : null;
    }

    private void SearchSoon()
    {
        _typing ??= new Debouncer(time, Debouncer.TypingDelay, () => _ = InvokeAsync(SearchNow));
        _typing.Postpone();
    }

    private void SearchNow()
    {
        _typing?.Cancel();
        var next = KeyListState.FromQuery(_search, StateQuery, null);
        if (next.Search != State.Search && !_gone.IsCancellationRequested)
        {
            _sought = next.Search;
            // A search adds one history entry, regardless of the number of keystrokes.
            navigation.NavigateTo(next.ToUrl(Path), replace: State.Search.Length > 0);
        }
    }
}
