using System.Diagnostics;
using System.Globalization;

namespace Mirror.E2E.Processes;

/// <summary>A program that ran to its end.</summary>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
public sealed record ProgramRun(int ExitCode, string Output, string Error)
{
    // Only a failing test ever waits this long.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <summary>Everything that was printed.</summary>
    public string Text => Output + Error;

    /// <param name="watch">Goes on beside the program and ends with it.</param>
    /// <param name="input">All of standard input.</param>
    /// <exception cref="TimeoutException">It did not end in four minutes, and was killed.</exception>
    public static async Task<ProgramRun> RunAsync(ProcessStartInfo start, Func<Process, Task>? watch = null, string input = "")
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.RedirectStandardInput = true;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start.");
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        var watching = watch?.Invoke(process) ?? Task.CompletedTask;
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException e)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException(
                $"{start.FileName} {string.Join(' ', start.ArgumentList)} did not end in time. It printed:\n{await output}{await error}", e);
        }

        await watching;
        return new ProgramRun(process.ExitCode, await output, await error);
    }

    /// <param name="signal">As <c>kill</c> names it; INT is what Ctrl-C on a terminal sends.</param>
    public static async Task SignalAsync(Process process, string signal) =>
        (await RunAsync(new ProcessStartInfo("kill", ["-" + signal, process.Id.ToString(CultureInfo.InvariantCulture)]))).AssertSuccess();

    /// <summary>Fails the test, with everything that was printed, unless the program succeeded.</summary>
    public ProgramRun AssertSuccess()
    {
        Assert.True(ExitCode == 0, $"It ended with {ExitCode}:\n{Text}");
        return this;
    }

    /// <summary>Fails the test, with everything that was printed, if the program succeeded.</summary>
    public ProgramRun AssertFailure()
    {
        Assert.True(ExitCode != 0, $"It succeeded:\n{Text}");
        return this;
    }
}
