using System.Globalization;

namespace Mirror.Web.Features.Overview;

/// <summary>A series of a chart; all series have the same categories.</summary>
/// <param name="Tone">A CSS class: <c>first</c>, <c>second</c>.</param>
public sealed record ChartSeries(string Name, string Tone, IReadOnlyList<long> Values);

/// <summary>A row of the table of a chart.</summary>
/// <param name="Figures">The formatted values, one for each column.</param>
public sealed record FigureRow(string Name, IReadOnlyList<string> Figures);

/// <summary>
/// A bar, or a series' part of one, in an image of <see cref="ChartGeometry.Width"/> by <see cref="ChartGeometry.Height"/>.
/// </summary>
public sealed record ChartBar(string X, string Y, string Width, string Height, string Tone);

/// <summary>The geometry of a chart: pure functions that tests can check without a browser.</summary>
public static class ChartGeometry
{
    public const int Width = 600;
    public const int Height = 120;

    /// <summary>The minimum height of a value above zero.</summary>
    private const double Visible = 1.5;

    private static readonly double[] Steps = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];

    /// <summary>The bars of each category, with the series stacked.</summary>
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

    /// <summary>A round number that no stack exceeds.</summary>
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
