using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Web.Http;
using Mirror.Web.Ui.Layout;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Overview;

/// <param name="Figures">Null if the group does not exist or the user may not read it.</param>
public sealed record OverviewView(string Group, string Span, OverviewFigures? Figures);

/// <summary>The usage, savings, storage and origins of a group's mirror. The URL holds the period.</summary>
public sealed partial class OverviewPage(OverviewReader overview, CurrentUser user) : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private DateTimeOffset? _shownAt;

    [Parameter]
    public string Group { get; set; } = "";

    [SupplyParameterFromQuery(Name = "span")]
    private string? SpanQuery { get; set; }

    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    /// <summary>Reloads the statistics once a minute.</summary>
    [CascadingParameter(Name = PageClock.Name)]
    private DateTimeOffset? Minute { get; set; }

    /// <summary>Passed from the prerendered page to the circuit, so that both render the same.</summary>
    [PersistentState]
    public OverviewView? View { get; set; }

    private OverviewSpan Span => OverviewSpan.Parse(SpanQuery);

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (View?.Group != Group || View.Span != Span.Key || _shownAt != Minute)
        {
            _shownAt = Minute;
            View = new OverviewView(Group, Span.Key, await ReadAsync());
        }

        if (View.Figures is null)
        {
            PageStatus.NotFound(HttpContext);
        }
    }

    private async Task<OverviewFigures?> ReadAsync() =>
        await user.CheckAsync(AccessAction.Read, Group, _gone.Token) is { IsAllowed: true, Scope: not null } access
            ? await overview.ReadFiguresAsync(Group, access, Span, _gone.Token)
            : null;
}
