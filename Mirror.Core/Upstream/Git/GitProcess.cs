using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Mirror.Core.Upstream.Git;

/// <summary>
/// Runs the <c>git</c> executable in isolation: with a separate environment, without the configuration of the machine, credential
/// helpers, hooks, prompts, and any protocol but the one to <see cref="GitGateway"/>.
/// </summary>
/// <param name="executable">The path of the executable.</param>
/// <param name="repository">A directory for the bare repository.</param>
/// <param name="proxyUrl">A secret: passed in the environment, because other users can read command lines.</param>
internal sealed class GitProcess(string executable, string repository, string proxyUrl)
{
    private const int MaxMessage = 1000;

    private readonly (string Key, string Value)[] _settings =
    [
        ("protocol.allow", "never"),
        ("protocol.http.allow", "always"),
        ("http.followRedirects", "false"),
        ("http.proxy", proxyUrl),
        ("http.proxyAuthMethod", "basic"),
        ("credential.helper", ""),
        ("core.askPass", ""),
        ("core.hooksPath", Path.Combine(repository, "no-hooks")),
        ("core.fsmonitor", "false"),
        // Larger files are written without being read into memory first.
        ("core.bigFileThreshold", "16m"),
        ("fetch.recurseSubmodules", "false"),
        // Packs are kept as they arrive, so that the received bytes limit the size on disk.
        ("fetch.unpackLimit", "1"),
        ("fetch.writeCommitGraph", "false"),
        ("gc.auto", "0"),
        ("maintenance.auto", "false"),
    ];

    /// <returns>The path of the executable on <c>PATH</c>; null if it is not installed.</returns>
    public static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(directory => Path.Combine(directory, OperatingSystem.IsWindows() ? "git.exe" : "git"))
        .FirstOrDefault(File.Exists);

    /// <param name="consume">Reads the output.</param>
    /// <returns>Null if the process succeeded, or what it reported.</returns>
    /// <exception cref="IOException">The process cannot be started.</exception>
    public async Task<string?> RunAsync(
        IReadOnlyList<string> arguments, Func<Stream, CancellationToken, Task>? consume, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(executable, arguments)
        {
            WorkingDirectory = repository,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        SetEnvironment(start.Environment);
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            throw new IOException($"'{executable}' could not be started: {e.Message}", e);
        }

        try
        {
            process.StandardInput.Close();
            var errors = ReadBeginningAsync(process.StandardError.BaseStream, cancellationToken);
            consume ??= (output, token) => output.CopyToAsync(Stream.Null, token);
            await consume(process.StandardOutput.BaseStream, cancellationToken).ConfigureAwait(false);
            string message = await errors.ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return process.ExitCode == 0
                ? null
                : message.Length > 0 ? message : string.Create(CultureInfo.InvariantCulture, $"exit code {process.ExitCode}");
        }
        finally
        {
            await EndAsync(process).ConfigureAwait(false);
        }
    }

    private void SetEnvironment(IDictionary<string, string?> environment)
    {
        foreach (string name in environment.Keys.Where(name => name is not ("PATH" or "Path" or "SystemRoot" or "LD_LIBRARY_PATH")).ToList())
        {
            environment.Remove(name);
        }

        environment["HOME"] = environment["XDG_CONFIG_HOME"] = environment["TMPDIR"] = environment["TEMP"] = repository;
        environment["LC_ALL"] = "C";
        environment["GIT_DIR"] = repository;
        environment["GIT_CONFIG_NOSYSTEM"] = environment["GIT_ATTR_NOSYSTEM"] = "1";
        environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        environment["GIT_TERMINAL_PROMPT"] = "0";
        environment["GIT_CONFIG_COUNT"] = _settings.Length.ToString(CultureInfo.InvariantCulture);
        foreach (var (i, (key, value)) in _settings.Index())
        {
            environment[string.Create(CultureInfo.InvariantCulture, $"GIT_CONFIG_KEY_{i}")] = key;
            environment[string.Create(CultureInfo.InvariantCulture, $"GIT_CONFIG_VALUE_{i}")] = value;
        }
    }

    /// <summary>Reads to the end, and keeps the beginning for display.</summary>
    private static async Task<string> ReadBeginningAsync(Stream stream, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[4096];
        var text = new StringBuilder();
        for (int read; (read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
        {
            if (text.Length < MaxMessage)
            {
                text.Append(Encoding.UTF8.GetString(buffer, 0, read));
            }
        }

        const StringSplitOptions words = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        string flat = string.Join(' ', text.ToString().Split((char[])['\r', '\n', '\t', '\e'], words));
        return flat.Length > MaxMessage ? flat[..MaxMessage] : flat;
    }

    private static async Task EndAsync(Process process)
    {
        try
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has just exited.
        }
    }
}
