using Mirror.Core.Configuration;
using Mirror.Core.Importing;
using Mirror.Web.Cli;
using Spectre.Console;

namespace Mirror.Web.Features.Mirrors.Importing;

/// <summary>One line for each package that is finished, for logs and pipes.</summary>
internal sealed class ImportLines(CommandOutput output) : IImportWatcher
{
    public void Progress(FoundPackage package, ImportStage stage, long done, long total)
    {
        // Lines are for what has ended.
    }

    public void Finished(ImportReportPackage package)
    {
        if (package.Error is not null)
        {
            output.Error(Describe(package));
        }
        else if (!output.IsJson)
        {
            output.Line(Describe(package));
        }

        foreach (string warning in package.Warnings)
        {
            output.Error($"{Name(package)}: warning: {warning}");
        }
    }

    public static string Describe(ImportReportPackage package) =>
        package.Outcome + " " + Name(package) + (package.Error is { } error ? $": {error}" : package.Size is { } size ? $" ({Quantity.FormatSize(size)})" : "");

    private static string Name(ImportReportPackage package) => $"{CommandText.Address(package.Provider)} {package.Version} {package.Platform}";
}

/// <summary>A bar for the package at work, with its bytes and the time left; a line above for each that is finished.</summary>
internal sealed class ImportBars(ProgressContext context, IAnsiConsole console) : IImportWatcher
{
    private ProgressTask? _task;
    private (FoundPackage Package, ImportStage Stage) _current;

    public void Progress(FoundPackage package, ImportStage stage, long done, long total)
    {
        if (_task is null || _current != (package, stage))
        {
            End();
            _current = (package, stage);
            _task = context.AddTask(Markup.Escape($"{Verb(stage)} {package}"), maxValue: Math.Max(total, 1));
            _task.IsIndeterminate = stage == ImportStage.Checking;
        }

        if (stage != ImportStage.Checking)
        {
            _task.Value = done;
        }
    }

    public void Finished(ImportReportPackage package)
    {
        End();
        console.WriteLine(ImportLines.Describe(package));
        foreach (string warning in package.Warnings)
        {
            console.WriteLine($"  warning: {warning}");
        }
    }

    /// <summary>A bar whose end has come is hidden.</summary>
    private void End()
    {
        if (_task is not null)
        {
            _task.Value = _task.MaxValue;
            _task.StopTask();
            _task = null;
        }
    }

    private static string Verb(ImportStage stage) => stage switch
    {
        ImportStage.Comparing => "comparing",
        ImportStage.Sending => "importing",
        _ => "checking",
    };
}
