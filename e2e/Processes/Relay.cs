using System.Net;
using System.Net.Sockets;

namespace Mirror.E2E.Processes;

/// <summary>
/// A proxy between a command and its server. It holds everything after a number of bytes in one direction, so that the command is in the
/// middle of its work, regardless of the speed of the machine.
/// </summary>
public sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Task> _work = [];
    private readonly bool _countsAnswers;
    private readonly long _limit;
    private long _passed;

    private Relay(Uri? server, bool countsAnswers, long limit)
    {
        (Server, _countsAnswers, _limit) = (server, countsAnswers, limit);
        _listener.Start();
        _work.Add(AcceptAsync());
    }

    public Uri Url => new($"http://{_listener.LocalEndpoint}/");

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The server, which must be known before the first connection.</summary>
    public Uri? Server { get; set; }

    /// <summary>Completes once nothing more is forwarded.</summary>
    public Task WhenHeld => _held.Task;

    /// <summary>Holds nothing: its port is known before its server starts.</summary>
    public static Relay Open() => new(null, countsAnswers: false, long.MaxValue);

    /// <param name="bytes">The total size of all requests after which it holds.</param>
    public static Relay HoldRequests(Uri server, long bytes) => new(server, countsAnswers: false, bytes);

    /// <param name="bytes">The total size of all responses after which it holds.</param>
    public static Relay HoldAnswers(Uri server, long bytes) => new(server, countsAnswers: true, bytes);

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Stop();
        await Task.WhenAll(_work);
        _ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_ended.Token);
                _work.Add(RelayAsync(client));
            }
        }
        catch (OperationCanceledException)
        {
            // The relay was disposed.
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, Server!.Port, _ended.Token);
                await Task.WhenAny(
                    PassOnAsync(client.GetStream(), server.GetStream(), !_countsAnswers),
                    PassOnAsync(server.GetStream(), client.GetStream(), _countsAnswers));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                // A side has disconnected, or the relay was disposed.
            }
        }
    }

    private async Task PassOnAsync(NetworkStream from, NetworkStream to, bool counts)
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (await from.ReadAsync(buffer, _ended.Token) is > 0 and var read)
            {
                if (counts && Interlocked.Add(ref _passed, read) > _limit)
                {
                    _held.TrySetResult();
                    await Task.Delay(Timeout.Infinite, _ended.Token);
                }

                await to.WriteAsync(buffer.AsMemory(0, read), _ended.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // A side has disconnected, or the relay was disposed.
        }
    }
}
