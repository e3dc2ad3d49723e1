using Mirror.Core.Addresses;
using System.Globalization;
using Microsoft.AspNetCore.Components;
using Mirror.Core.Usage;
using Mirror.Web.Http;
using Mirror.Web.Ui.Layout;

namespace Mirror.Web.Features.Activity;

/// <summary>The audit events of a group and its descendants, newest first. The URL holds the page's state.</summary>
public sealed partial class ActivityPage(ActivityLoader loader, NavigationManager navigation) : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private string _what = "";
    private string _outcome = "";
    private string _period = "";
    private string _who = "";
    private string _provider = "";
    private string _text = "";

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

    [SupplyParameterFromQuery(Name = "period")]
    private string? PeriodQuery { get; set; }

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

    private string Path => Urls.Activity(Group);

    private bool IsRoot => NamespacePath.TryParse(Group, out var path) && path.IsRoot;

    /// <summary>Downloads are counted for root groups only.</summary>
    private IEnumerable<(string Value, string Name)> Kinds =>
        ActivityState.Kinds.Where(kind => kind.Value != ActivityState.Served || IsRoot);

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        State = ActivityState.FromQuery(WhatQuery, WhoQuery, ProviderQuery, OutcomeQuery, PeriodQuery, TextQuery, BeforeQuery);
        (_what, _who, _provider, _outcome, _period, _text) = (
            State.What, State.Who, State.Provider, State.Outcome, State.Period, State.Text);
        if (Loaded?.Group != Group || Loaded.State != State)
        {
            var wanted = State;
            var list = await loader.LoadAsync(Group, wanted, _gone.Token);
            Loaded = wanted == State ? list : Loaded;
        }

        if (Loaded is { Access: PageAccess.Unknown })
        {
            PageStatus.NotFound(HttpContext);
        }
    }

    private static string Times(long number) => number == 1 ? "once" : string.Create(CultureInfo.InvariantCulture, $"{number:N0} times");

    private static string FromCache(Traffic traffic) =>
        traffic.Misses == 0 ? "all" : traffic.Hits == 0 ? "none" : traffic.Hits.ToString("N0", CultureInfo.InvariantCulture);

    private void Apply() =>
        navigation.NavigateTo(ActivityState.FromQuery(_what, _who, _provider, _outcome, _period, _text, null).ToUrl(Path));
}
