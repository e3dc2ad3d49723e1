using System.Collections.Concurrent;
using Mirror.E2E.Processes;
using Mirror.Tests.Origin;

namespace Mirror.E2E.Soak;

/// <summary>
/// The server under combined load: inits, invalid requests, slow clients, random origin faults, and SIGKILL. After each restart,
/// <c>mirror verify</c> must find nothing.
/// </summary>
public sealed class SoakRun : IAsyncDisposable
{
    private const int Stored = 4, Cold = 4, GoodClients = 4, ColdClients = 2, JunkClients = 2, SlowClients = 8;
    private const int PackageSize = 400_000;
    private static readonly string[] Versions = ["1.0.0", "1.1.0", "2.0.0"];

    private readonly SoakSettings _settings;
    private readonly FakeOrigin _origin = FakeOrigin.Start();
    private readonly TemporaryDirectory _data = new();
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentBag<TimeSpan> _times = [];
    private readonly ConcurrentDictionary<int, long> _statuses = [];
    private readonly ConcurrentQueue<string> _faults = [];
    private MirrorProcess? _mirror;
    private long _inits, _coldInits, _junk, _slow, _peak;

    private SoakRun(SoakSettings settings) => _settings = settings;

    internal CancellationToken Ending => _end.Token;

    /// <summary>The running server; null while it is stopped.</summary>
    internal MirrorProcess? Mirror => Volatile.Read(ref _mirror);

    public static async Task<SoakReport> RunAsync(SoakSettings settings)
    {
        await using var run = new SoakRun(settings);
        return await run.RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await (_mirror?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _origin.DisposeAsync();
        _data.Dispose();
        _end.Dispose();
    }

    internal void Answered(int status) => _statuses.AddOrUpdate(status, 1, (_, count) => count + 1);

    internal void Timed(TimeSpan elapsed) => _times.Add(elapsed);

    internal void Fault(string fault) => _faults.Enqueue(fault);

    internal void CountInit(bool isCold) => Interlocked.Increment(ref isCold ? ref _coldInits : ref _inits);

    internal void CountInvalid() => Interlocked.Increment(ref _junk);

    internal void CountSlow() => Interlocked.Increment(ref _slow);

    /// <summary>The server, once it is running; null once the soak test ends.</summary>
    internal async Task<MirrorProcess?> WhenUpAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            if (Mirror is { } mirror)
            {
                return mirror;
            }

            await PauseAsync(TimeSpan.FromMilliseconds(20));
        }

        return null;
    }

    internal async Task PauseAsync(TimeSpan length)
    {
        try
        {
            await Task.Delay(length, _end.Token);
        }
        catch (OperationCanceledException)
        {
            // The caller checks whether it has ended.
        }
    }

    internal byte[] Package(string provider, string version) => _origin.Provider(provider)[version].Package("linux_amd64").Content;

    private async Task<SoakReport> RunAsync()
    {
        string[] stored = [.. Enumerable.Range(0, Stored).Select(
            i => $"example/stored{i}")], cold = [.. Enumerable.Range(0, Cold).Select(i => $"example/cold{i}")];
        foreach (string provider in stored.Concat(cold))
        {
            var added = _origin.AddProvider(provider);
            foreach (string version in Versions)
            {
                added.AddVersion(version, release => release.Platforms("linux_amd64").PackageSize(PackageSize));
            }
        }

        await StartAsync();
        foreach (string provider in stored)
        {
            foreach (string version in Versions)
            {
                var sync = await CommandAsync(
                    "sync", "--version", version, "--platform", "linux_amd64", $"registry.example.com/{provider}");
                Assert.True(sync.ExitCode == 0, sync.ToString());
            }
        }

        new RandomOriginFaults(_origin, _settings.Seed).Begin();
        _end.CancelAfter(_settings.Duration);
        var clients = new List<Task> { KillAsync(), WatchMemoryAsync() };
        clients.AddRange(
            Enumerable.Range(0, GoodClients).Select(i => new InitClient(this, stored, Versions, isCold: false, Random(i)).RunAsync()));
        clients.AddRange(
            Enumerable.Range(0, ColdClients).Select(i => new InitClient(this, cold, Versions, isCold: true, Random(100 + i)).RunAsync()));
        clients.AddRange(Enumerable.Range(0, JunkClients).Select(i => new InvalidRequestClient(this, Random(200 + i)).RunAsync()));
        clients.AddRange(Enumerable.Range(0, SlowClients).Select(i => new SlowClient(this, stored, Random(300 + i)).RunAsync()));
        await Task.WhenAll(clients);
        int restarts = await (Task<int>)clients[0];
        await VerifyAsync("at the end");
        ReadLog(Mirror!);
        TimeSpan[] sorted = [.. _times.Order()];
        return new SoakReport(
            _inits,
            _coldInits,
            _junk,
            _slow,
            restarts,
            sorted.Length == 0 ? TimeSpan.MaxValue : sorted[(int)(sorted.Length * 0.99)],
            _peak,
            new Dictionary<int, long>(_statuses),
            [.. _faults]);
    }

    private Random Random(int client) => new(unchecked(_settings.Seed * 1000 + client));

    private async Task StartAsync()
    {
        // Uses the default limits of the product instead of the relaxed limits for tests. All clients of a test have the same address.
        var mirror = await MirrorProcess.StartBeforeAsync(
            _origin.ProvidersUrl,
            $"--Mirror:DataDirectory={_data.Path}",
            "--Mirror:Upstream:Limits:DocumentDeadline=8s",
            "--Mirror:Upstream:Limits:PackageIdleTimeout=30s",
            "--Mirror:Upstream:VersionsTtl=5s",
            "--Mirror:Upstream:NegativeTtl=5s");
        Volatile.Write(ref _mirror, mirror);
    }

    private async Task<int> KillAsync()
    {
        int restarts = 0;
        while (!_end.IsCancellationRequested)
        {
            await PauseAsync(_settings.KillEvery);
            if (_end.IsCancellationRequested)
            {
                break;
            }

            var mirror = Mirror!;
            if (mirror.HasExited)
            {
                Fault($"The server ended unexpectedly:\n{mirror.LogEnd}");
            }

            Volatile.Write(ref _mirror, null);
            ReadLog(mirror);
            await mirror.DisposeAsync();
            await StartAsync();
            restarts++;
            await VerifyAsync($"after restart {restarts}");
        }

        return restarts;
    }

    private async Task<ProgramRun> CommandAsync(params string[] arguments) =>
        await Mirror!.RunCommandAsync([.. arguments, "--url", Mirror.Url.AbsoluteUri, "--token", await Mirror.ReadAdminTokenAsync()]);

    private async Task VerifyAsync(string when)
    {
        var verify = await CommandAsync("verify");
        if (verify.ExitCode != 0)
        {
            Fault($"mirror verify {when}: {verify}");
        }
    }

    /// <summary>Finds unexpected exceptions in the log, with their source.</summary>
    private void ReadLog(MirrorProcess mirror)
    {
        string[] lines = mirror.Log.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Contains("[1005]", StringComparison.Ordinal))
            {
                Fault($"in the server's log: {string.Join('\n', lines.Skip(i).Take(12))}");
            }
        }
    }

    private async Task WatchMemoryAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            if (Mirror is { HasExited: false } mirror)
            {
                try
                {
                    _peak = Math.Max(_peak, mirror.ResidentMemory());
                }
                catch (InvalidOperationException)
                {
                    // The server was killed in between.
                }
            }

            await PauseAsync(TimeSpan.FromMilliseconds(100));
        }
    }
}
