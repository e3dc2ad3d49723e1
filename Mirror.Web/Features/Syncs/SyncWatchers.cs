using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Sync;
using Mirror.Web.Cli;
using Spectre.Console;

namespace Mirror.Web.Features.Syncs;

/// <summary>Prints one line for each finished package, for logs and pipes. Failures are listed at the end.</summary>
internal sealed class SyncLines(CommandOutput output)
{
    private readonly HashSet<(ProviderAddress, ProviderVersion, Platform)> _shown = [];

    public void Show(SyncStatus document)
    {
        foreach (var package in document.Packages.Where(package => package.State is SyncPackageState.Fetched or SyncPackageState.Present))
        {
            if (_shown.Add((package.Provider, package.Version, package.Platform)) && !output.IsJson)
            {
                string verb = package.State == SyncPackageState.Fetched ? "fetched" : "present";
                output.Line($"{verb} {Name(package)}{(package.Size is { } size ? $" ({Quantity.FormatSize(size)})" : "")}");
            }
        }
    }

    public static string Name(SyncPackageStatus package) => $"{package.Provider.Display} {package.Version} {package.Platform}";
}

/// <summary>Shows a progress bar for each package.</summary>
internal sealed class SyncBars(ProgressContext context)
{
    private readonly Dictionary<(ProviderAddress, ProviderVersion, Platform), ProgressTask> _bars = [];

    public void Show(SyncStatus document)
    {
        foreach (var package in document.Packages)
        {
            var key = (package.Provider, package.Version, package.Platform);
            if (!_bars.TryGetValue(key, out var bar))
            {
                _bars.Add(key, bar = context.AddTask(Markup.Escape(SyncLines.Name(package)), autoStart: false));
                bar.IsIndeterminate = true;
            }

            if (package.State == SyncPackageState.Waiting || bar.IsFinished)
            {
                continue;
            }

            bar.StartTask();
            bar.IsIndeterminate = package.Size is null && package.State == SyncPackageState.Fetching;
            bar.MaxValue = Math.Max(package.Size ?? 1, 1);
            bar.Value = package.State is SyncPackageState.Fetched or SyncPackageState.Present ? bar.MaxValue : package.Received;
            if (package.State is SyncPackageState.Failed or SyncPackageState.Cancelled)
            {
                bar.Description = $"[red]{Markup.Escape(SyncLines.Name(package))}[/]";
                bar.StopTask();
            }
        }
    }
}
