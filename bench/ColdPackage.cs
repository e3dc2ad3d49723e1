using System.Diagnostics;
using Mirror.Tests.Origin;

namespace Mirror.Bench;

/// <summary>Measures the download of a package that is not cached, compared with a download from the origin.</summary>
internal static class ColdPackage
{
    private const int Size = 100_000_000;
    private static readonly string[] Versions = ["1.0.0", "1.1.0", "1.2.0", "1.3.0", "1.4.0"];

    public static async Task MeasureAsync(Figures figures)
    {
        await using var subject = await PacedOrigin.StartAsync(Size, [.. Versions, "0.1.0"]);
        await subject.WarmDocumentsAsync("0.1.0");
        await Download.RunAsync(subject.Mirror.Client, PacedOrigin.MirrorPath("0.1.0"));

        var ratios = new List<double>();
        var delays = new List<double>();
        foreach (string version in Versions)
        {
            string url = await subject.OriginUrlAsync(version);
            await subject.WarmDocumentsAsync(version);
            var direct = await Download.RunAsync(subject.Client, url);

            int asked = subject.Origin.Count(RequestKind.Package);
            var arrival = WhenAskedAsync(subject, asked + 1);
            var cold = await Download.RunAsync(subject.Mirror.Client, PacedOrigin.MirrorPath(version));
            ratios.Add(cold.Elapsed / direct.Elapsed);
            delays.Add(Stopwatch.GetElapsedTime(await arrival, cold.FirstByteAt).TotalMilliseconds);
            Figures.Note(
                $"{version}: {cold.Elapsed.TotalMilliseconds:0} ms, from the origin {direct.Elapsed.TotalMilliseconds:0} ms; first byte {delays[^1]:0} ms after the request to the origin");
        }

        figures.AtMost("cold package, time compared with the origin", Figures.Median(ratios), 1.05);
        // The origin sends its first block up to 20 ms after the request, which is included here.
        figures.AtMost("cold package, first byte after the request to the origin", Figures.Median(delays), 50, "ms");
    }

    private static async Task<long> WhenAskedAsync(PacedOrigin subject, int count)
    {
        await subject.Origin.WhenRequested(RequestKind.Package, count);
        return Stopwatch.GetTimestamp();
    }
}
