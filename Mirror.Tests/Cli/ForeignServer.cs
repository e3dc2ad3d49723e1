using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mirror.Tests.Cli;

/// <summary>A server that is not Mirror: it sends the same bytes in response to every request, and closes the connection.</summary>
internal sealed class ForeignServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    /// <param name="respond">Writes to the connection once a request has arrived.</param>
    public ForeignServer(Func<Stream, CancellationToken, Task> respond)
    {
        _listener.Start();
        _serving = ServeAsync(respond);
    }

    public string Url => $"http://{_listener.LocalEndpoint}/";

    public static ForeignServer Sending(string response) =>
        new((stream, stop) => stream.WriteAsync(Encoding.Latin1.GetBytes(response), stop).AsTask());

    public static string Document(string json, string type = "application/json", string status = "200 OK") =>
        $"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nContent-Length: {json.Length}\r\nConnection: close\r\n\r\n{json}";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync(Func<Stream, CancellationToken, Task> respond)
    {
        byte[] request = new byte[1 << 16];
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await using var stream = client.GetStream();
                if (await stream.ReadAsync(request, _stop.Token) > 0)
                {
                    await respond(stream, _stop.Token);
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The client has enough, or the test ends.
            }
        }
    }
}
