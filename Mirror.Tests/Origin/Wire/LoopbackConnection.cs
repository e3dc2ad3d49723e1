using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace Mirror.Tests.Origin.Wire;

/// <summary>One accepted connection: reads request heads, notices when the client leaves, writes what it is given.</summary>
public sealed class LoopbackConnection : IDisposable
{
    private const int MaxHeadLength = 64 * 1024;

    private readonly Socket _socket;
    private readonly byte[] _chunk = new byte[8 * 1024];
    private readonly List<byte> _received = [];
    private Stream _stream;
    private Task<int>? _reading;
    private CancellationTokenSource _gone = new();

    internal LoopbackConnection(Socket socket, int number)
    {
        socket.NoDelay = true;
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: false);
        Number = number;
    }

    /// <summary>Counts the server's connections from 1.</summary>
    public int Number { get; }

    /// <summary>Cancelled when the client disconnects or the server stops.</summary>
    internal CancellationToken Gone => _gone.Token;

    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
        _gone.Dispose();
    }

    internal static bool IsDisconnect(Exception error) =>
        error is IOException or SocketException or ObjectDisposedException or OperationCanceledException or AuthenticationException;

    internal async Task UseTlsAsync(SslServerAuthenticationOptions options)
    {
        var tls = new SslStream(_stream);
        _stream = tls;
        await tls.AuthenticateAsServerAsync(options);
    }

    internal async Task ServeAsync(Func<LoopbackExchange, Task> handler)
    {
        try
        {
            while (await ReadHeadAsync() is { } head)
            {
                var exchange = new LoopbackExchange(this, head);
                _ = WatchAsync();
                await handler(exchange);
                if (!exchange.IsAnswered)
                {
                    Reset();
                    return;
                }

                if (exchange.IsLast)
                {
                    Finish();
                    return;
                }
            }
        }
        catch (Exception error) when (IsDisconnect(error))
        {
            Reset();
        }
    }

    internal ValueTask WriteAsync(ReadOnlyMemory<byte> bytes) => _stream.WriteAsync(bytes, Gone);

    /// <summary>Ends the connection with RST: what the client has not read yet may be lost, as in real resets.</summary>
    internal void Reset()
    {
        try
        {
            _socket.LingerState = new LingerOption(true, 0);
            _socket.Close();
        }
        catch (Exception error) when (IsDisconnect(error))
        {
            // Gone already, which is what was wanted.
        }
    }

    /// <summary>Ends the connection with FIN after everything written.</summary>
    private void Finish()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (IsDisconnect(error))
        {
            // The client was faster.
        }
    }

    private async Task<LoopbackRequestHead?> ReadHeadAsync()
    {
        while (true)
        {
            int end = EndOfHead();
            if (end >= 0)
            {
                string text = Encoding.Latin1.GetString([.. _received[..end]]);
                _received.RemoveRange(0, end + 4);
                return LoopbackRequestHead.Parse(text);
            }

            if (_received.Count > MaxHeadLength)
            {
                throw new FormatException($"The request head is longer than {MaxHeadLength} bytes.");
            }

            _reading ??= ReadAsync();
            int count = await _reading;
            _reading = null;
            if (count == 0)
            {
                return null;
            }

            _received.AddRange(_chunk.AsSpan(0, count));
        }
    }

    private int EndOfHead()
    {
        for (int i = 0; i + 3 < _received.Count; i++)
        {
            if (_received[i] == '\r' && _received[i + 1] == '\n' && _received[i + 2] == '\r' && _received[i + 3] == '\n')
            {
                return i;
            }
        }

        return -1;
    }

    // While a request is being answered nothing is expected from the client: bytes are its next request, the end of the
    // stream is its leaving.
    private async Task WatchAsync()
    {
        _reading ??= ReadAsync();
        int count;
        try
        {
            count = await _reading;
        }
        catch (Exception error) when (IsDisconnect(error))
        {
            count = 0;
        }

        if (count == 0)
        {
            try
            {
                await _gone.CancelAsync();
            }
            catch (ObjectDisposedException)
            {
                // The connection ended first.
            }
        }
    }

    private Task<int> ReadAsync() => _stream.ReadAsync(_chunk).AsTask();
}
