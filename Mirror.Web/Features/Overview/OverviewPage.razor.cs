using Microsoft.AspNetCore.Components;
using Mirror.Core.Access;
using Mirror.Web.Http;
using Mirror.Web.Ui.Layout;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Overview;

/// <param name="Figures">Null: there is no such group, or the user may not read it.</param>
public sealed record OverviewView(string Group, int Span, OverviewFigures? Figures);

/// <summary>How a group's mirror is used, what it saves, what it stores, and how its origins are. The URL holds the span of days.</summary>
public sealed partial class OverviewPage(OverviewReader overview, CurrentUser user) : ComponentBase, IDisposable
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
            View = new OverviewView(Group, Span, await ReadAsync());
        }

        if (View.Figures is null)
        {
            PageStatus.NotFound(HttpContext);
        }
    }

    private async Task<OverviewFigures?> ReadAsync()
    {
        if (await user.CheckAsync(AccessAction.Read, Group, _gone.Token) is not { IsAllowed: true, Scope: { } scope } access)
        {
            return null;
        }

        var found = await overview.ReadAsync(scope, Span, access.SeesProtected, _gone.Token);
        return OverviewFigures.Of([found], found.Providers.Select(provider => new StorageShare(
            provider.Provider.Display,
            Urls.ProviderMirrors(Group, provider.Provider.Display),
            provider.StoredBytes,
            provider.StoredVersions,
            provider.Traffic)));
    }
}
