using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace Mirror.Tests.Origin.Wire;

/// <summary>An accepted connection: reads request headers, detects when the client disconnects, and writes bytes.</summary>
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

    /// <summary>The number of the connection at this server, from 1.</summary>
    public int Number { get; }

    /// <summary>Canceled when the client disconnects or the server stops.</summary>
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

    /// <summary>Ends the connection with RST. Data that the client has not read yet can be lost, like in a real reset.</summary>
    internal void Reset()
    {
        try
        {
            _socket.LingerState = new LingerOption(true, 0);
            _socket.Close();
        }
        catch (Exception error) when (IsDisconnect(error))
        {
            // The connection is already closed.
        }
    }

    /// <summary>Ends the connection with FIN after all data.</summary>
    private void Finish()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (IsDisconnect(error))
        {
            // The client closed the connection first.
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

    // While a request is being answered, the client sends nothing. Bytes belong to its next request, and the end of the stream means that
    // it disconnected.
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
