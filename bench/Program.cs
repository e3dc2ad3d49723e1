using System.Globalization;
using Mirror.Bench;
using Mirror.E2E.Soak;

if (args is ["soak", var minutes, var seed])
{
    var settings = new SoakSettings(
        TimeSpan.FromMinutes(double.Parse(minutes, CultureInfo.InvariantCulture)),
        TimeSpan.FromMinutes(1),
        int.Parse(seed, CultureInfo.InvariantCulture));
    Console.WriteLine($"Seed {settings.Seed}, {settings.Duration}.");
    var report = await SoakRun.RunAsync(settings);
    foreach (string fault in report.Faults)
    {
        Console.WriteLine($"FAULT {fault}");
    }

    Console.WriteLine(report);
    return report.Faults.Count == 0 && report.Slowest <= SoakTests.MostTime && report.PeakResident <= SoakTests.MostMemory ? 0 : 1;
}

if (args is ["fuzz", .. var arguments])
{
    return Fuzz.Run(arguments);
}

var subjects = new Dictionary<string, Func<Figures, Task>>
{
    ["cold"] = ColdPackage.MeasureAsync,
    ["crowd"] = Crowd.MeasureAsync,
    ["init"] = Init.MeasureAsync,
    ["list"] = ManyVersions.MeasureAsync,
    ["list-postgresql"] = ManyVersions.MeasurePostgreSqlAsync,
    ["pages"] = Pages.MeasureAsync,
    ["remote"] = Remote.MeasureAsync,
    ["warm"] = Warm.MeasureAsync,
    ["scale"] = Scale.MeasureAsync,
};
if (args.FirstOrDefault(name => !subjects.ContainsKey(name)) is { } unknown)
{
    Console.Error.WriteLine($"Unknown benchmark '{unknown}'. Expected one or more of: {string.Join(", ", subjects.Keys)}.");
    return 2;
}

var figures = new Figures();
foreach (string name in args.Length > 0 ? args : [.. subjects.Keys])
{
    await subjects[name](figures);
}

figures.PrintSummary();
return 0;
