using System.Diagnostics;
using Mirror.E2E.Processes;
using Mirror.Tests.Origin;

namespace Mirror.Bench;

/// <summary>
/// Measures 64 clients of one package that is not cached, compared with a single client. A third of the clients are slow, and a third
/// disconnect in the middle.
/// </summary>
internal static class Crowd
{
    private const int Size = 100_000_000;
    private const int Clients = 64;

    public static async Task MeasureAsync(Figures figures)
    {
        await using var subject = await PacedOrigin.StartAsync(Size, "0.1.0", "1.0.0", "2.0.0");
        foreach (string version in (string[])["0.1.0", "1.0.0", "2.0.0"])
        {
            await subject.WarmDocumentsAsync(version);
        }

        await Download.RunAsync(subject.Mirror.Client, PacedOrigin.MirrorPath("0.1.0"));
        var filled = WhenStoredAsync(subject, "1.0.0");
        await Download.RunAsync(subject.Mirror.Client, PacedOrigin.MirrorPath("1.0.0"));
        var alone = await filled;
        long before = subject.Mirror.ResidentMemory();

        int asked = subject.Origin.Count(RequestKind.Package);
        string path = PacedOrigin.MirrorPath("2.0.0");
        var over = new TaskCompletionSource();
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = subject.Mirror.Url };
        var peak = WatchAsync(subject.Mirror, over.Task);
        filled = WhenStoredAsync(subject, "2.0.0");
        var others = Enumerable.Range(0, Clients)
            .Where(i => i % 3 != 0)
            .Select(i => i % 3 == 1 ? SlowAsync(client, path, over.Task) : LeavingAsync(client, path))
            .ToList();
        var complete = await Task.WhenAll(Enumerable.Range(0, Clients).Where(i => i % 3 == 0).Select(_ => Download.RunAsync(client, path)));
        var fill = await filled;
        Figures.Note(
            $"the fill took {alone.TotalMilliseconds:0} ms alone and {fill.TotalMilliseconds:0} ms with 64 clients; the last complete download took {complete.Max(download => download.Elapsed.TotalMilliseconds):0} ms");
        over.SetResult();
        await Task.WhenAll(others);

        figures.AtMost("crowd of 64, origin requests for the package", subject.Origin.Count(RequestKind.Package) - asked, 1);
        figures.AtMost("crowd of 64, fill time compared with a single client", fill / alone, 1.2);
        figures.AtMost("crowd of 64, increase of resident memory", (await peak - before) / 1e6, 100, "MB");
    }

    /// <summary>Measures the time until the package of the version is stored.</summary>
    private static async Task<TimeSpan> WhenStoredAsync(PacedOrigin subject, string version)
    {
        string digest = subject.Origin.Provider("example/hello")[version].Package("linux_amd64").Digest.Hex;
        string path = Path.Combine(subject.Mirror.DataDirectory, "packages", "sha256", digest[..2], digest);
        long start = Stopwatch.GetTimestamp();
        while (!File.Exists(path))
        {
            await Task.Delay(5);
        }

        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>Reads a megabyte, and waits until all other clients are done.</summary>
    private static async Task SlowAsync(HttpClient client, string path, Task over)
    {
        using var response = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[1_000_000]);
        await over;
    }

    private static async Task LeavingAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        byte[] buffer = new byte[128 * 1024];
        for (long length = 0; length < Size / 2;)
        {
            length += await body.ReadAsync(buffer);
        }
    }

    private static async Task<long> WatchAsync(MirrorProcess mirror, Task over)
    {
        long peak = mirror.ResidentMemory();
        while (!over.IsCompleted)
        {
            await Task.WhenAny(Task.Delay(20), over);
            peak = Math.Max(peak, mirror.ResidentMemory());
        }

        return peak;
    }
}
