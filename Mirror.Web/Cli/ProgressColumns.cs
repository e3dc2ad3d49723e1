using Spectre.Console;

namespace Mirror.Web.Cli;

/// <summary>The columns of progress bars: as many as the terminal is wide enough for.</summary>
internal static class ProgressColumns
{
    private const int Wide = 110;

    /// <param name="width">Of the terminal, in characters.</param>
    /// <param name="isOneTask">All of the work is one bar, so that the remaining time is known.</param>
    public static ProgressColumn[] For(int width, bool isOneTask)
    {
        ProgressColumn[] narrow = [new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn()];
        ProgressColumn[] wide = width < Wide ? narrow : [.. narrow, new DownloadedColumn(), new TransferSpeedColumn()];
        return isOneTask ? [.. wide, new RemainingTimeColumn()] : wide;
    }

    public static ProgressColumn[] ForThisTerminal(bool isOneTask) => For(AnsiConsole.Profile.Width, isOneTask);
}

/// <summary>Reports immediately, unlike <see cref="Progress{T}"/>, which may report late and out of order.</summary>
internal sealed class ImmediateProgress<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
