using System.Globalization;
using Microsoft.AspNetCore.Components;
using Mirror.Core.Addresses;
using Mirror.Core.Audit;
using Mirror.Core.Usage;
using Mirror.Web.Http;
using Mirror.Web.Ui;
using Mirror.Web.Ui.Layout;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Web.Features.Activity;

/// <summary>
/// The audit events of a group and its descendants, newest first, and new ones as they happen. The URL holds the page's state.
/// </summary>
public sealed partial class ActivityPage(ActivityLoader loader, AuditWatch watch, NavigationManager navigation, TimeProvider time)
    : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private IDisposable? _watching;
    private Debouncer? _typing;
    private ActivityState? _typed;
    private ActivityList? _newest;
    private bool _live = true;
    private string? _open;
    private IReadOnlyList<AuditEvent> _events = [];

    [Parameter]
    public string Group { get; set; } = "";

    [SupplyParameterFromQuery(Name = "what")]
    private string? WhatQuery { get; set; }

    [SupplyParameterFromQuery(Name = "who")]
    private string? WhoQuery { get; set; }

    [SupplyParameterFromQuery(Name = "provider")]
    private string? ProviderQuery { get; set; }

    [SupplyParameterFromQuery(Name = "outcome")]
    private string? OutcomeQuery { get; set; }

    [SupplyParameterFromQuery(Name = "from")]
    private string? FromDayQuery { get; set; }

    [SupplyParameterFromQuery(Name = "to")]
    private string? ToDayQuery { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    private string? TextQuery { get; set; }

    [SupplyParameterFromQuery(Name = "before")]
    private string? BeforeQuery { get; set; }

    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    /// <summary>Passed from the prerendered page to the circuit, so that both render the same.</summary>
    [PersistentState]
    public ActivityList? Loaded { get; set; }

    private ActivityState State { get; set; } = new();

    /// <summary>The state with what was typed and not yet applied.</summary>
    private ActivityState Shown => _typed ?? State;

    private string Path => Urls.Activity(Group);

    private bool IsRoot => NamespacePath.TryParse(Group, out var path) && path.IsRoot;

    [CascadingParameter]
    private Preferences? Preferences { get; set; }

    private TimeZoneInfo Zone => (Preferences ?? new()).ShownZone;

    private DateTime Today => TimeZoneInfo.ConvertTime(time.GetUtcNow(), Zone).Date;

    private DateRange Range => new(State.From?.ToDateTime(TimeOnly.MinValue), State.To?.ToDateTime(TimeOnly.MinValue));

    /// <summary>Downloads are counted for root groups only.</summary>
    private IEnumerable<string> Kinds => ActivityState.Kinds.Where(kind => kind != ActivityState.Served || IsRoot);

    /// <summary>The number of lines that have appeared since, while the list is held still.</summary>
    private int Newer => _newest is null ? 0 : _newest.Lines.Count(line => !Loaded!.Lines.Any(shown => shown.Key == line.Key));

    public void Dispose()
    {
        _watching?.Dispose();
        _typing?.Dispose();
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override void OnInitialized()
    {
        if (RendererInfo.IsInteractive)
        {
            _watching = watch.Subscribe(() => _ = InvokeAsync(RefreshAsync));
        }
    }

    protected override async Task OnParametersSetAsync()
    {
        var previous = State;
        State = ActivityState.FromQuery(name => name switch
        {
            "what" => WhatQuery,
            "who" => WhoQuery,
            "provider" => ProviderQuery,
            "outcome" => OutcomeQuery,
            "from" => FromDayQuery,
            "to" => ToDayQuery,
            "q" => TextQuery,
            _ => BeforeQuery,
        });
        if (previous != State)
        {
            (_newest, _open, _typed) = (null, null, null);
        }

        if (Loaded?.Group != Group || Loaded.State != State)
        {
            var wanted = State;
            var list = await loader.LoadAsync(Group, wanted, Zone, _gone.Token);
            Loaded = wanted == State ? list : Loaded;
        }

        if (Loaded is { Access: PageAccess.Unknown })
        {
            PageStatus.NotFound(HttpContext);
        }
    }

    private static string Times(long number) => TextFormat.Count(number, Texts.Once, Texts.Times);

    private static string FromCache(Traffic traffic) =>
        traffic.Misses == 0 ? Texts.AllOfThem : traffic.Hits == 0 ? Texts.NoneOfThem : traffic.Hits.ToString("N0", CultureInfo.InvariantCulture);

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string NameOfOutcome(string? outcome) => outcome switch
    {
        ActivityState.Done => Texts.DoneOutcome,
        ActivityState.Failed => Texts.FailedOutcome,
        _ => Texts.AnyOutcome,
    };

    private void Apply(ActivityState state)
    {
        var wanted = state with { Before = null };
        if (wanted != State)
        {
            navigation.NavigateTo(wanted.ToUrl(Path), replace: true);
        }
    }

    /// <summary>Applies what was typed after a pause.</summary>
    private void ApplySoon(ActivityState typed)
    {
        _typed = typed;
        _typing ??= new Debouncer(time, Debouncer.TypingDelay, () => _ = InvokeAsync(() => Apply(Shown)));
        _typing.Postpone();
    }

    private void ApplyRange(DateRange? range) => Apply(State with
    {
        From = range?.Start is { } from ? DateOnly.FromDateTime(from) : null,
        To = range?.End is { } to ? DateOnly.FromDateTime(to) : null,
    });

    /// <summary>Loads new lines. They are not inserted while the list is paused or a line is open: what the user reads must not move.</summary>
    private async Task RefreshAsync()
    {
        if (_gone.IsCancellationRequested || State.Before is not null || Loaded is not { Access: PageAccess.Allowed })
        {
            return;
        }

        var wanted = State;
        var list = await loader.LoadAsync(Group, wanted, Zone, _gone.Token);
        if (wanted != State || _gone.IsCancellationRequested)
        {
            return;
        }

        if (_live && _open is null || list.Access != PageAccess.Allowed)
        {
            (Loaded, _newest) = (list, null);
        }
        else
        {
            _newest = list;
        }

        StateHasChanged();
    }

    private async Task SetLiveAsync(bool live)
    {
        _live = live;
        if (live)
        {
            await RefreshAsync();
        }
    }

    private void ShowNewer()
    {
        (Loaded, _newest, _open) = (_newest, null, null);
    }

    private async Task ToggleAsync(string run)
    {
        if (_open == run)
        {
            (_open, _events) = (null, []);
            await RefreshAsync();
        }
        else
        {
            _events = await loader.ListRunAsync(Group, run, _gone.Token);
            _open = run;
        }
    }
}
