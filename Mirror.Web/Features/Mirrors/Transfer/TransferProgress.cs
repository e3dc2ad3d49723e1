using Mirror.Core.Configuration;
using Mirror.Web.Cli;
using Spectre.Console;

namespace Mirror.Web.Features.Mirrors.Transfer;

/// <summary>
/// Shows an import or export while it runs: one line for each package that is finished and, at a terminal, a bar for the one at work.
/// </summary>
/// <param name="bars">Null: for a log or pipe, where a bar cannot be drawn.</param>
internal sealed class TransferProgress(CommandOutput output, ProgressContext? bars)
{
    private ProgressTask? _bar;
    private string? _current;

    /// <param name="isOneTask">One bar at a time, with the time that remains.</param>
    public static Task<T> RunAsync<T>(CommandOutput output, bool isOneTask, Func<TransferProgress, Task<T>> run) => output.IsInteractive
        ? AnsiConsole.Progress()
            .AutoClear(true)
            .HideCompleted(true)
            .Columns(ProgressColumns.ForThisTerminal(isOneTask))
            .StartAsync(context => run(new TransferProgress(output, context)))
        : run(new TransferProgress(output, null));

    /// <param name="step">What is done to which package, such as <c>importing hashicorp/null 3.2.4 linux_amd64</c>.</param>
    /// <param name="done">Bytes; null: it cannot be measured.</param>
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

    /// <summary>A bar whose end has come is hidden.</summary>
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
