using Mirror.Core.Database;
using Mirror.Core.Usage;

namespace Mirror.Web.Features.Overview;

/// <summary>The period of an overview, as in its URL.</summary>
/// <param name="Key">The value in the URL.</param>
/// <param name="LabelEvery">Every how many steps the axis has a label.</param>
public sealed record OverviewSpan(string Key, StatisticsSpan Steps, int LabelEvery)
{
    public static IReadOnlyList<OverviewSpan> All { get; } =
    [
        new("24h", StatisticsSpan.Hours(24), 4),
        new("7d", StatisticsSpan.Days(7), 1),
        new("30d", StatisticsSpan.Days(30), 5),
        new("90d", StatisticsSpan.Days(90), 15),
    ];

    private static OverviewSpan Default => All[2];

    public string Name => Key switch
    {
        "24h" => Texts.Last24Hours,
        "7d" => Texts.Last7Days,
        "30d" => Texts.Last30Days,
        _ => Texts.Last90Days,
    };

    public bool IsHourly => Steps.Step == TimeStep.Hour;

    /// <summary>Reads the query of a URL; an invalid value counts as absent.</summary>
    public static OverviewSpan Parse(string? query) => All.FirstOrDefault(span => span.Key == query) ?? Default;

    /// <param name="path">The page's URL without its query.</param>
    public string ToUrl(string path) => this == Default ? path : $"{path}?span={Key}";
}
