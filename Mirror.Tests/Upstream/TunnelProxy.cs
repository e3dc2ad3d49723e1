using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mirror.Tests.Upstream;

/// <summary>A proxy on loopback that opens tunnels to one server, regardless of the requested host.</summary>
public sealed class TunnelProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _targets = [];
    private readonly int _port;
    private readonly string? _authorization;
    private readonly Task _accepting;

    /// <param name="port">The server on loopback.</param>
    /// <param name="user">The required credentials, <c>user:password</c>; null: none.</param>
    public TunnelProxy(int port, string? user = null)
    {
        _port = port;
        _authorization = user is null ? null : "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(user));
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The status of every response; null: tunnels are opened.</summary>
    public int? Status { get; set; }

    /// <summary><c>127.0.0.1:PORT</c></summary>
    public string Authority => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>The <c>host:port</c> of the tunnels opened, in order.</summary>
    public IReadOnlyCollection<string> Targets => _targets;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                while (await ReadHeadAsync(stream) is { Length: > 0 } head)
                {
                    int status = Status ?? (_authorization is null || head.Contains($"Proxy-Authorization: {_authorization}\r\n", StringComparison.OrdinalIgnoreCase) ? 200 : 407);
                    string challenge = status == 407 ? "Proxy-Authenticate: Basic realm=\"proxy\"\r\n" : "";
                    await stream.WriteAsync(
                        Encoding.ASCII.GetBytes($"HTTP/1.1 {status} Status\r\n{challenge}{(status == 200 ? "" : "Content-Length: 0\r\n")}\r\n"), _stop.Token);
                    if (status == 200)
                    {
                        _targets.Enqueue(head.Split(' ')[1]);
                        using var server = new TcpClient();
                        await server.ConnectAsync(IPAddress.Loopback, _port, _stop.Token);
                        var there = server.GetStream();
                        await Task.WhenAny(stream.CopyToAsync(there, _stop.Token), there.CopyToAsync(stream, _stop.Token));
                        return;
                    }
                }
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // The client or the test has gone.
            }
        }
    }

    private async Task<string> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
            {
                return "";
            }

            head.Append((char)one[0]);
        }

        return head.ToString();
    }
}
