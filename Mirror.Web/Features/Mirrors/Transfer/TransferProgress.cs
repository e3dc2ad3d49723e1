using Mirror.Core.Configuration;
using Mirror.Web.Cli;
using Spectre.Console;

namespace Mirror.Web.Features.Mirrors.Transfer;

/// <summary>Shows the progress of an import or export: a line for each finished package and, on a terminal, a progress bar.</summary>
/// <param name="bars">Null for a log or pipe, without progress bars.</param>
internal sealed class TransferProgress(CommandOutput output, ProgressContext? bars)
{
    private ProgressTask? _bar;
    private string? _current;

    /// <param name="isOneTask">Shows one bar at a time, with the remaining time.</param>
    public static Task<T> RunAsync<T>(CommandOutput output, bool isOneTask, Func<TransferProgress, Task<T>> run) => output.IsInteractive
        ? AnsiConsole.Progress()
            .AutoClear(true)
            .HideCompleted(true)
            .Columns(ProgressColumns.ForThisTerminal(isOneTask))
            .StartAsync(context => run(new TransferProgress(output, context)))
        : run(new TransferProgress(output, null));

    /// <param name="step">The current step, such as <c>importing hashicorp/null 3.2.4 linux_amd64</c>.</param>
    /// <param name="done">In bytes; null if it cannot be measured.</param>
    public void Show(string step, long? done, long total)
    {
        if (bars is null)
        {
            return;
        }

        if (_bar is null || _current != step)
        {
            End();
            _current = step;
            _bar = bars.AddTask(Markup.Escape(step), maxValue: Math.Max(total, 1));
            _bar.IsIndeterminate = done is null;
        }

        _bar.Value = done ?? _bar.Value;
    }

    public void Finish(ExportReportPackage package) =>
        Finish(package.Outcome, NameOf(package.Provider, package.Version, package.Platform), package.Size, package.Error, []);

    public void Finish(ImportReportPackage package) =>
        Finish(package.Outcome, NameOf(package.Provider, package.Version, package.Platform), package.Size, package.Error, package.Warnings);

    private static string NameOf(string provider, string version, string platform) =>
        $"{CommandText.Address(provider)} {version} {platform}";

    private void Finish(string outcome, string name, long? size, string? error, IReadOnlyList<string> warnings)
    {
        End();
        string line = $"{outcome} {name}{(error is not null ? $": {error}" : size is { } bytes ? $" ({Quantity.FormatSize(bytes)})" : "")}";
        if (bars is not null)
        {
            // Above the bars.
            AnsiConsole.Console.WriteLine(line);
        }
        else if (error is not null)
        {
            output.Error(line);
        }
        else if (!output.IsJson)
        {
            output.Line(line);
        }

        foreach (string warning in warnings)
        {
            if (bars is not null)
            {
                AnsiConsole.Console.WriteLine($"  warning: {warning}");
            }
            else
            {
                output.Error($"{name}: warning: {warning}");
            }
        }
    }

    /// <summary>Hides a completed bar.</summary>
    private void End()
    {
        if (_bar is not null)
        {
            _bar.Value = _bar.MaxValue;
            _bar.StopTask();
            _bar = null;
        }
    }
}
