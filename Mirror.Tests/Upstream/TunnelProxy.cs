using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Mirror.Tests.Upstream;

/// <summary>A proxy on loopback that opens tunnels to one server, regardless of the requested host, and can misbehave.</summary>
public sealed class TunnelProxy : IAsyncDisposable
{
    private const string CredentialHeader = "Proxy-Authorization: Basic ";
    private readonly Socket _portHolder = NewSocket(0);
    private readonly ConcurrentQueue<string> _targets = [];
    private readonly ConcurrentQueue<string?> _credentials = [];
    private readonly int _server;
    private readonly string? _user;
    private readonly X509Certificate2? _certificate;
    private CancellationTokenSource _stop = new();
    private Task _accepting = Task.CompletedTask;
    private Socket? _listener;

    /// <param name="server">The port of the server on loopback.</param>
    /// <param name="user">The required credentials, <c>user:password</c>; null: none.</param>
    /// <param name="certificate">With its private key: the proxy is used with TLS.</param>
    public TunnelProxy(int server, string? user = null, X509Certificate2? certificate = null)
    {
        (_server, _user, _certificate) = (server, user, certificate);
        StartAgain();
    }

    /// <summary>The status of every response; null: tunnels are opened.</summary>
    public int? Status { get; set; }

    /// <summary>The exact response to every request; null: see <see cref="Status"/>. Empty: the connection is closed.</summary>
    public string? Answer { get; set; }

    /// <summary>Requests are read, but not answered.</summary>
    public bool Hangs { get; set; }

    /// <summary><c>127.0.0.1:PORT</c></summary>
    public string Authority => $"127.0.0.1:{((IPEndPoint)_portHolder.LocalEndPoint!).Port}";

    /// <summary>The <c>host:port</c> of the tunnels opened, in order.</summary>
    public IReadOnlyCollection<string> Targets => _targets;

    /// <summary>The credentials of all requests, as <c>user:password</c>; null: a request without any.</summary>
    public IReadOnlyCollection<string?> Credentials => _credentials;

    /// <summary>Listens on the same port as before.</summary>
    public void StartAgain()
    {
        _stop = new CancellationTokenSource();
        _listener = NewSocket(((IPEndPoint)_portHolder.LocalEndPoint!).Port);
        _listener.Listen(100);
        _accepting = AcceptAsync(_listener, _stop.Token);
    }

    /// <summary>Refuses connections, and ends the tunnels.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        _listener?.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stop.IsCancellationRequested)
        {
            await StopAsync();
        }

        _portHolder.Dispose();
    }

    // A socket that is bound but does not listen keeps the port while the proxy is stopped.
    private static Socket NewSocket(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }

    private async Task AcceptAsync(Socket listener, CancellationToken stop)
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await listener.AcceptAsync(stop), stop));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket socket, CancellationToken stop)
    {
        try
        {
            await using Stream network = new NetworkStream(socket, ownsSocket: true);
            if (_certificate is null)
            {
                await ServeAsync(network, stop);
                return;
            }

            await using var tls = new SslStream(network);
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, stop);
            await ServeAsync(tls, stop);
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException or OperationCanceledException)
        {
            // The client or the test has gone.
        }
    }

    private async Task ServeAsync(Stream client, CancellationToken stop)
    {
        while (await ReadHeadAsync(client, stop) is { Length: > 0 } head)
        {
            string? user = head.Split("\r\n").FirstOrDefault(line => line.StartsWith(CredentialHeader, StringComparison.OrdinalIgnoreCase)) is { } line
                ? Encoding.UTF8.GetString(Convert.FromBase64String(line[CredentialHeader.Length..]))
                : null;
            _credentials.Enqueue(user);
            if (Hangs)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            }

            if (Answer is { } answer)
            {
                await client.WriteAsync(Encoding.ASCII.GetBytes(answer), stop);
                return;
            }

            int status = Status ?? (_user is null || user == _user ? 200 : 407);
            string challenge = status == 407 ? "Proxy-Authenticate: Basic realm=\"proxy\"\r\n" : "";
            await client.WriteAsync(
                Encoding.ASCII.GetBytes($"HTTP/1.1 {status} Status\r\n{challenge}{(status == 200 ? "" : "Content-Length: 0\r\n")}\r\n"), stop);
            if (status == 200)
            {
                _targets.Enqueue(head.Split(' ')[1]);
                using var server = new TcpClient();
                await server.ConnectAsync(IPAddress.Loopback, _server, stop);
                var there = server.GetStream();
                await Task.WhenAny(client.CopyToAsync(there, stop), there.CopyToAsync(client, stop));
                return;
            }
        }
    }

    private static async Task<string> ReadHeadAsync(Stream client, CancellationToken stop)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await client.ReadAsync(one, stop) == 0)
            {
                return "";
            }

            head.Append((char)one[0]);
        }

        return head.ToString();
    }
}
