using Mirror.Core.Configuration;
using Mirror.Web.Cli;
using Spectre.Console;

namespace Mirror.Web.Features.Mirrors.Exporting;

/// <summary>One line for each package that is finished, for logs and pipes.</summary>
internal sealed class ExportLines(CommandOutput output) : IExportWatcher
{
    public void Progress(string package, long done, long total)
    {
        // Lines are for what has ended.
    }

    public void Finished(ExportReportPackage package)
    {
        if (package.Error is not null)
        {
            output.Error(Describe(package));
        }
        else if (!output.IsJson)
        {
            output.Line(Describe(package));
        }
    }

    public static string Describe(ExportReportPackage package) =>
        $"{package.Outcome} {CommandText.Address(package.Provider)} {package.Version} {package.Platform}"
        + (package.Error is { } error ? $": {error}" : $" ({Quantity.FormatSize(package.Size)})");
}

/// <summary>A bar for the package at work; a line above for each that is finished.</summary>
internal sealed class ExportBars(ProgressContext context, IAnsiConsole console) : IExportWatcher
{
    private ProgressTask? _task;
    private string? _current;

    public void Progress(string package, long done, long total)
    {
        if (_task is null || _current != package)
        {
            _current = package;
            _task = context.AddTask(Markup.Escape($"exporting {package}"), maxValue: Math.Max(total, 1));
        }

        _task.Value = done;
    }

    public void Finished(ExportReportPackage package)
    {
        _task?.StopTask();
        _task = null;
        console.WriteLine(ExportLines.Describe(package));
    }
}
