using System.Globalization;

namespace Mirror.Web.Features.Overview;

/// <summary>The value axis of a chart: round ticks in one unit.</summary>
/// <param name="Scale">A value divided by it is in the unit of the axis.</param>
/// <param name="Tick">The distance between two ticks, in the unit of the axis.</param>
/// <param name="Max">The end of the axis, in its unit: a whole number of ticks.</param>
/// <param name="Unit">Follows the number; empty for counts.</param>
public sealed record ChartAxis(double Scale, int Tick, double Max, string Unit)
{
    private const int Ticks = 4;

    private static readonly string[] SizeUnits = ["B", "KB", "MB", "GB", "TB", "PB"];

    /// <summary>From 0 to 100 %, for shares from 0 to 1.</summary>
    public static ChartAxis Percent { get; } = new(.01, 25, 100, "%");

    /// <summary>In units of powers of 1024, as sizes are displayed: 0, 250 MB, 500 MB.</summary>
    public static ChartAxis Bytes(double highest)
    {
        double scale = 1;
        int unit = 0;
        // At least a whole unit for each tick.
        while (highest / scale / 1024 >= Ticks && unit < SizeUnits.Length - 1)
        {
            scale *= 1024;
            unit++;
        }

        return Of(highest, scale, SizeUnits[unit]);
    }

    public static ChartAxis Count(double highest) => Of(highest, 1, "");

    public static ChartAxis Milliseconds(double highest) => Of(highest, 1, "ms");

    /// <summary>How .NET formats a value in the unit of the axis.</summary>
    public string ValueFormat => Unit.Length == 0 ? "#,0.##" : $"#,0.## '{Unit}'";

    /// <summary>A value in the unit of the axis.</summary>
    public string Format(double value) => value.ToString(ValueFormat, CultureInfo.InvariantCulture);

    private static ChartAxis Of(double highest, double scale, string unit)
    {
        double wanted = Math.Max(1, highest / scale / Ticks);
        double magnitude = Math.Pow(10, Math.Floor(Math.Log10(wanted)));
        double[] steps = magnitude < 10 ? [1, 2, 5, 10] : [1, 2, 2.5, 5, 10];
        double tick = steps.Select(step => step * magnitude).First(step => step >= wanted - 1e-9);
        return new ChartAxis(scale, (int)tick, Math.Max(tick, Math.Ceiling((highest / scale / tick) - 1e-9) * tick), unit);
    }
}
