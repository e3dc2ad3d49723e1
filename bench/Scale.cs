using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.E2E.Processes;

namespace Mirror.Bench;

/// <summary>Measures documents that are not in memory, with many recorded versions and with few.</summary>
internal static class Scale
{
    private const int Few = 100;
    private const int Many = 100_000;
    private const int PerProvider = 100;
    private const int Batch = 5_000;
    private const string Host = "registry.example.com";

    public static async Task MeasureAsync(Figures figures)
    {
        var few = await MeasureAsync(Few);
        var many = await MeasureAsync(Many);
        Figures.Note($"creating a document takes {many:0.00} ms with {Many:N0} versions recorded, {few:0.00} ms with {Few}");
        figures.AtMost($"creating a document, {Many:N0} versions compared with {Few}", many / few, 1.5);
    }

    private static async Task<double> MeasureAsync(int versions)
    {
        using var data = new TemporaryDirectory();
        await RecordAsync(data.Path, versions);
        await using var mirror = await MirrorProcess.StartAsync($"--Mirror:DataDirectory={data.Path}", "--Mirror:Upstream:Mode=Offline");

        // Each document is requested once, because it is cached afterwards.
        var documents = new List<double>();
        for (int i = 0; i < Few; i++)
        {
            documents.Add(await TimeAsync(mirror, $"v1/mirror/{Host}/example/p0/{Version(i)}.json"));
        }

        return Figures.Median(documents.Skip(Few / 4));
    }

    private static async Task<double> TimeAsync(MirrorProcess mirror, string path)
    {
        long start = Stopwatch.GetTimestamp();
        await mirror.Client.GetByteArrayAsync(path);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static string Version(int number) => string.Create(CultureInfo.InvariantCulture, $"{(number / 10) + 1}.{number % 10}.0");

    /// <summary>
    /// Writes rows without files. If a server finds no file at all, it assumes that the disk is not mounted, and keeps the rows.
    /// </summary>
    private static async Task RecordAsync(string directory, int versions)
    {
        var database = await SeededData.CreateAsync(directory);
        for (int begin = 0; begin < versions; begin += Batch)
        {
            await using var db = database.CreateDbContext();
            for (int number = begin; number < Math.Min(begin + Batch, versions); number += PerProvider)
            {
                db.Providers.Add(Provider(number / PerProvider));
            }

            await db.SaveChangesAsync();
        }
    }

    private static ProviderRow Provider(int number)
    {
        var provider =
            new ProviderRow { RootGroupId = MirrorDbContext.DefaultGroupId, Hostname = Host, Namespace = "example", Type = $"p{number}" };
        for (int i = 0; i < PerProvider; i++)
        {
            var version = ProviderVersion.Parse(Version(i));
            var row = new VersionRow
            {
                Version = version.Value,
                SortKey = version.SortKey,
                CreatedAt = DateTimeOffset.UtcNow,
                CreatedBy = Principal.Anonymous.Name,
                CreatedByKind = PrincipalKind.Anonymous,
            };
            row.Packages.Add(new PackageRow
            {
                Os = "linux",
                Arch = "amd64",
                Sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"{number}/{i}"))),
                ContentHash = "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
                Size = 1_000_000,
                Trust = TrustLevel.Imported,
                Credential = CredentialIdentity.None.Value,
                CachedAt = DateTimeOffset.UtcNow,
                CachedBy = Principal.Anonymous.Name,
                CachedByKind = PrincipalKind.Anonymous,
            });
            provider.Versions.Add(row);
        }

        return provider;
    }
}
