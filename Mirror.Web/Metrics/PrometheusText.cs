using System.Globalization;
using System.Text;

namespace Mirror.Web.Metrics;

/// <summary>
/// Writes readings as Prometheus reads them.
/// See https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format.
/// </summary>
internal static class PrometheusText
{
    public static string Write(IEnumerable<MeterReading> readings)
    {
        var text = new StringBuilder();
        foreach (var metric in readings.GroupBy(NameOf).OrderBy(metric => metric.Key, StringComparer.Ordinal))
        {
            var first = metric.First();
            if (first.Description is { Length: > 0 } description)
            {
                text.Append(CultureInfo.InvariantCulture, $"# HELP {metric.Key} {Escape(description, quotes: false)}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"# TYPE {metric.Key} {(first.IsCounter ? "counter" : "gauge")}\n");
            foreach (var reading in metric)
            {
                text.Append(metric.Key);
                if (reading.Labels.Count > 0)
                {
                    text.Append('{').AppendJoin(',', reading.Labels.Select(label => $"{Name(label.Key)}=\"{Escape(label.Value, quotes: true)}\"")).Append('}');
                }

                text.Append(CultureInfo.InvariantCulture, $" {reading.Value:R}\n");
            }
        }

        return text.ToString();
    }

    /// <summary>The name with its unit, and what marks a counter, at its end.</summary>
    private static string NameOf(MeterReading reading)
    {
        string unit = reading.Unit switch
        {
            "By" => "_bytes",
            "s" => "_seconds",
            _ => "",
        };
        string name = Name(reading.Name);
        return name + (name.EndsWith(unit, StringComparison.Ordinal) ? "" : unit) + (reading.IsCounter ? "_total" : "");
    }

    private static string Name(string name) => string.Create(name.Length, name, (span, from) =>
    {
        for (int i = 0; i < span.Length; i++)
        {
            span[i] = char.IsAsciiLetterOrDigit(from[i]) ? from[i] : '_';
        }
    });

    private static string Escape(string value, bool quotes)
    {
        string escaped = value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }
}
