using System.Diagnostics;
using System.Net.Http.Json;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.E2E.Processes;

namespace Mirror.Bench;

/// <summary>
/// Measures the requests of the Provider Mirrors list with 100,000 versions, compared with 1,000 versions on the same machine. Each takes
/// one thread of the server, so that its processor time is what it takes on an idle machine.
/// </summary>
internal static class ManyVersions
{
    private const int Many = 100_000;
    private const int Few = 1_000;
    private const int Samples = 11;
    private const double Target = 200;
    private const string List = "groups/default/-/provider-mirrors";
    private const string Export = "export/provider-mirrors?group=default&format=";
    private const string Policy = "api/v1/groups/default/policy/";

    private static readonly (string What, string Url)[] Requests =
    [
        ("the list", List),
        ("the next page", List + "?page=2"),
        ("the last page", List + "?page=2000"),
        ("250 on a page", List + "?size=250"),
        ("by version", List + "?sort=version"),
        ("by version, the last page", List + "?sort=version&page=2000"),
        ("last cached first, the last page", List + "?sort=cached&page=2000"),
        ("last used first, the last page", List + "?sort=used&page=2000"),
        ("by size", List + "?sort=size"),
        ("by size, the last page", List + "?sort=size&page=2000"),
        ("a search by name", List + "?q=type42"),
        ("a search by version", List + "?q=17.3"),
        ("a search by both", List + "?q=type42+17.3"),
        ("a search by hostname, by size, the last page", List + "?q=registry&sort=size&page=2000"),
        ("a search without a match", List + "?q=nothing"),
        ("a search without a match, last used first", List + "?q=nothing&sort=used"),
        ("a search by trust, by size", List + "?q=imported&sort=size"),
        ("a search by platform, the last page", List + "?q=linux&page=2000"),
        ("a search by platform without a match", List + "?q=darwin"),
        ("by provider", List + "?view=providers"),
        ("by provider, the last page", List + "?view=providers&page=10"),
        ("by provider, largest first", List + "?view=providers&sort=size"),
        ("by provider, a search by version", List + "?view=providers&q=17.3"),
        ("by provider, of a trust level", List + "?view=providers&trust=imported"),
        ("of a trust level, by size", List + "?trust=imported&sort=size"),
        ("of the usual trust level, the last page", List + "?trust=verified&page=1800"),
        ("of a platform, last used first", List + "?platform=linux_arm64&sort=used"),
        ("of a hostname", List + "?host=registry.terraform.io&sort=cached"),
        ("cached by a user, the last page", List + "?by=mira&page=2000"),
        ("cached in a period, by size", List + "?from=2020-01-01&to=2099-01-01&sort=size&page=2000"),
        ("unused for 30 days, by version", List + "?unused=30d&sort=version"),
        ("hidden by policy", List + "?hidden=yes"),
        ("hidden by policy, by size", List + "?hidden=yes&sort=size"),
        ("visible to clients, the last page", List + "?hidden=no&page=1000"),
        ("the start of a CSV file", Export + "csv"),
        ("the start of a JSON file", Export + "json"),
    ];

    public static async Task MeasureAsync(Figures figures)
    {
        using var directory = new TemporaryDirectory();
        await ManyVersionsData.SeedAsync(directory.Combine("many"), Many);
        await ManyVersionsData.SeedAsync(directory.Combine("few"), Few);
        await using (var many = await Subject.StartAsync(directory.Combine("many")))
        await using (var few = await Subject.StartAsync(directory.Combine("few")))
        {
            foreach (var (what, url) in Requests)
            {
                await CompareAsync(figures, what, many, few, subject => subject.GetAsync(url));
            }

            await CompareAsync(
                figures, "the preview of a rule", many, few, subject => subject.PostAsync(Policy + "preview", new { rule = new { kind = "deny", provider = "*/*/*", versions = "< 5.0.0" } }));
            foreach (var subject in (Subject[])[many, few])
            {
                await subject.SetMinimumReleaseAgeAsync("7d");
            }

            await CompareAsync(figures, "the list by size, with a minimum release age", many, few, subject => subject.GetAsync(List + "?sort=size"));
            await CompareAsync(figures, "hidden by policy, with a minimum release age", many, few, subject => subject.GetAsync(List + "?hidden=yes"));
        }

        await MeasurePaletteAsync(figures, directory);
    }

