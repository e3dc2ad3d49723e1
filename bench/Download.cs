using System.Diagnostics;

namespace Mirror.Bench;

/// <summary>A completed download.</summary>
/// <param name="FirstByteAt">The <see cref="Stopwatch.GetTimestamp"/> of the first byte of the body.</param>
internal readonly record struct Download(TimeSpan Elapsed, long FirstByteAt, long Length)
{
    public static async Task<Download> RunAsync(HttpClient client, string url, CancellationToken cancellationToken = default)
    {
        long start = Stopwatch.GetTimestamp();
        using var response = await client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        byte[] buffer = new byte[128 * 1024];
        long length = await body.ReadAsync(buffer, cancellationToken);
        long firstByteAt = Stopwatch.GetTimestamp();
        while (await body.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            length += read;
        }

        return length == response.Content.Headers.ContentLength
            ? new Download(Stopwatch.GetElapsedTime(start), firstByteAt, length)
            : throw new InvalidOperationException($"{url} sent {length} bytes instead of {response.Content.Headers.ContentLength}.");
    }
}
