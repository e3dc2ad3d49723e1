using System.Diagnostics;
using System.Globalization;

namespace Mirror.E2E.Processes;

/// <summary>The result of a program.</summary>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
public sealed record ProgramRun(int ExitCode, string Output, string Error)
{
    // Only a failing test waits this long.
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromMinutes(4);

    /// <summary>The complete output.</summary>
    public string Text => Output + Error;

    /// <param name="watch">Runs while the program runs, and ends with it.</param>
    /// <param name="input">The complete standard input.</param>
    /// <exception cref="TimeoutException">The program did not end within four minutes, and was killed.</exception>
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
        using var timeout = new CancellationTokenSource(WaitTimeout);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
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

    /// <param name="signal">The name of the signal for <c>kill</c>. INT is the signal of Ctrl-C in a terminal.</param>
    public static async Task SignalAsync(Process process, string signal) =>
        (await RunAsync(new ProcessStartInfo("kill", ["-" + signal, process.Id.ToString(CultureInfo.InvariantCulture)]))).AssertSuccess();

    /// <summary>Fails the test with the complete output, unless the program succeeded.</summary>
    public ProgramRun AssertSuccess()
    {
        Assert.True(ExitCode == 0, $"It ended with {ExitCode}:\n{Text}");
        return this;
    }

    /// <summary>Fails the test with the complete output, if the program succeeded.</summary>
    public ProgramRun AssertFailure()
    {
        Assert.True(ExitCode != 0, $"It succeeded:\n{Text}");
        return this;
    }
}