    // The search over everything, as the user types: the part of it that depends on the number of versions.
    private static async Task MeasurePaletteAsync(Figures figures, TemporaryDirectory directory)
    {
        await using var many = new Palette(directory.Combine("many"));
        await using var few = new Palette(directory.Combine("few"));
        foreach (string text in new[] { "t", "type42", "type42 17.3", "17.3", "nothing", "99.99" })
        {
            await CompareAsync(figures, $"the search over everything for '{text}'", many, few, palette => palette.FindAsync(text));
        }
    }

    private static async Task CompareAsync<T>(Figures figures, string what, T many, T few, Func<T, Task> request)
        where T : IProcess
    {
        var (elapsed, processor) = await MeasureAsync(many, request);
        var (_, baseline) = await MeasureAsync(few, request);
        Figures.Note($"{what}: {elapsed:0} ms elapsed, {processor / baseline:0.0} times the processor time of {Few:N0} versions ({baseline:0} ms)");
        figures.AtMost($"{Many:N0} versions, {what}, processor time of the server", processor, Target, "ms");
    }

    /// <summary>The median of the elapsed times, and the mean of the processor times, in milliseconds.</summary>
    private static async Task<(double Elapsed, double Processor)> MeasureAsync<T>(T subject, Func<T, Task> request)
        where T : IProcess
    {
        // The first requests compile code and read from the disk.
        for (int i = 0; i < 3; i++)
        {
            await request(subject);
        }

        var times = new List<double>();
        var before = subject.ProcessorTime;
        for (int i = 0; i < Samples; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await request(subject);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return (Figures.Median(times), (subject.ProcessorTime - before).TotalMilliseconds / Samples);
    }

    private interface IProcess : IAsyncDisposable
    {
        TimeSpan ProcessorTime { get; }
    }

    private sealed class Subject(MirrorProcess server, HttpClient admin) : IProcess
    {
        public TimeSpan ProcessorTime => server.ProcessorTime();

        public static async Task<Subject> StartAsync(string data)
        {
            var server = await MirrorProcess.StartAsync($"--Mirror:DataDirectory={data}", "--Mirror:Upstream:Mode=Offline");
            var admin = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = server.Url };
            admin.DefaultRequestHeaders.Authorization = new("Bearer", await server.ReadAdminTokenAsync());
            return new Subject(server, admin);
        }

        /// <summary>Reads the whole page, or the start of a file.</summary>
        public async Task GetAsync(string url)
        {
            using var response = await server.Client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead);
            await using var body = await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync();
            byte[] buffer = new byte[16 * 1024];
            while (await body.ReadAsync(buffer) > 0 && !url.StartsWith(Export, StringComparison.Ordinal))
            {
            }
        }

        public async Task PostAsync(string url, object content)
        {
            using var response = await admin.PostAsJsonAsync(url, content);
            await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
        }

        public async Task SetMinimumReleaseAgeAsync(string age)
        {
            using var response = await admin.PutAsJsonAsync(Policy + "minimum-release-age", new { minimumReleaseAge = age });
            response.EnsureSuccessStatusCode();
        }

        public async ValueTask DisposeAsync()
        {
            admin.Dispose();
            await server.DisposeAsync();
        }
    }

    private sealed class Palette(string data) : IProcess
    {
        private readonly CatalogDatabase _database = new(new MirrorOptions { DataDirectory = data });

        public TimeSpan ProcessorTime => Process.GetCurrentProcess().TotalProcessorTime;

        public async Task FindAsync(string text)
        {
            var search = SearchText.Parse(text);
            await new CatalogSuggestions(_database).FindAsync(MirrorDbContext.DefaultGroupId, search, anonymous: true, 6, CancellationToken.None);
            await new SigningKeyReader(_database).SearchAsync(
                MirrorDbContext.DefaultGroupId, new SigningKeyQuery(search, Take: 6, Anonymous: true), CancellationToken.None);
        }

        public ValueTask DisposeAsync()
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            return ValueTask.CompletedTask;
        }
    }
}
