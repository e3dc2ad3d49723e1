using Mirror.Bench;

var subjects = new Dictionary<string, Func<Figures, Task>>
{
    ["cold"] = ColdPackage.MeasureAsync,
    ["crowd"] = Crowd.MeasureAsync,
    ["init"] = Init.MeasureAsync,
    ["list"] = ManyVersions.MeasureAsync,
    ["warm"] = Warm.MeasureAsync,
    ["scale"] = Scale.MeasureAsync,
};
if (args.FirstOrDefault(name => !subjects.ContainsKey(name)) is { } unknown)
{
    Console.Error.WriteLine($"There is no measurement '{unknown}'; expected some of: {string.Join(", ", subjects.Keys)}.");
    return 2;
}

var figures = new Figures();
foreach (string name in args.Length > 0 ? args : [.. subjects.Keys])
{
    await subjects[name](figures);
}

figures.PrintSummary();
return 0;
