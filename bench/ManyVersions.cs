using System.Diagnostics;
using Microsoft.Playwright;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.E2E.Browser;
using Mirror.E2E.Processes;

namespace Mirror.Bench;

/// <summary>
/// Measures the Provider Mirrors list with 100,000 versions: the complete page in a browser, and the memory of each open page.
/// </summary>
internal static class ManyVersions
{
    private const string List = "groups/default/-/provider-mirrors";
    private static readonly string[] Architectures = ["amd64", "arm64"];
    private const int Providers = 500;
    private const int VersionsOfEach = 200;
    private const int Circuits = 40;

    private static readonly (string What, string Url)[] Requests =
    [
        ("the list", List),
        ("the next page", List + "?page=2"),
        ("the last page", List + "?page=2000"),
        ("by version", List + "?sort=version"),
        ("by version, the last page", List + "?sort=version&page=2000"),
        ("last cached first, the last page", List + "?sort=cached&page=2000"),
        ("last used first, the last page", List + "?sort=used&page=2000"),
        ("by size, the last page", List + "?sort=size&page=2000"),
        ("a search by name", List + "?q=type42"),
        ("a search by version", List + "?q=17.3"),
        ("a search by both", List + "?q=type42+17.3"),
        ("a search without a match", List + "?q=nothing"),
        ("a search without a match, last used first", List + "?q=nothing&sort=used"),
        ("a search that all match, by size, the last page", List + "?q=registry&sort=size&page=2000"),
        ("by provider", List + "?view=providers"),
        ("by provider, the last page", List + "?view=providers&page=10"),
        ("by provider, largest first", List + "?view=providers&sort=size"),
        ("by provider, a search by version", List + "?view=providers&q=17.3"),
        ("250 on a page", List + "?size=250"),
        ("a search by trust, by size", List + "?q=imported&sort=size"),
        ("a search by platform, the last page", List + "?q=linux&page=2000"),
        ("a search by platform without a match", List + "?q=darwin"),
        ("of a trust level, by size", List + "?trust=imported&sort=size"),
        ("of the usual trust level, the last page", List + "?trust=verified&page=1800"),
        ("of a platform, last used first", List + "?platform=linux_arm64&sort=used"),
        ("of a hostname", List + "?host=registry.terraform.io&sort=cached"),
        ("cached by a user, the last page", List + "?by=mira&page=2000"),
        ("cached in a period, by size", List + "?from=2020-01-01&to=2099-01-01&sort=size&page=2000"),
        ("unused for 30 days, by version", List + "?unused=30d&sort=version"),
        ("hidden by policy", List + "?hidden=yes"),
        ("visible to clients, the last page", List + "?hidden=no&page=1000"),
        ("by provider, of a trust level", List + "?view=providers&trust=imported"),
    ];

    public static async Task MeasureAsync(Figures figures)
    {
        using var directory = new TemporaryDirectory();
        string data = directory.Combine("data");
        await SeedAsync(data);
        await MeasurePaletteAsync(figures, new CatalogDatabase(new MirrorOptions { DataDirectory = data }));
        await using var mirror = await MirrorProcess.StartAsync($"--Mirror:DataDirectory={data}");
        // It hides half of the versions.
        (await mirror.RunCommandAsync("policy", "deny", "*/*", "--versions", ">= 10.0.0")).AssertSuccess();
        foreach (var (_, url) in Requests)
        {
            // The first request compiles code and reads from the disk.
            await MedianAsync(mirror.Client, url);
        }

        foreach (var (what, url) in Requests)
        {
            figures.AtMost($"{Providers * VersionsOfEach:N0} versions, {what}", await MedianAsync(mirror.Client, url), 200, "ms");
        }

        await MeasureCircuitsAsync(figures, mirror);
    }

    // The search over everything, as the user types: the part of it that depends on the number of versions.
    private static async Task MeasurePaletteAsync(Figures figures, CatalogDatabase database)
    {
        var suggestions = new CatalogSuggestions(database);
        var keys = new SigningKeyReader(database);
        foreach (string text in new[] { "t", "type42", "type42 17.3", "17.3", "nothing", "99.99" })
        {
            var search = SearchText.Parse(text);
            figures.AtMost(
                $"{Providers * VersionsOfEach:N0} versions, the search over everything for '{text}'",
                await MedianAsync(async () =>
                {
                    await suggestions.FindAsync(MirrorDbContext.DefaultGroupId, search, anonymous: true, 6, CancellationToken.None);
                    await keys.SearchAsync(MirrorDbContext.DefaultGroupId, new SigningKeyQuery(search, Take: 6, Anonymous: true), CancellationToken.None);
                }),
                200,
                "ms");
        }
    }

