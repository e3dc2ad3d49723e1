using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Storage.Objects;
using Mirror.E2E.Processes;
using Mirror.Tests.Database;
using Mirror.Tests.Importing;
using Mirror.Tests.Storage.Objects;
using Mirror.Tests.Time;
using Xunit.Abstractions;

namespace Mirror.E2E.Scale;

/// <summary>
/// An instance with 1,000 versions moves from SQLite to PostgreSQL and back, and from the disk to S3, while clients read. Every command is
/// killed once and repeated.
/// </summary>
public sealed class MoveTests(ITestOutputHelper output) : IDisposable
{
    private const int Providers = 10;
    private const int VersionsOfEach = 100;
    private const string Host = "registry.example.com";
    private const string Token = "an-administrator-token-for-this-test";

    private readonly TemporaryDirectory _directory = new();
    private readonly ConcurrentDictionary<string, Sha256Digest> _packages = new();
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentBag<string> _wrong = [];
    private volatile Uri? _server;
    private int _reads;
    private int _refused;

    public void Dispose()
    {
        _end.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Instance_MovedWhileClientsRead_LosesNothing()
    {
        var s3 = S3Server.Options(await S3Server.GetUrlAsync());
        string store = await WriteStoreAsync(s3);
        string postgreSql = await (await PostgreSqlServer.GetAsync()).CreateDatabaseAsync("mirror_" + Guid.NewGuid().ToString("N"));
        string back = $"Data Source={_directory.Combine("back.db")}";
        var environment = new Dictionary<string, string> { ["Mirror__DataDirectory"] = _directory.Combine("data") };
        var clock = Stopwatch.StartNew();
        Task[] readers;

        await using (var first = await StartAsync(environment))
        {
            await ImportAsync(first, "first", Enumerable.Range(0, Providers), VersionsOfEach, 1);
            output.WriteLine($"{_packages.Count} versions imported after {clock.Elapsed.TotalSeconds:0} s");
            readers = [.. Enumerable.Range(0, 2).Select(ReadAsync)];
            await KillAsync(environment, async () => await CountAsync(s3) >= 200, "migrate-packages", "--to", store);
            output.WriteLine($"migrate-packages killed after {await CountAsync(s3)} packages");
            var again = RunAsync(environment, "migrate-packages", "--to", store, "--json");
            await ImportAsync(first, "second", [0], 5, 2);
            var copied = JsonNode.Parse((await again).AssertSuccess().Output)!;
            output.WriteLine($"repeated while running: {copied.ToJsonString()}");
            Assert.False((bool)copied["isComplete"]!);
            await ImportAsync(first, "third", [1], 5, 3);
            await first.StopAsync();
        }

        var outage = Stopwatch.StartNew();
        var moved = new Dictionary<string, string>(environment);
        Configure(moved, s3);
        var refused = (await RunAsync(moved, "serve", "--Mirror:Listen:Http=http://127.0.0.1:0", "--Mirror:Listen:Https=")).AssertFailure();
        Assert.Contains("is the target of a migration that is not complete", refused.Error, StringComparison.Ordinal);
        var rest = JsonNode.Parse((await RunAsync(environment, "migrate-packages", "--to", store, "--json")).AssertSuccess().Output)!;
        output.WriteLine($"repeated after the stop: {rest.ToJsonString()}");
        Assert.Equal((_packages.Count, true), ((int)rest["packages"]!, (bool)rest["isComplete"]!));
        await MoveDataAsync(environment, postgreSql);
        moved["Mirror__Database__Provider"] = "PostgreSql";
        moved["Mirror__Database__ConnectionString"] = postgreSql;
        await using (var second = await StartAsync(moved))
        {
            output.WriteLine($"PostgreSQL and S3, outage {outage.Elapsed.TotalSeconds:0.0} s");
            await CheckAllAsync(second);
            await ImportAsync(second, "fourth", [2], 5, 4);
            await second.StopAsync();
        }

        outage.Restart();
        await MoveDataAsync(moved, back);
        moved["Mirror__Database__Provider"] = "Sqlite";
        moved["Mirror__Database__ConnectionString"] = back;
        await using (var third = await StartAsync(moved))
        {
            output.WriteLine($"SQLite and S3, outage {outage.Elapsed.TotalSeconds:0.0} s");
            await CheckAllAsync(third);
            await _end.CancelAsync();
            await Task.WhenAll(readers);
        }

        output.WriteLine(
            $"{_packages.Count} packages, {await CountAsync(s3)} objects, {_reads} reads, {_refused} while no server was running, "
            + $"{_wrong.Count} wrong, {clock.Elapsed.TotalSeconds:0} s in all");
        Assert.Equal(_packages.Count, await CountAsync(s3));
        Assert.Empty(_wrong);
        Assert.True(_reads > 100, $"{_reads} reads");
    }

    private static string FileOf(int provider, string version) => $"terraform-provider-p{provider}_{version}_linux_amd64.zip";

    private static async Task<int> CountAsync(S3Options options)
    {
        using var objects = ObjectStores.Open(options, TimeProvider.System);
        return await objects.ListAsync("sha256/", CancellationToken.None).CountAsync();
    }

    private static void Configure(Dictionary<string, string> environment, S3Options options)
    {
        environment["Mirror__Packages__Store"] = "S3";
        environment["Mirror__Packages__S3__ServiceUrl"] = options.ServiceUrl!.AbsoluteUri;
        environment["Mirror__Packages__S3__Bucket"] = options.Bucket!;
        environment["Mirror__Packages__S3__Prefix"] = options.Prefix!;
        environment["Mirror__Packages__S3__AccessKey"] = options.AccessKey!;
        environment["Mirror__Packages__S3__SecretKey"] = options.SecretKey!;
    }

    private async Task<string> WriteStoreAsync(S3Options options)
    {
        string path = _directory.Combine("store.json");
        var section = new JsonObject
        {
            ["Store"] = "S3",
            ["S3"] = new JsonObject
            {
                ["ServiceUrl"] = options.ServiceUrl!.AbsoluteUri,
                ["Bucket"] = options.Bucket,
                ["Prefix"] = options.Prefix,
                ["AccessKey"] = options.AccessKey,
                ["SecretKey"] = options.SecretKey,
            },
        };
        await File.WriteAllTextAsync(path, new JsonObject { ["Mirror"] = new JsonObject { ["Packages"] = section } }.ToJsonString());
        return path;
    }

    private async Task<MirrorProcess> StartAsync(IReadOnlyDictionary<string, string> environment)
    {
        var mirror = await MirrorProcess.StartAsync(MirrorExecutable.Built, environment, $"--Mirror:Auth:AdminToken={Token}");
        _server = mirror.Url;
        return mirror;
    }

    private async Task ImportAsync(MirrorProcess mirror, string name, IEnumerable<int> providers, int versions, int major)
    {
        string source = _directory.Combine(name);
        var added = new List<(string Path, Sha256Digest Digest)>();
        foreach (int provider in providers)
        {
            string directory = Path.Combine(source, Host, "example", $"p{provider}");
            Directory.CreateDirectory(directory);
            for (int i = 0; i < versions; i++)
            {
                string file = FileOf(provider, $"{major}.{i}.0");
                byte[] content = ProviderZip.Make($"p{provider}", Convert.ToBase64String(RandomNumberGenerator.GetBytes(20_000)));
                await File.WriteAllBytesAsync(Path.Combine(directory, file), content);
                added.Add(($"/v1/mirror/{Host}/example/p{provider}/{file}", Sha256Digest.Of(content)));
            }
        }

        var run = await RunAsync(new Dictionary<string, string>(), "import", source, "--url", mirror.Url.AbsoluteUri, "--token", Token);
        run.AssertSuccess();
        added.ForEach(package => _packages[package.Path] = package.Digest);
    }

    private async Task MoveDataAsync(IReadOnlyDictionary<string, string> environment, string target)
    {
        string rows = _directory.Combine("data", "migrate-data.rows");
        await KillAsync(environment, () => Task.FromResult(File.Exists(rows)), "migrate-data", "--to", target);
        var copied = JsonNode.Parse((await RunAsync(environment, "migrate-data", "--to", target, "--json")).AssertSuccess().Output)!;
        var tables = copied["tables"]!.AsObject();
        output.WriteLine($"migrate-data killed and repeated: {tables.Sum(table => (long)table.Value!)} rows, {(long)tables["Versions"]!} versions");
        Assert.Equal((_packages.Count, _packages.Count), ((int)tables["Versions"]!, (int)tables["Packages"]!));
    }

    private async Task ReadAsync(int seed)
    {
        var random = new Random(seed);
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        while (!_end.IsCancellationRequested)
        {
            string[] paths = [.. _packages.Keys];
            string path = paths[random.Next(paths.Length)];
            try
            {
                using var answer = await client.GetAsync(new Uri(_server!, path));
                Check(path, answer.StatusCode.ToString(), await answer.Content.ReadAsByteArrayAsync());
            }
            catch (Exception e) when (e is HttpRequestException or HttpIOException or TaskCanceledException)
            {
                Interlocked.Increment(ref _refused);
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }
    }

    private void Check(string path, string status, byte[] bytes)
    {
        Interlocked.Increment(ref _reads);
        if (status == "ServiceUnavailable")
        {
            Interlocked.Increment(ref _refused);
        }
        else if (Sha256Digest.Of(bytes) != _packages[path])
        {
            _wrong.Add($"{path}: {status}");
        }
    }

    private async Task CheckAllAsync(MirrorProcess mirror)
    {
        foreach (var (path, digest) in _packages)
        {
            Assert.Equal(digest, Sha256Digest.Of(await mirror.Client.GetByteArrayAsync(path)));
        }

        int listed = 0;
        for (int provider = 0; provider < Providers; provider++)
        {
            using var index = JsonDocument.Parse(await mirror.Client.GetStringAsync($"/v1/mirror/{Host}/example/p{provider}/index.json"));
            listed += index.RootElement.GetProperty("versions").EnumerateObject().Count();
        }

        output.WriteLine($"{_packages.Count.ToString(CultureInfo.InvariantCulture)} packages downloaded and compared, {listed} versions listed");
        Assert.Equal(_packages.Count, listed);
    }

    /// <summary>Runs a command, and kills it when a condition is met.</summary>
    private async Task KillAsync(IReadOnlyDictionary<string, string> environment, Func<Task<bool>> condition, params string[] arguments)
    {
        var run = await ProgramRun.RunAsync(Prepare(environment, arguments), async process =>
        {
            await Eventually.TrueAsync(async () => process.HasExited || await condition());
            if (!process.HasExited)
            {
                process.Kill();
            }
        });
        Assert.True(run.ExitCode == 137, $"It was to be killed, but ended with {run.ExitCode}:\n{run.Text}");
    }

    private Task<ProgramRun> RunAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        ProgramRun.RunAsync(Prepare(environment, arguments));

    private ProcessStartInfo Prepare(IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> arguments)
    {
        var start = MirrorExecutable.Built.Start(_directory.Path, arguments);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
