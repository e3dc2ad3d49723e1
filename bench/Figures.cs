using System.Globalization;

namespace Mirror.Bench;

/// <summary>The measured values with their targets (docs/performance.md).</summary>
internal sealed class Figures
{
    private readonly List<(string Name, string Value, string Target, bool Met)> _rows = [];

    /// <param name="value">A ratio, or a difference between two measurements of the same run.</param>
    public void AtMost(string name, double value, double limit, string unit = "") => Add(name, value, "≤", limit, unit, value <= limit);

    public void AtLeast(string name, double value, double limit, string unit = "") => Add(name, value, "≥", limit, unit, value >= limit);

    public static void Note(string text) => Console.WriteLine("  " + text);

    public void PrintSummary()
    {
        int width = _rows.Max(row => row.Name.Length);
        Console.WriteLine();
        foreach (var (name, value, target, met) in _rows)
        {
            Console.WriteLine($"{name.PadRight(width)}  {value,12}  target {target,-12} {(met ? "met" : "NOT MET")}");
        }
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private void Add(string name, double value, string relation, double limit, string unit, bool met)
    {
        string Written(double number) => number.ToString("0.##", CultureInfo.InvariantCulture) + (unit.Length > 0 ? " " + unit : "");
        _rows.Add((name, Written(value), $"{relation} {Written(limit)}", met));
        Console.WriteLine($"{name}: {Written(value)}");
    }
}
