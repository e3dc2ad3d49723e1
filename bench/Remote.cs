using Mirror.Core.Configuration;
using Mirror.E2E.Processes;
using Mirror.Tests.Database;
using Mirror.Tests.Origin;
using Mirror.Tests.Storage.Objects;

namespace Mirror.Bench;

/// <summary>
/// Measures cached documents and packages of a server with PostgreSQL and S3 with a local cache, compared with a server with SQLite and
/// the local disk, alternately on the same machine.
/// </summary>
internal static class Remote
{
    private const string Base = "v1/mirror/registry.example.com/example/hello/";
    private const string Package = "terraform-provider-hello_1.0.0_linux_amd64.zip";
    private const double Target = 1 / 1.1;

    public static async Task MeasureAsync(Figures figures)
    {
        await using var origin = FakeOrigin.Start();
        origin.AddProvider("example/hello").AddVersion("1.0.0", added => added.Platforms("linux_amd64").PackageSize(20_000_000));
        var database = await PostgreSqlServer.GetAsync();
        var store = S3Server.Options(await S3Server.GetUrlAsync());
        await using var local = await MirrorProcess.StartBeforeAsync(origin.ProvidersUrl);
        await using var remote = await MirrorProcess.StartBeforeAsync(
            origin.ProvidersUrl,
            [
                .. SeededData.Arguments(new DatabaseOptions
                {
                    Provider = DatabaseProvider.PostgreSql,
                    ConnectionString = await database.CreateDatabaseAsync("remote"),
                }),
                "--Mirror:Packages:Store=S3",
                $"--Mirror:Packages:S3:ServiceUrl={store.ServiceUrl}",
                $"--Mirror:Packages:S3:Bucket={store.Bucket}",
                $"--Mirror:Packages:S3:AccessKey={store.AccessKey}",
                $"--Mirror:Packages:S3:SecretKey={store.SecretKey}",
                $"--Mirror:Packages:S3:Prefix={store.Prefix}",
                "--Mirror:Packages:LocalCache=1GB",
            ]);
        foreach (var mirror in (MirrorProcess[])[local, remote])
        {
            // The first request fetches the package from the origin, and the second one reads it from its store.
            await Download.RunAsync(mirror.Client, Base + Package);
            await mirror.WhenFillsEndedAsync();
            await Download.RunAsync(mirror.Client, Base + Package);
        }

        async Task CompareAsync(string what, string path, int connections)
        {
            var before = (local.ProcessorTime(), remote.ProcessorTime());
            double ratio = await Wrk.RatioAsync(what, new Uri(remote.Url, path), new Uri(local.Url, path), connections, "SQLite and disk");
            double processor = (remote.ProcessorTime() - before.Item2) / (local.ProcessorTime() - before.Item1);
            Figures.Note($"{what}: {processor:0.00} times the processor time of SQLite and disk, {processor / ratio:0.00} times for each request");
            figures.AtLeast($"warm {what} of PostgreSQL and S3, requests per second compared with SQLite and disk", ratio, Target);
        }

        await CompareAsync("document", Base + "1.0.0.json", 32);
        await CompareAsync("package", Base + Package, 4);
    }
}
