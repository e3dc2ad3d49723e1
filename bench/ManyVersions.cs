using System.Diagnostics;
using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.E2E.Processes;
using Mirror.Tests.Database;

namespace Mirror.Bench;

/// <summary>
/// Measures the requests of the Provider Mirrors list with 100,000 versions, compared with 1,000 versions on the same machine. Each takes
/// one thread at a time, so that the processor time of the server and its database is its duration if the machine is idle.
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
        ("by trust", List + "?sort=trust"),
        ("by trust, the last page", List + "?sort=trust&page=2000"),
        ("by number of platforms, the last page", List + "?sort=platforms&page=2000"),
        ("by user, the last page", List + "?sort=by&page=2000"),
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
        await using var many = new Subject(directory.Combine("many"));
        await using var few = new Subject(directory.Combine("few"));
        await MeasureAsync(figures, "", many, few);
    }

    public static async Task MeasurePostgreSqlAsync(Figures figures)
    {
        using var directory = new TemporaryDirectory();
        var server = await PostgreSqlServer.GetAsync();
        await using var many = new Subject(directory.Combine("many"), await server.CreateDatabaseAsync("many"));
        await using var few = new Subject(directory.Combine("few"), await server.CreateDatabaseAsync("few"));
        await MeasureAsync(figures, " on PostgreSQL", many, few);
    }

    private static async Task MeasureAsync(Figures figures, string where, Subject many, Subject few)
    {
        await many.StartAsync(Many);
        await few.StartAsync(Few);
        Task CompareAsync(string what, Func<Subject, Task> request, bool here = false) =>
            ManyVersions.CompareAsync(figures, what + where, many, few, request, here);
        foreach (var (what, url) in Requests)
        {
            await CompareAsync(what, subject => subject.GetAsync(url));
        }

        // The search over everything, as the user types: the part of it that depends on the number of versions.
        foreach (string text in new[] { "t", "type42", "type42 17.3", "17.3", "nothing", "99.99" })
        {
            await CompareAsync($"the search over everything for '{text}'", subject => subject.SuggestAsync(text), here: true);
        }

        await CompareAsync(
            "the preview of a rule",
            subject => subject.PostAsync(Policy + "preview", new { rule = new { kind = "deny", provider = "*/*/*", versions = "< 5.0.0" } }));
        foreach (var subject in (Subject[])[many, few])
        {
            await subject.SetMinimumReleaseAgeAsync("7d");
        }

        await CompareAsync("the list by size, with a minimum release age", subject => subject.GetAsync(List + "?sort=size"));
        await CompareAsync("hidden by policy, with a minimum release age", subject => subject.GetAsync(List + "?hidden=yes"));
    }

    private static async Task CompareAsync(Figures figures, string what, Subject many, Subject few, Func<Subject, Task> request, bool here)
    {
        var (elapsed, processor) = await MeasureAsync(many, request, here);
        var (_, baseline) = await MeasureAsync(few, request, here);
        Figures.Note($"{what}: {elapsed:0} ms elapsed, {processor / baseline:0.0} times the processor time of {Few:N0} versions ({baseline:0} ms)");
        figures.AtMost($"{Many:N0} versions, {what}, processor time", processor, Target, "ms");
    }

    /// <summary>The median of the elapsed times, and the mean of the processor times, in milliseconds.</summary>
    private static async Task<(double Elapsed, double Processor)> MeasureAsync(Subject subject, Func<Subject, Task> request, bool here)
    {
        // The first requests compile code and read from the disk.
        for (int i = 0; i < Samples; i++)
        {
            await request(subject);
            await subject.CloseAsync();
        }

        var times = new List<double>();
        var processor = TimeSpan.Zero;
        for (int i = 0; i < Samples; i++)
        {
            var before = await subject.ProcessorTimeAsync(here);
            long start = Stopwatch.GetTimestamp();
            await request(subject);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            processor += await subject.ProcessorTimeAsync(here) - before;
            await subject.CloseAsync();
        }

        return (Figures.Median(times), processor.TotalMilliseconds / Samples);
    }

    private sealed class Subject(string data, string? postgreSql = null) : IAsyncDisposable
    {
        private readonly DatabaseOptions? _options = postgreSql is null
            ? null
            : new() { Provider = DatabaseProvider.PostgreSql, ConnectionString = postgreSql };

        private readonly HttpClient _admin = new(new SocketsHttpHandler { UseProxy = false });
        private CatalogDatabase _database = null!;
        private MirrorProcess _server = null!;
        private HttpResponseMessage? _open;

        public async Task StartAsync(int versions)
        {
            await ManyVersionsData.SeedAsync(data, versions, _options);
            _database = new CatalogDatabase(SeededData.Options(data, _options));
            _server = await MirrorProcess.StartAsync(
                [$"--Mirror:DataDirectory={data}", "--Mirror:Upstream:Mode=Offline", .. SeededData.Arguments(_options)]);
            _admin.BaseAddress = _server.Url;
            _admin.DefaultRequestHeaders.Authorization = new("Bearer", await _server.ReadAdminTokenAsync());
        }

        /// <summary>That of the server, or of this process instead, and of the database.</summary>
        public async Task<TimeSpan> ProcessorTimeAsync(bool here)
        {
            using var process = Process.GetCurrentProcess();
            var sum = here ? process.TotalProcessorTime : _server.ProcessorTime();
            if (postgreSql is null)
            {
                return sum;
            }

            await using var db = _database.CreateDbContext();
            foreach (int id in await db.Database.SqlQuery<int>($"SELECT pid AS \"Value\" FROM pg_stat_activity WHERE datname IS NOT NULL").ToListAsync())
            {
                using var backend = Process.GetProcessById(id);
                sum += backend.TotalProcessorTime;
            }

            return sum;
        }

        /// <summary>Reads the whole page, or the start of a file, which stays open.</summary>
        public async Task GetAsync(string url)
        {
            _open = await _server.Client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead);
            var body = await _open.EnsureSuccessStatusCode().Content.ReadAsStreamAsync();
            byte[] buffer = new byte[16 * 1024];
            while (await body.ReadAsync(buffer) > 0)
            {
                if (url.StartsWith(Export, StringComparison.Ordinal))
                {
                    return;
                }
            }

            _open.Dispose();
            _open = null;
        }

        /// <summary>Ends a file, the rest of which is not measured.</summary>
        public async Task CloseAsync()
        {
            if (_open is { } file)
            {
                _open = null;
                file.Dispose();
                await Task.Delay(TimeSpan.FromMilliseconds(200));
            }
        }

        public async Task SuggestAsync(string text)
        {
            var search = SearchText.Parse(text);
            await new CatalogSuggestions(_database).FindAsync(MirrorDbContext.DefaultGroupId, search, anonymous: true, 6, CancellationToken.None);
            await new SigningKeyReader(_database).SearchAsync(
                MirrorDbContext.DefaultGroupId, new SigningKeyQuery(search, Take: 6, Anonymous: true), CancellationToken.None);
        }

        public async Task PostAsync(string url, object content)
        {
            using var response = await _admin.PostAsJsonAsync(url, content);
            await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
        }

        public async Task SetMinimumReleaseAgeAsync(string age)
        {
            using var response = await _admin.PutAsJsonAsync(Policy + "minimum-release-age", new { minimumReleaseAge = age });
            response.EnsureSuccessStatusCode();
        }

        public async ValueTask DisposeAsync()
        {
            _admin.Dispose();
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }
}
