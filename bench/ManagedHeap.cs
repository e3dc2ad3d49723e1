using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Mirror.E2E.Processes;

namespace Mirror.Bench;

/// <summary>
/// The managed memory of a server that is still in use: collects its garbage through the runtime's diagnostic port, and reads the size of
/// the heap from its metrics. See https://github.com/dotnet/diagnostics/blob/main/documentation/design-docs/ipc-protocol.md.
/// </summary>
internal static partial class ManagedHeap
{
    private const long CollectKeyword = 0x800000;

    public static async Task<double> MegabytesAsync(MirrorProcess mirror)
    {
        // Objects with finalizers end with the second collection.
        for (int turn = 0; turn < 2; turn++)
        {
            int before = (await ReadAsync(mirror)).Collections;
            await using var session = await RequestCollectionAsync(mirror);
            while ((await ReadAsync(mirror)).Collections == before)
            {
                await Task.Delay(100);
            }
        }

        return (await ReadAsync(mirror)).Bytes / 1e6;
    }

    private static async Task<(double Bytes, int Collections)> ReadAsync(MirrorProcess mirror)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "metrics") { Headers = { Authorization = new("Bearer", await mirror.ReadAdminTokenAsync()) } };
        using var response = await mirror.Client.SendAsync(request);
        string metrics = await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
        double Sum(Regex series) => series.Matches(metrics).Sum(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
        return (Sum(HeapSize()) - Sum(Fragmentation()), (int)Sum(FullCollections()));
    }

    /// <summary>Starts a session that collects the garbage when it starts; it ends when it is disposed.</summary>
    private static async Task<NetworkStream> RequestCollectionAsync(MirrorProcess mirror)
    {
        string path = Directory.GetFiles(mirror.WorkingDirectory, $"dotnet-diagnostic-{mirror.ProcessId}-*-socket").Single();
        using var payload = new MemoryStream();
        using var writer = new BinaryWriter(payload, Encoding.Unicode);
        writer.Write(1); // The size of its buffer, in megabytes.
        writer.Write(1); // The format of its events.
        writer.Write(1); // The number of providers.
        writer.Write(CollectKeyword);
        writer.Write(4); // Informational.
        WriteText(writer, "Microsoft-Windows-DotNETRuntime");
        WriteText(writer, "");
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        var stream = new NetworkStream(socket, ownsSocket: true);
        byte[] header = [.. "DOTNET_IPC_V1\0"u8, .. BitConverter.GetBytes((ushort)(20 + payload.Length)), 0x02, 0x02, 0, 0];
        await stream.WriteAsync((byte[])[.. header, .. payload.ToArray()]);
        return stream;
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        writer.Write(text.Length + 1);
        writer.Write(Encoding.Unicode.GetBytes(text + '\0'));
    }

    [GeneratedRegex(@"^dotnet_gc_last_collection_heap_size_bytes\{[^}]*\} (\S+)", RegexOptions.Multiline)]
    private static partial Regex HeapSize();

    [GeneratedRegex(@"^dotnet_gc_last_collection_heap_fragmentation_size_bytes\{[^}]*\} (\S+)", RegexOptions.Multiline)]
    private static partial Regex Fragmentation();

    [GeneratedRegex(@"^dotnet_gc_collections_total\{[^}]*gen2[^}]*\} (\S+)", RegexOptions.Multiline)]
    private static partial Regex FullCollections();
}
