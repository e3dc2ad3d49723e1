using Mirror.Core.Configuration;
using Mirror.Web.Cli;
using Spectre.Console;

namespace Mirror.Web.Features.Mirrors.Transfer;

/// <summary>Shows the progress of an import or export: a line for each finished package and, on a terminal, a progress bar.</summary>
/// <param name="bars">Null for a log or pipe, without progress bars.</param>
internal sealed class TransferProgress(CommandOutput output, ProgressContext? bars) : StepProgress(bars)
{
    private readonly bool _hasBars = bars is not null;

    /// <param name="isOneTask">Shows one bar at a time, with the remaining time.</param>
    public static Task<T> RunAsync<T>(CommandOutput output, bool isOneTask, Func<TransferProgress, Task<T>> run) =>
        WithBarsAsync(output, isOneTask, bars => run(new TransferProgress(output, bars)));

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
        if (_hasBars)
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
            if (_hasBars)
            {
                AnsiConsole.Console.WriteLine($"  warning: {warning}");
            }
            else
            {
                output.Error($"{name}: warning: {warning}");
            }
        }
    }
}
