using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Mirror.E2E.Processes;

namespace Mirror.Bench;

/// <summary>The load generator wrk: https://github.com/wg/wrk.</summary>
internal static partial class Wrk
{
    private const int Seconds = 4;
    private const int Turns = 5;

    /// <summary>The number of responses per second over keep-alive connections. Fails if a response is not successful.</summary>
    public static async Task<double> RequestsPerSecondAsync(Uri url, int connections)
    {
        var run = (await ProgramRun.RunAsync(new ProcessStartInfo("wrk", ["-t1", $"-c{connections}", $"-d{Seconds}s", "--timeout", "30s", url.AbsoluteUri]))).AssertSuccess();
        if (run.Output.Contains("Non-2xx", StringComparison.Ordinal) || run.Output.Contains("Socket errors", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"{url} failed under load:\n{run.Output}");
        }

        return double.Parse(RequestsPerSecond().Match(run.Output).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>The median of the ratios of requests per second, measured alternately.</summary>
    /// <param name="name">The name of the baseline.</param>
    public static async Task<double> RatioAsync(string what, Uri ours, Uri baseline, int connections, string name = "nginx")
    {
        var ratios = new List<double>();
        await RequestsPerSecondAsync(ours, connections);
        await RequestsPerSecondAsync(baseline, connections);
        for (int turn = 0; turn < Turns; turn++)
        {
            // In both orders, so that a change of the machine's load favors neither.
            double first = await RequestsPerSecondAsync(turn % 2 == 0 ? baseline : ours, connections);
            double second = await RequestsPerSecondAsync(turn % 2 == 0 ? ours : baseline, connections);
            var (theirs, own) = turn % 2 == 0 ? (first, second) : (second, first);
            ratios.Add(own / theirs);
            Figures.Note($"{what}: {own:0.#}/s, {name} {theirs:0.#}/s");
        }

        return Figures.Median(ratios);
    }

    [GeneratedRegex(@"Requests/sec:\s+([0-9.]+)")]
    private static partial Regex RequestsPerSecond();
}
