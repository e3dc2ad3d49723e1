using System.Globalization;

namespace Mirror.Web.Features.Overview;

/// <summary>A row of figures of a chart, all for the same days or things.</summary>
/// <param name="Tone">A class that colours it: <c>first</c>, <c>second</c>.</param>
public sealed record ChartSeries(string Name, string Tone, IReadOnlyList<long> Values);

/// <summary>A row of the table of a chart.</summary>
/// <param name="Figures">As they are written, one for each column.</param>
public sealed record FigureRow(string Name, IReadOnlyList<string> Figures);

/// <summary>
/// A bar, or the part of one that a series is, in a picture of <see cref="ChartGeometry.Width"/> by <see cref="ChartGeometry.Height"/>.
/// </summary>
public sealed record ChartBar(string X, string Y, string Width, string Height, string Tone);

/// <summary>Where the bars of a chart stand: pure, so that it can be looked at without a browser.</summary>
public static class ChartGeometry
{
    public const int Width = 600;
    public const int Height = 120;

    /// <summary>The least height at which something is not taken for nothing.</summary>
    private const double Visible = 1.5;

    private static readonly double[] Steps = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];

    /// <summary>Bars for each place, the series stacked on each other.</summary>
    public static IReadOnlyList<ChartBar> Stack(IReadOnlyList<ChartSeries> series, long ceiling)
    {
        int places = series.Count == 0 ? 0 : series[0].Values.Count;
        double place = (double)Width / Math.Max(1, places), gap = Math.Min(4, place * .2);
        var bars = new List<ChartBar>();
        for (int i = 0; i < places; i++)
        {
            double y = Height;
            foreach (var one in series.Where(one => one.Values[i] > 0))
            {
                double height = Math.Min(y, Math.Max(Visible, (double)one.Values[i] / Math.Max(1, ceiling) * Height));
                y -= height;
                bars.Add(new ChartBar(Text((i * place) + (gap / 2)), Text(y), Text(place - gap), Text(height), one.Tone));
            }
        }

        return bars;
    }

    /// <summary>A round figure that the highest stack does not exceed.</summary>
    public static long Ceiling(IReadOnlyList<ChartSeries> series)
    {
        long highest = series.Count == 0
            ? 0
            : Enumerable.Range(0, series[0].Values.Count).Select(i => series.Sum(one => one.Values[i])).DefaultIfEmpty().Max();
        if (highest <= 4)
        {
            return 4;
        }

        double magnitude = Math.Pow(10, Math.Floor(Math.Log10(highest)));
        return (long)Math.Ceiling(Steps.First(step => step * magnitude >= highest) * magnitude);
    }

    public static string Text(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
