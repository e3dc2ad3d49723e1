using System.Net;
using System.Net.Sockets;
using System.Text;
using Mirror.Tests.Time;

namespace Mirror.Tests.Origin.Wire;

/// <summary>How a connection ended.</summary>
public enum ConnectionEnd
{
    /// <summary>FIN: all sent data has arrived.</summary>
    Finished,

    /// <summary>RST.</summary>
    Reset,
}

/// <summary>A client that receives the exact bytes and the end of a connection, without an HTTP library.</summary>
public sealed class RawClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public async Task ConnectAsync(string url) => await _socket.ConnectAsync(IPAddress.Loopback, new Uri(url).Port);

    public async Task SendAsync(string text) => await _socket.SendAsync(Encoding.ASCII.GetBytes(text));

    public Task GetAsync(string path, string method = "GET", params string[] headers) =>
        SendAsync($"{method} {path} HTTP/1.1\r\nHost: origin\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n");

    /// <summary>Reads at least this many bytes. Fails if the connection ends first.</summary>
    public async Task<string> ReadAsync(int atLeast)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[64 * 1024];
        while (text.Length < atLeast)
        {
            int count = await _socket.ReceiveAsync(buffer).WaitAsync(Eventually.WaitTimeout, TimeProvider.System);
            if (count == 0)
            {
                throw new IOException($"The connection ended after {text.Length} bytes: {text}");
            }

            text.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        return text.ToString();
    }

    /// <summary>Reads until the connection ends.</summary>
    public async Task<(string Received, ConnectionEnd End)> ReadToEndAsync()
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[64 * 1024];
        while (true)
        {
            int count;
            try
            {
                count = await _socket.ReceiveAsync(buffer).WaitAsync(Eventually.WaitTimeout, TimeProvider.System);
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
            {
                return (text.ToString(), ConnectionEnd.Reset);
            }

            if (count == 0)
            {
                return (text.ToString(), ConnectionEnd.Finished);
            }

            text.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
    }

    public void Dispose() => _socket.Dispose();
}
