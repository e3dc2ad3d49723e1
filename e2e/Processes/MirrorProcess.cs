using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mirror.Tests.Time;

namespace Mirror.E2E.Processes;

/// <summary>
/// The server as a child process, on ports that the system selects, in its own directory, which contains its data except in a demo.
/// Disposing it stops the process and removes the directory. The process also ends with a test run that is aborted.
/// </summary>
public sealed partial class MirrorProcess : IAsyncDisposable
{
    private const string AdminTokenOption = "--Mirror:Auth:AdminToken=";
    private const string PasteBegins = "cat > mirror.tfrc";
    // Only a failing test waits this long.
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromMinutes(3);

    private readonly TemporaryDirectory _directory = new();
    private readonly MirrorExecutable _executable;
    private readonly Process _process;
    private readonly string? _configuredToken;
    private readonly EventHandler _killer;
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly List<(Func<IReadOnlyList<string>, bool> Condition, TaskCompletionSource Source)> _waiters = [];
    private bool _ended;
    private Uri? _httpsUrl;

    private MirrorProcess(MirrorExecutable executable, IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> arguments)
    {
        _executable = executable;
        _configuredToken = arguments.LastOrDefault(argument => argument.StartsWith(AdminTokenOption, StringComparison.Ordinal))
            ?[AdminTokenOption.Length..];
        var start = executable.Start(_directory.Path, [
            "serve",
            "--Mirror:Listen:Http=http://127.0.0.1:0",
            "--Mirror:Listen:Https=https://127.0.0.1:0",
            "--Mirror:Packages:MinimumFreeSpace=0",
            // Even on a busy machine, requests that a test holds must not time out.
            "--Mirror:Upstream:Limits:DocumentDeadline=1m",
            "--Mirror:Upstream:Limits:PackageIdleTimeout=5m",
            .. arguments,
        ]);
        start.Environment["TMPDIR"] = _directory.Path;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Add(line.Data);
        _killer = (_, _) => Kill();
        AppDomain.CurrentDomain.ProcessExit += _killer;
    }

    /// <summary>The directory that the server printed.</summary>
    public string DataDirectory { get; private set; } = "";

    /// <summary>The directory in which it was started and has its temporary files.</summary>
    public string WorkingDirectory => _directory.Path;

    /// <summary>The certificate authority for clients to trust.</summary>
    public string AuthorityPath => Path.Combine(DataDirectory, "tls", "ca.pem");

    public Uri Url { get; private set; } = null!;

    public Uri HttpsUrl => _httpsUrl ?? throw new InvalidOperationException("The server does not listen with TLS.");

