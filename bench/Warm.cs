using Mirror.E2E.Processes;
using Mirror.Tests.Origin;

namespace Mirror.Bench;

/// <summary>
/// Measures cached documents and packages, compared with nginx that serves the same bytes with the same certificate, and memory.
/// </summary>
internal static class Warm
{
    private const string Base = "v1/mirror/registry.example.com/example/hello/";
    private const string Package = "terraform-provider-hello_1.0.0_linux_amd64.zip";
    private const int Downloads = 200;

    public static async Task MeasureAsync(Figures figures)
    {
        await using var origin = FakeOrigin.Start();
        origin.AddProvider("example/hello").AddVersion("1.0.0", added => added.Platforms("linux_amd64").PackageSize(20_000_000));
        await using var mirror = await MirrorProcess.StartBeforeAsync(origin.ProvidersUrl);
        double idle = mirror.ResidentMemory() / 1e6;

        using var root = new TemporaryDirectory();
        await File.WriteAllBytesAsync(root.Combine(Package), await mirror.Client.GetByteArrayAsync(Base + Package));
        await File.WriteAllBytesAsync(root.Combine("1.0.0.json"), await mirror.Client.GetByteArrayAsync(Base + "1.0.0.json"));
        await using var nginx = await Nginx.StartAsync(root.Path, Path.Combine(mirror.DataDirectory, "tls"));

        figures.AtMost("resident memory after the start", idle, 120, "MB");
        double before = mirror.ResidentMemory() / 1e6;
        using (var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = mirror.Url })
        {
            await Task.WhenAll(Enumerable.Range(0, Downloads).Select(_ => Download.RunAsync(client, Base + Package)));
        }

        figures.AtMost($"{Downloads} concurrent downloads, increase of resident memory", (mirror.ResidentMemory() / 1e6) - before, 60, "MB");

        async Task Against(string what, string path, string file, bool https, int connections, double target) => figures.AtLeast(
            $"warm {what}, requests per second compared with nginx",
            await Wrk.RatioAsync(
                what, new Uri(https ? mirror.HttpsUrl : mirror.Url, path), new Uri(https ? nginx.HttpsUrl : nginx.Url, file), connections),
            target);
        await Against("document over HTTPS", Base + "1.0.0.json", "1.0.0.json", https: true, 32, 1.0);
        await Against("package over HTTPS", Base + Package, Package, https: true, 4, 0.8);
        await Against("package over HTTP", Base + Package, Package, https: false, 4, 0.95);
    }
}
