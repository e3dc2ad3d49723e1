using Spectre.Console;

namespace Mirror.Web.Cli;

/// <summary>A progress bar for the current step of a command.</summary>
/// <param name="bars">Null for a log or pipe, without progress bars.</param>
internal class StepProgress(ProgressContext? bars)
{
    private ProgressTask? _bar;
    private string? _current;

    /// <param name="isOneTask">Shows one bar at a time, with the remaining time.</param>
    public static Task<T> RunAsync<T>(CommandOutput output, bool isOneTask, Func<StepProgress, Task<T>> run) =>
        WithBarsAsync(output, isOneTask, bars => run(new StepProgress(bars)));

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

    /// <param name="run">Gets null for a log or pipe.</param>
    protected static Task<T> WithBarsAsync<T>(CommandOutput output, bool isOneTask, Func<ProgressContext?, Task<T>> run) =>
        output.IsInteractive
            ? AnsiConsole.Progress()
                .AutoClear(true)
                .HideCompleted(true)
                .Columns(ProgressColumns.ForThisTerminal(isOneTask))
                .StartAsync(context => run(context))
            : run(null);

    /// <summary>Hides a completed bar.</summary>
    protected void End()
    {
        if (_bar is not null)
        {
            _bar.Value = _bar.MaxValue;
            _bar.StopTask();
            _bar = null;
        }
    }
}