    /// <summary>A client without credentials, based at <see cref="Url"/>, that does not follow redirects.</summary>
    public HttpClient Client { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    /// <summary>The complete output so far, including the log.</summary>
    public string Log
    {
        get
        {
            lock (_lock)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <summary>The shell commands that the server printed, and nothing else.</summary>
    public string PrintedConfiguration
    {
        get
        {
            lock (_lock)
            {
                int begin = _lines.FindIndex(line => line.StartsWith(PasteBegins, StringComparison.Ordinal));
                return string.Join('\n', _lines.Skip(begin).TakeWhile(line => line.Length > 0));
            }
        }
    }

    /// <summary>Starts <c>mirror serve</c>, and returns when it has printed that it is ready and the commands to paste.</summary>
    public static Task<MirrorProcess> StartAsync(params string[] arguments) => StartAsync(MirrorExecutable.Built, arguments);

    /// <summary>Like <see cref="StartAsync(string[])"/>, with another executable.</summary>
    public static Task<MirrorProcess> StartAsync(MirrorExecutable executable, params string[] arguments) =>
        StartAsync(executable, new Dictionary<string, string>(), arguments);

    /// <summary>Like <see cref="StartAsync(MirrorExecutable, string[])"/>, with further environment variables.</summary>
    public static async Task<MirrorProcess> StartAsync(
        MirrorExecutable executable, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var mirror = new MirrorProcess(executable, environment, arguments);
        try
        {
            mirror._process.Start();
            mirror._process.BeginOutputReadLine();
            mirror._process.BeginErrorReadLine();
            await mirror.WhenPrinted(
                lines => lines.SkipWhile(line => !line.StartsWith(PasteBegins, StringComparison.Ordinal)).Contains(""),
                "the configuration to paste");
            mirror.ReadAddresses();
            return mirror;
        }
        catch
        {
            await mirror.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts <c>mirror serve</c> with a fake origin as <c>registry.example.com</c>.</summary>
    public static Task<MirrorProcess> StartBeforeAsync(string providersUrl, params string[] arguments) =>
        StartBeforeAsync(MirrorExecutable.Built, providersUrl, arguments);

    /// <summary>Like <see cref="StartBeforeAsync(string, string[])"/>, with another executable.</summary>
    public static Task<MirrorProcess> StartBeforeAsync(MirrorExecutable executable, string providersUrl, params string[] arguments) =>
        StartAsync(executable, [
        "--Mirror:Upstream:Hosts:0:Name=registry.example.com",
        $"--Mirror:Upstream:Hosts:0:ProvidersUrl={providersUrl}",
        .. arguments,
    ]);

    /// <summary>Completes once a line that contains the text has been printed.</summary>
    public Task WhenLogged(string text) =>
        WhenPrinted(lines => lines.Any(line => line.Contains(text, StringComparison.Ordinal)), $"'{text}'");

    /// <summary>Completes once every downloaded package is stored. Its client receives it a moment earlier.</summary>
    public async Task WhenFillsEndedAsync()
    {
        string token = await ReadAdminTokenAsync();
        await Eventually.TrueAsync(async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics") { Headers = { Authorization = new("Bearer", token) } };
            using var answer = await Client.SendAsync(request);
            string metrics = await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
            return RunningFills().Match(metrics) is { Success: true } found && found.Groups[1].Value == "0";
        });
    }

    /// <summary>The packages in the store, and the files in its staging area.</summary>
    public IReadOnlyList<string> StoredFiles() =>
        [.. new[] { "packages/sha256", "staging" }
            .Select(name => Path.Combine(DataDirectory, name))
            .Where(Directory.Exists)
            .SelectMany(directory => Directory.GetFiles(directory, "*", SearchOption.AllDirectories))];

    /// <summary>Whether the process has ended, on its own or because it was killed.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>The last printed lines.</summary>
    public string LogEnd => string.Join('\n', Log.Split('\n').TakeLast(40));

    /// <summary>The peak resident memory of the process (VmHWM), in bytes.</summary>
    public long PeakMemory() => ProcessMemory.PeakOf(_process) ?? throw new InvalidOperationException("The server has ended.");

    /// <summary>The current resident memory of the process (VmRSS), in bytes.</summary>
    public long ResidentMemory() => ProcessMemory.ResidentOf(_process) ?? throw new InvalidOperationException("The server has ended.");

    public int ProcessId => _process.Id;

    /// <summary>The processor time that the process has used so far.</summary>
    public TimeSpan ProcessorTime()
    {
        _process.Refresh();
        return _process.TotalProcessorTime;
    }

    /// <summary>Runs a command of the same executable that finds this server as the local one.</summary>
    public Task<ProgramRun> RunCommandAsync(params string[] arguments) => _executable.RunAsync(_directory.Path, arguments);

    /// <summary>Like <see cref="RunCommandAsync"/>, and returns the peak resident memory of the command, in bytes.</summary>
    public async Task<(ProgramRun Run, long PeakMemory)> RunMeasuredAsync(params string[] arguments)
    {
        long peak = 0;
        var run = await ProgramRun.RunAsync(_executable.Start(_directory.Path, arguments), async process =>
            peak = await ProcessMemory.WatchPeakAsync(process));
        return (run, peak);
    }

    /// <summary>The administrator token: the configured one, or the one that the server stores for the local command line.</summary>
    public async Task<string> ReadAdminTokenAsync() =>
        _configuredToken ?? (await File.ReadAllTextAsync(Path.Combine(DataDirectory, "admin-token"))).Trim();

    /// <param name="signal">The name without SIG.</param>
    public Task SignalAsync(string signal) => ProgramRun.SignalAsync(_process, signal);

    /// <summary>Kills the server, like a crash.</summary>
    public async Task KillAsync()
    {
        Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Stops the server like a service manager, and waits until it has ended. Fails if its exit code is not 0.</summary>
    public async Task StopAsync()
    {
        await SignalAsync("TERM");
        await _process.WaitForExitAsync().WaitAsync(WaitTimeout);
        Assert.True(_process.ExitCode == 0, $"The server ended with {_process.ExitCode}:\n{Log}");
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= _killer;
        Client.Dispose();
        Kill();
        if (IsStarted())
        {
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _directory.Dispose();
    }

    private bool IsStarted()
    {
        try
        {
            return _process.Id > 0;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private void Kill()
    {
        if (IsStarted())
        {
            _process.Kill(entireProcessTree: true);
        }
    }

    private void ReadAddresses()
    {
        const string dataIn = "  data in ";
        DataDirectory = Log.Split('\n').Single(line => line.StartsWith(dataIn, StringComparison.Ordinal))[dataIn.Length..];
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(DataDirectory, "server.json")));
        var urls = file.RootElement.GetProperty("urls").EnumerateArray().Select(url => new Uri(url.GetString()!)).ToList();
        Url = urls.Single(url => url.Scheme == "http");
        _httpsUrl = urls.SingleOrDefault(url => url.Scheme == "https");
        Client.BaseAddress = Url;
    }

    private void Add(string? line)
    {
        lock (_lock)
        {
            // Null is the end of a stream, and therefore of the process.
            _ended |= line is null;
            if (line is not null)
            {
                _lines.Add(line);
            }

            _waiters.RemoveAll(waiter => (waiter.Condition(_lines) && waiter.Source.TrySetResult())
                || (_ended && waiter.Source.TrySetCanceled()));
        }
    }

    private async Task WhenPrinted(Func<IReadOnlyList<string>, bool> condition, string what)
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (condition(_lines))
            {
                return;
            }

            if (_ended)
            {
                source.SetCanceled();
            }
            else
            {
                _waiters.Add((condition, source));
            }
        }

        try
        {
            await source.Task.WaitAsync(WaitTimeout);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            throw new InvalidOperationException($"The server did not print {what}. It printed:\n{Log}", e);
        }
    }

    [GeneratedRegex(@"^mirror_package_fills_running(?:\{[^}]*\})? (\d+)", RegexOptions.Multiline)]
    private static partial Regex RunningFills();
}
