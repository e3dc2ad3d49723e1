using System.Globalization;
using Microsoft.AspNetCore.Components;
using Mirror.Core.Configuration;
using Mirror.Core.Storage.Retention;
using Mirror.Core.Usage;
using Mirror.Web.Ui;
using Mirror.Web.Ui.Widgets;
using MudBlazor;

namespace Mirror.Web.Features.Overview;

/// <summary>The statistics of a root group, or of the whole instance.</summary>
public sealed partial class OverviewBody(MirrorOptions options) : ComponentBase
{
    // More do not fit next to each other.
    private const int MaxHosts = 6;

    [Parameter, EditorRequired]
    public required OverviewFigures Figures { get; set; }

    /// <summary>All root groups together, instead of one.</summary>
    [Parameter]
    public bool IsInstance { get; set; }

    private MirrorOptions Options => options;

    private OverviewSpan Span => OverviewSpan.Parse(Figures.Span);

    private string? RedirectedNote => Figures.Total.Redirected is > 0 and var count ? Texts.RedirectedNote.With(Count(count)) : null;

    private string ShareOf => IsInstance ? Texts.RootGroup : Texts.Provider;

    [CascadingParameter]
    private Preferences? Preferences { get; set; }

    private Preferences Shown => Preferences ?? new();

    // Downloads are counted by hours and by days in UTC: only an hour has a time where the user is.
    private string[] Labels => [.. Figures.Steps.Select(step =>
        Span.IsHourly ? Shown.Local(step.Start, "HH:mm") : step.Start.UtcDateTime.ToString("d MMM", CultureInfo.InvariantCulture))];

    private string StepHeader => Span.IsHourly ? Texts.Time : Texts.DayInUtc;

    internal static string Percent(double? rate) => rate is { } known
        ? (Math.Floor(known * 1000) / 10).ToString("0.#", CultureInfo.InvariantCulture) + " %"
        : Ui.Texts.Unknown;

    internal static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    internal static string SizeOf(long bytes) => bytes == 0 ? "0" : Quantity.FormatSize(bytes);

    private static string Served(Traffic traffic) => TrafficText.Size(traffic.ServedBytes, traffic.Redirected);

    private static string Saved(Traffic traffic) => TrafficText.Size(traffic.SavedBytes, traffic.Redirected);

    /// <summary>All downloads were redirected: a chart shows no value instead of 0.</summary>
    private static bool IsUnknown(Traffic traffic) => traffic is { ServedBytes: 0, Redirected: > 0 };

    private static string Milliseconds(TimeSpan duration) =>
        duration.TotalMilliseconds.ToString(duration.TotalMilliseconds < 10 ? "0.#" : "N0", CultureInfo.InvariantCulture) + " ms";

    private static string HitText(long downloads) =>
        downloads == 0 ? Texts.NothingDownloaded : TextFormat.Count(downloads, Texts.HitOfOne, Texts.HitOfMany);

    private string ForecastText(UnusedForecast? unused) => unused switch
    {
        null => Texts.NoForecast,
        { FirstAt: { } first } => (unused.Packages == 1 ? Texts.ForecastOne : Texts.ForecastMany)
            .With(Count(unused.Packages), SizeOf(unused.Bytes), unused.Days, Shown.Minute(first)),
        _ => Texts.NothingExpires.With(unused.Days),
    };

    private string OrphanText(OrphanSummary orphans)
    {
        string what = (orphans.Packages == 1 ? Texts.OrphansOne : Texts.OrphansMany).With(Count(orphans.Packages), SizeOf(orphans.Bytes));
        return orphans.RemovedAt is { } at ? Texts.OrphansRemoved.With(what, Shown.Minute(at)) : Texts.OrphansHeldBack.With(what);
    }

    private static Color ColorOf(OriginCondition condition) => condition switch
    {
        OriginCondition.Healthy => Color.Success,
        OriginCondition.Failing => Color.Error,
        OriginCondition.BackingOff => Color.Warning,
        _ => Color.Default,
    };

    private static string IconOf(OriginCondition condition) => condition switch
    {
        OriginCondition.Healthy => Icons.Material.Outlined.Check,
        OriginCondition.Failing => Icons.Material.Outlined.ErrorOutline,
        OriginCondition.BackingOff => Icons.Material.Outlined.HourglassTop,
        OriginCondition.Disabled => Icons.Material.Outlined.Block,
        _ => Icons.Material.Outlined.HelpOutline,
    };

    private double Highest(Func<StepStatistics, long> value) => Figures.Steps.Max(value);

    private UsageSeries Of(string name, Func<StepStatistics, long?> value) =>
        new(name, [.. Figures.Steps.Select(step => (double?)value(step))]);

    /// <summary>The newest step first.</summary>
    private IReadOnlyList<FigureRow> StepRows(Func<StepStatistics, IReadOnlyList<string>> figures) =>
    [
        .. Figures.Steps.Reverse().Select(step => new FigureRow(
            Span.IsHourly ? Shown.Minute(step.Start) : step.Start.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            figures(step))),
    ];
}
