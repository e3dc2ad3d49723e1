using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Mirror.Web.Cli;

namespace Mirror.Web.Features.Jobs;

/// <summary>
/// A child process that shares this process's terminal and working directory, and gets its signals. While this object exists, no signal
/// ends this process, so that temporary files are removed.
/// </summary>
internal sealed partial class ChildProgram : IDisposable
{
    private readonly string _program;
    private readonly string[] _arguments;
    private readonly bool _outputToError;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _interrupted = new();
    private readonly PosixSignalRegistration[] _signals;
    private Process? _process;

    /// <param name="program">The path of the program.</param>
    /// <param name="outputToError">Redirects its output to standard error, which leaves standard output for a document.</param>
    public ChildProgram(string program, string[] arguments, bool outputToError)
    {
        (_program, _arguments, _outputToError) = (program, arguments, outputToError);
        _signals = [.. Numbers.Keys.Select(signal => PosixSignalRegistration.Create(signal, Handle))];
    }

    /// <summary>These numbers are the same on every system: https://man7.org/linux/man-pages/man7/signal.7.html.</summary>
    private static Dictionary<PosixSignal, int> Numbers { get; } = new()
    {
        [PosixSignal.SIGHUP] = 1,
        [PosixSignal.SIGINT] = 2,
        [PosixSignal.SIGQUIT] = 3,
        [PosixSignal.SIGTERM] = 15,
    };

    /// <summary>Cancelled by a signal that arrives before the program has started.</summary>
    public CancellationToken Interrupted => _interrupted.Token;

    /// <summary>The exit code after an interruption, as shells report it.</summary>
    public int InterruptedCode { get; private set; }

    /// <summary>Runs the program until it exits.</summary>
    /// <param name="environment">Variables to add to this process's environment.</param>
    /// <returns>The exit code; 128 plus the signal's number if a signal ended it.</returns>
    public async Task<int> RunAsync(IReadOnlyDictionary<string, string> environment, CommandOutput output)
    {
        var start = new ProcessStartInfo(_program, _arguments) { RedirectStandardOutput = _outputToError };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = new Process { StartInfo = start };
        try
        {
            lock (_gate)
            {
                if (Interrupted.IsCancellationRequested)
                {
                    return InterruptedCode;
                }

                process.Start();
                _process = process;
            }
        }
        catch (Win32Exception e)
        {
            output.Error($"{_program} cannot be started: {e.Message}");
            return ExitCodes.NotExecutable;
        }

        if (_outputToError)
        {
            await using var error = Console.OpenStandardError();
            await process.StandardOutput.BaseStream.CopyToAsync(error);
        }

        await process.WaitForExitAsync();
        lock (_gate)
        {
            _process = null;
        }

        return process.ExitCode;
    }

    public void Dispose()
    {
        foreach (var signal in _signals)
        {
            signal.Dispose();
        }

        _interrupted.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        lock (_gate)
        {
            if (_process is null)
            {
                InterruptedCode = 128 + Numbers[context.Signal];
                _interrupted.Cancel();
            }
            else if (!OperatingSystem.IsWindows() && !CameFromTerminal(context.Signal))
            {
                _ = Kill(_process.Id, Numbers[context.Signal]);
            }
        }
    }

    /// <summary>
    /// The terminal sends its signals to the whole foreground process group, so the program already has them; a second interrupt would make
    /// Terraform stop without cleaning up.
    /// </summary>
    private static bool CameFromTerminal(PosixSignal signal)
    {
        if (signal == PosixSignal.SIGTERM)
        {
            return false;
        }

        try
        {
            using var terminal = File.OpenHandle("/dev/tty");
            return ForegroundGroup(terminal) == OwnGroup();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // There is no terminal.
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "getpgrp")]
    private static partial int OwnGroup();

    [LibraryImport("libc", EntryPoint = "tcgetpgrp", SetLastError = true)]
    private static partial int ForegroundGroup(SafeHandle terminal);
}

/// <summary>Finds programs as a shell does: .NET would also look next to this executable, and in the working directory first.</summary>
internal static class ProgramPath
{
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <returns>The path, or null if there is no such program.</returns>
    public static string? Find(string name)
    {
        if (OperatingSystem.IsWindows())
        {
            string[] endings = Path.HasExtension(name) ? [""] : (Environment.GetEnvironmentVariable("PATHEXT") ?? ".EXE").Split(';');
            return Candidates(name).SelectMany(path => endings.Select(ending => path + ending)).FirstOrDefault(File.Exists);
        }

        return Candidates(name).FirstOrDefault(IsExecutable);
    }

    [UnsupportedOSPlatform("windows")]
    private static bool IsExecutable(string path) => File.Exists(path) && (File.GetUnixFileMode(path) & Executable) != 0;

    private static IEnumerable<string> Candidates(string name)
    {
        if (name.AsSpan().ContainsAny(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar))
        {
            return [Path.GetFullPath(name)];
        }

        string[] directories = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return directories.Select(directory => Path.GetFullPath(Path.Combine(directory, name)));
    }
}
