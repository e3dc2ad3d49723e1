using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace Mirror.E2E.Soak;

/// <summary>Sends invalid requests. The server rejects them, and never with a server error.</summary>
internal sealed class InvalidRequestClient(SoakRun run, Random random)
{
    private static readonly string[] Pages =
        ["", "sign-in", "provider-mirrors", "diagnosis", "activity", "api/v1/groups/default/versions", "api/v1/groups/default/keys", "api/v1/groups/default/audit"];

    public async Task RunAsync()
    {
        while (await run.WhenUpAsync() is { } mirror)
        {
            try
            {
                if (random.Next(4) == 0)
                {
                    await SendBytesAsync(mirror.Url);
                }
                else
                {
                    using var client = new HttpClient(
                        new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
                    { BaseAddress = mirror.Url };
                    using var request = Request();
                    using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, run.Ending);
                    run.Answered((int)response.StatusCode);
                    if ((int)response.StatusCode is 500 or 501 or > 504)
                    {
                        string target = request.RequestUri!.OriginalString;
                        run.Fault($"invalid request {request.Method} {target[..Math.Min(target.Length, 200)]}: {(int)response.StatusCode}");
                    }
                }

                run.CountInvalid();
            }
            catch (Exception e) when (
                e is HttpRequestException or IOException or SocketException or OperationCanceledException or UriFormatException)
            {
                // The server closed the connection, or was killed.
            }

            await run.PauseAsync(TimeSpan.FromMilliseconds(random.Next(5, 40)));
        }
    }

    private HttpRequestMessage Request()
    {
        string path = random.Next(6) switch
        {
            0 => $"{Pages[random.Next(Pages.Length)]}?search={string.Join('+', Enumerable.Repeat("a", random.Next(1, 3500)))}&take={random.NextInt64()}&page=-1",
            1 => $"v1/mirror/{Word(300)}/{Word(40)}/{Word(40)}/index.json",
            2 => $"v1/registries/registry.example.com/providers/example/stored0/{Word(2000)}/download/linux/amd64",
            3 => $"v1/mirror/registry.example.com/example/{Word(60)}/{Word(60)}.json",
            4 => "v1/mirror/registry.example.com/example/stored0/../../../../etc/passwd",
            _ => $"{Word(5000)}",
        };
        var request = new HttpRequestMessage(
            random.Next(5) switch { 0 => HttpMethod.Post, 1 => HttpMethod.Put, 2 => HttpMethod.Head, _ => HttpMethod.Get }, path);
        if (random.Next(2) == 0)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token());
        }

        if (request.Method == HttpMethod.Post || request.Method == HttpMethod.Put)
        {
            request.Content = new StringContent(
                new string('[', random.Next(1, 100_000)),
                Encoding.UTF8,
                random.Next(2) == 0 ? "application/json" : "application/x-www-form-urlencoded");
        }

        return request;
    }

    private string Token()
    {
        string head = Convert.ToBase64String(
            Encoding.UTF8.GetBytes(
                $"{{\"alg\":\"\\ud800\",\"kid\":\"{Word(50).Replace("%", "", StringComparison.Ordinal)}\",\"exp\":{random.NextInt64()}}}"))
            .TrimEnd('=')
            .Replace('+', '-')
            .Replace('/', '_');
        return $"{head}.{head}.{head}";
    }

    private string Word(int most) =>
        Uri.EscapeDataString(string.Concat(Enumerable.Range(0, random.Next(1, most)).Select(_ => (char)random.Next(33, 0x2FF))));

    /// <summary>Sends data that is not HTTP.</summary>
    private async Task SendBytesAsync(Uri server)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(server.Host, server.Port, run.Ending);
        byte[] junk = new byte[random.Next(1, 40_000)];
        random.NextBytes(junk);
        var stream = socket.GetStream();
        await stream.WriteAsync(junk, run.Ending);
        socket.Client.Shutdown(SocketShutdown.Send);
        while (await stream.ReadAsync(junk, run.Ending) > 0)
        {
        }
    }
}
