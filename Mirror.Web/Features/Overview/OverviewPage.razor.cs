using Microsoft.AspNetCore.Components;
using Mirror.Web.Ui.Layout;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Overview;

/// <summary>How a group's mirror is used, what it saves, what it stores, and how its origins are. The URL holds the span of days.</summary>
public sealed partial class OverviewPage(OverviewLoader loader) : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private DateTimeOffset? _shownAt;

    [Parameter]
    public string Group { get; set; } = "";

    [SupplyParameterFromQuery(Name = "days")]
    private string? DaysQuery { get; set; }

    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    /// <summary>Once a minute the figures are read anew.</summary>
    [CascadingParameter(Name = PageClock.Name)]
    private DateTimeOffset? Minute { get; set; }

    /// <summary>Handed from the prerendered page to the circuit, whose first picture is therefore the same.</summary>
    [PersistentState]
    public OverviewView? View { get; set; }

    private int Span => SpanLinks.Parse(DaysQuery);

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (View?.Group != Group || View.Span != Span || _shownAt != Minute)
        {
            _shownAt = Minute;
            View = await loader.LoadAsync(Group, Span, _gone.Token);
        }

        if (View.Figures is null)
        {
            PageStatus.NotFound(HttpContext);
        }
    }
}
