using System.Net.Sockets;
using System.Text;

namespace Mirror.E2E.Soak;

/// <summary>
/// Keeps connections open with almost no traffic: headers that do not end, a body that arrives slowly, a package that is read slowly.
/// </summary>
internal sealed class SlowClient(SoakRun run, string[] providers, Random random)
{
    public async Task RunAsync()
    {
        while (await run.WhenUpAsync() is { } mirror)
        {
            run.CountSlow();
            try
            {
                using var socket = new TcpClient { ReceiveBufferSize = 4096 };
                await socket.ConnectAsync(mirror.Url.Host, mirror.Url.Port, run.Ending);
                var stream = socket.GetStream();
                string provider = providers[random.Next(providers.Length)];
                string head = random.Next(3) switch
                {
                    0 => "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
                    1 => "POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\n",
                    _ => $"GET /v1/mirror/registry.example.com/{provider}/terraform-provider-{provider.Split('/')[1]}_1.0.0_linux_amd64.zip HTTP/1.1\r\nHost: {mirror.Url.Authority}\r\n\r\n",
                };
                await stream.WriteAsync(Encoding.ASCII.GetBytes(head), run.Ending);
                byte[] one = new byte[1];
                for (int i = 0; i < 40 && run.Mirror == mirror && !run.Ending.IsCancellationRequested; i++)
                {
                    _ = head.StartsWith("GET /v1", StringComparison.Ordinal)
                        ? await stream.ReadAsync(one, run.Ending)
                        : await WriteAsync(stream, "a"u8.ToArray());
                    await run.PauseAsync(TimeSpan.FromMilliseconds(500));
                }
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // The server closed the connection, as expected, or was killed.
            }
        }
    }

    private async Task<int> WriteAsync(NetworkStream stream, byte[] bytes)
    {
        await stream.WriteAsync(bytes, run.Ending);
        return bytes.Length;
    }
}
