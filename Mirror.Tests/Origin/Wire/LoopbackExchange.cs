using System.Globalization;
using System.Text;

namespace Mirror.Tests.Origin.Wire;

/// <summary>A request and the bytes of its response.</summary>
public sealed class LoopbackExchange
{
    private const int WriteSize = 64 * 1024;

    private readonly LoopbackConnection _connection;
    private long _bodyBytesSent;

    internal LoopbackExchange(LoopbackConnection connection, LoopbackRequestHead head)
    {
        _connection = connection;
        Head = head;
    }

    public LoopbackRequestHead Head { get; }

    public int ConnectionNumber => _connection.Number;

    /// <summary>Canceled when the client disconnects or the server stops.</summary>
    public CancellationToken ClientGone => _connection.Gone;

    /// <summary>
    /// The number of body bytes that the operating system has accepted. A reset can prevent the last of them from arriving.
    /// </summary>
    public long BodyBytesSent => Interlocked.Read(ref _bodyBytesSent);

    internal bool IsAnswered { get; private set; }

    internal bool IsLast { get; private set; }

    /// <summary>Sends the status line and exactly the given headers.</summary>
    public async Task SendHeadAsync(int status, IEnumerable<KeyValuePair<string, string>> headers)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} {ReasonPhrase(status)}\r\n");
        foreach (var (name, value) in headers)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        await SendRawAsync(Encoding.Latin1.GetBytes(text.Append("\r\n").ToString()));
    }

    public async Task SendBodyAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var part = bytes[..Math.Min(bytes.Length, WriteSize)];
            await _connection.WriteAsync(part);
            Interlocked.Add(ref _bodyBytesSent, part.Length);
            bytes = bytes[part.Length..];
        }
    }

    /// <summary>Sends bytes that do not count as body.</summary>
    public async Task SendRawAsync(ReadOnlyMemory<byte> bytes) => await _connection.WriteAsync(bytes);

    /// <summary>Ends the response. The connection can carry the next request.</summary>
    public void Complete() => IsAnswered = true;

    /// <summary>Ends the response with FIN, regardless of its headers.</summary>
    public void Close()
    {
        IsAnswered = true;
        IsLast = true;
    }

    /// <summary>Ends the connection with RST.</summary>
    public void Reset()
    {
        Close();
        _connection.Reset();
    }

    private static string ReasonPhrase(int status) => status switch
    {
        200 => "OK",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        410 => "Gone",
        416 => "Range Not Satisfiable",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Status",
    };
}