    private static Task<double> MedianAsync(HttpClient client, string url) => MedianAsync(async () =>
    {
        using var answer = await client.GetAsync(url);
        await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
    });

    private static async Task<double> MedianAsync(Func<Task> action)
    {
        var times = new List<double>();
        for (int i = 0; i < 11; i++)
        {
            var watch = Stopwatch.StartNew();
            await action();
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        return Figures.Median(times);
    }

    private static async Task MeasureCircuitsAsync(Figures figures, MirrorProcess mirror)
    {
        var chromium = new Chromium();
        await chromium.InitializeAsync();
        try
        {
            var first = await chromium.OpenAsync(mirror.Url);
            await using var context = first.Context;
            await OpenAsync(first);
            for (int i = 0; i < 5; i++)
            {
                await OpenAsync(await context.NewPageAsync());
            }

            double before = mirror.ResidentMemory() / 1e6;
            for (int i = 0; i < Circuits; i++)
            {
                await OpenAsync(await context.NewPageAsync());
            }

            figures.AtMost(
                $"{Circuits} open lists, increase of resident memory per list",
                ((mirror.ResidentMemory() / 1e6) - before) / Circuits,
                2,
                "MB");
        }
        finally
        {
            await chromium.DisposeAsync();
        }
    }

    // A search uses the circuit. Once its result is visible, the circuit is connected.
    private static async Task OpenAsync(IPage page)
    {
        await page.GotoAsync(List);
        await page.GetByLabel("Search provider mirrors").FillAsync("type42");
        await page.WaitForURLAsync("**/provider-mirrors?q=type42");
    }

    private static async Task SeedAsync(string directory)
    {
        var database = await SeededData.CreateAsync(directory);
        await using var db = database.CreateDbContext();
        await db.Database.BeginTransactionAsync();
        var random = new Random(1);
        var now = DateTimeOffset.UtcNow;
        for (int p = 0; p < Providers; p++)
        {
            var provider =
                new ProviderRow { RootGroupId = MirrorDbContext.DefaultGroupId, Hostname = "registry.terraform.io", Namespace = $"publisher{p % 37}", Type = $"type{p}" };
            for (int v = 0; v < VersionsOfEach; v++)
            {
                var version = ProviderVersion.Parse(FormattableString.Invariant($"{v / 10}.{v % 10}.0"));
                var row = new VersionRow
                {
                    Version = version.Value,
                    SortKey = version.SortKey,
                    CreatedAt = now.AddMinutes(-random.Next(500_000)),
                    CreatedBy = "mira",
                    CreatedByKind = PrincipalKind.User,
                };
                var trust = random.Next(10) == 0 ? TrustLevel.Imported : TrustLevel.Verified;
                row.Packages.AddRange(Architectures.Select(arch => new PackageRow
                {
                    Os = "linux",
                    Arch = arch,
                    Sha256 = Convert.ToHexStringLower(random.GetBytes(32)),
                    Size = random.Next(100_000_000),
                    Trust = trust,
                    Credential = "none",
                    CachedAt = row.CreatedAt,
                    CachedBy = "mira",
                    CachedByKind = PrincipalKind.User,
                    LastUsedAt = random.Next(3) == 0 ? null : now.AddMinutes(-random.Next(100_000)),
                }));
                provider.Versions.Add(row);
            }

            db.Providers.Add(provider);
            db.SeenKeys.Add(new SeenKeyRow { Provider = provider, Fingerprint = Convert.ToHexString(random.GetBytes(20)), Owner = $"Publisher {p % 37}", FirstSeenAt = now });
            await db.SaveChangesAsync();
            db.ChangeTracker.Clear();
        }

        await db.Database.CommitTransactionAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
    }

    private static byte[] GetBytes(this Random random, int count)
    {
        byte[] bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
