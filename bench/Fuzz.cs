using System.Diagnostics;
using System.Globalization;
using Mirror.Tests.Fuzzing;

namespace Mirror.Bench;

/// <summary>Runs the fuzz targets for a given time. See <c>bench/fuzz</c>.</summary>
internal static class Fuzz
{
    /// <returns>1 if an input breaks a property, 2 for invalid arguments.</returns>
    public static int Run(IReadOnlyList<string> arguments)
    {
        int seed = Environment.TickCount;
        var time = TimeSpan.FromMinutes(10);
        var targets = new List<FuzzTarget>();
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i], value = i + 1 < arguments.Count ? arguments[i + 1] : "";
            if (argument is "--seed" or "--seconds"
                && int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number))
            {
                (seed, time) = argument == "--seed" ? (number, time) : (seed, TimeSpan.FromSeconds(number));
                i++;
            }
            else if (FuzzTargets.All.FirstOrDefault(target => target.Name == argument) is { } target)
            {
                targets.Add(target);
            }
            else
            {
                Console.Error.WriteLine(
                    $"Unknown argument '{argument}'. Expected --seed NUMBER, --seconds NUMBER, or one or more of: {string.Join(", ", FuzzTargets.All)}.");
                return 2;
            }
        }

        return Run(targets.Count > 0 ? targets : FuzzTargets.All, seed, time);
    }

    private static int Run(IReadOnlyList<FuzzTarget> targets, int seed, TimeSpan time)
    {
        int found = 0;
        Console.WriteLine($"seed {seed}, {time.TotalSeconds:0} s for {targets.Count} targets");
        foreach (var target in targets)
        {
            var running = Stopwatch.StartNew();
            var (finding, rounds, slowest) = Fuzzer.Run(target, seed, _ => running.Elapsed < time / targets.Count);
            Console.WriteLine(
                FormattableString.Invariant(
                    $"{target,-26} {rounds,9} inputs, slowest {slowest.TotalMilliseconds:0.0} ms{(finding is null ? "" : ", BROKEN")}"));
            if (finding is not null)
            {
                Console.WriteLine(finding);
                found++;
            }
        }

        Console.WriteLine(
            found == 0 ? "Every property held." : $"{found} targets are broken. Add the input to the target's corpus, and fix the parser.");
        return found == 0 ? 0 : 1;
    }
}
