using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Mirror.Tests.Origin.Wire;

/// <summary>
/// A minimal HTTP/1.1 server on 127.0.0.1. A real web server prevents faults (it completes headers, checks lengths and buffers). This one
/// writes exactly the given bytes, and can end a connection with FIN or with RST.
/// </summary>
public sealed class LoopbackServer : IAsyncDisposable
{
    private readonly Func<LoopbackExchange, Task> _handler;
    private readonly X509Certificate2? _certificate;
    private readonly Socket? _portHolder;
    private readonly Lock _lock = new();
    private readonly Dictionary<LoopbackConnection, Task> _connections = [];
    private readonly ConcurrentQueue<string> _malformed = [];
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;
    private int _accepted;

    /// <param name="handler">Handles one request. If it does not complete the response, the connection is reset.</param>
    /// <param name="certificate">A certificate with a private key: the server uses TLS only.</param>
    /// <param name="port">0: any free port, which this server keeps until it is disposed.</param>
    public LoopbackServer(Func<LoopbackExchange, Task> handler, X509Certificate2? certificate = null, int port = 0)
    {
        _handler = handler;
        _certificate = certificate;
        var holder = NewSocket(port);
        Port = ((IPEndPoint)holder.LocalEndPoint!).Port;

        // On Linux, a socket that is bound but does not listen reserves the port while the server is stopped, and connections to it are
        // refused. On other systems, two sockets cannot share an address.
        if (OperatingSystem.IsLinux())
        {
            _portHolder = holder;
        }
        else
        {
            holder.Dispose();
        }
    }

    public int Port { get; }

    /// <summary>The only client certificate that is accepted; null: none is required.</summary>
    public X509Certificate2? ClientAuthority { get; set; }

    /// <summary>The number of connections accepted since the start, including those that never sent a request.</summary>
    public int ConnectionsAccepted => Volatile.Read(ref _accepted);

    /// <summary>Invalid request headers. Their connections were reset.</summary>
    public IReadOnlyCollection<string> MalformedRequests => _malformed;

    public void Start()
    {
        lock (_lock)
        {
            if (_listener is not null)
            {
                throw new InvalidOperationException($"The server on port {Port} is running already.");
            }

            _listener = NewSocket(Port);
            _listener.Listen(512);
            _accepting = AcceptAsync(_listener);
        }
    }

    /// <summary>Refuses new connections, resets the open ones, and completes when every handler has ended.</summary>
    public async Task StopAsync()
    {
        Task accepting;
        lock (_lock)
        {
            _listener?.Dispose();
            _listener = null;
            accepting = _accepting;
        }

        await accepting;
        Task[] serving;
        lock (_lock)
        {
            foreach (var connection in _connections.Keys)
            {
                connection.Reset();
            }

            serving = [.. _connections.Values];
        }

        await Task.WhenAll(serving);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _portHolder?.Dispose();
    }

    private static Socket NewSocket(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptAsync();
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                return;
            }

            int number = Interlocked.Increment(ref _accepted);
            lock (_lock)
            {
                var connection = new LoopbackConnection(socket, number);
                _connections.Add(connection, Task.Run(() => ServeAsync(connection)));
            }
        }
    }

    private async Task ServeAsync(LoopbackConnection connection)
    {
        try
        {
            if (await OpenAsync(connection))
            {
                await connection.ServeAsync(_handler);
            }
        }
        catch (FormatException error)
        {
            _malformed.Enqueue(error.Message);
            connection.Reset();
        }
        finally
        {
            connection.Dispose();
            lock (_lock)
            {
                _connections.Remove(connection);
            }
        }
    }

    private async Task<bool> OpenAsync(LoopbackConnection connection)
    {
        if (_certificate is null)
        {
            return true;
        }

        try
        {
            await connection.UseTlsAsync(new SslServerAuthenticationOptions
            {
                ServerCertificate = _certificate,
                ClientCertificateRequired = ClientAuthority is not null,
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                    ClientAuthority is not { } expected || certificate?.GetCertHashString() == expected.GetCertHashString(),
            });
            return true;
        }
        catch (Exception error) when (LoopbackConnection.IsDisconnect(error))
        {
            return false;
        }
    }
}
