using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;

namespace Mirror.E2E.Soak;

/// <summary>Sends the requests of an init on its own connection, and checks each response.</summary>
/// <param name="isCold">Its providers may need a download, and it deletes one sometimes: the documented failures are allowed.</param>
internal sealed class InitClient(SoakRun run, string[] providers, string[] versions, bool isCold, Random random)
{
    private static readonly HashSet<HttpStatusCode> Documented =
        [HttpStatusCode.OK, HttpStatusCode.NotFound, HttpStatusCode.BadGateway, HttpStatusCode.ServiceUnavailable, HttpStatusCode.GatewayTimeout];

    public async Task RunAsync()
    {
        while (await run.WhenUpAsync() is { } mirror)
        {
            string provider = providers[random.Next(providers.Length)], version = versions[random.Next(versions.Length)];
            string name = provider.Split('/')[1];
            string directory = $"v1/mirror/registry.example.com/{provider}/";
            try
            {
                using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = mirror.Url };
                if (isCold && random.NextDouble() < 0.2)
                {
                    await DeleteAsync(client, await mirror.ReadAdminTokenAsync(), provider, version);
                }

                bool whole = await GetAsync(client, directory + "index.json", null)
                    && await GetAsync(client, $"{directory}{version}.json", null)
                    && await GetAsync(
                        client, $"{directory}terraform-provider-{name}_{version}_linux_amd64.zip", run.Package(provider, version));
                if (whole || isCold)
                {
                    run.CountInit(isCold);
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                // A connection ends when the server is killed, and a package if the origin's bytes do not match the signed checksum.
                if (!isCold && run.Mirror == mirror && !run.Ending.IsCancellationRequested)
                {
                    run.Fault($"{provider} {version}: {e.Message}");
                }
            }

            await run.PauseAsync(TimeSpan.FromMilliseconds(random.Next(20, 60)));
        }
    }

    private async Task<bool> GetAsync(HttpClient client, string path, byte[]? expected)
    {
        long start = Stopwatch.GetTimestamp();
        using var response = await client.GetAsync(path, run.Ending);
        byte[] body = await response.Content.ReadAsByteArrayAsync(run.Ending);
        run.Answered((int)response.StatusCode);
        if (!isCold)
        {
            run.Timed(Stopwatch.GetElapsedTime(start));
        }

        if (response.StatusCode == HttpStatusCode.OK ? expected is not null && !body.AsSpan().SequenceEqual(expected) : !isCold
            || !Documented.Contains(response.StatusCode))
        {
            run.Fault($"{path}: {(int)response.StatusCode}, {body.Length} bytes: {System.Text.Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 300)))}");
        }
        else if (response.StatusCode == HttpStatusCode.ServiceUnavailable && response.Headers.RetryAfter is null)
        {
            run.Fault($"{path}: 503 without Retry-After");
        }

        return response.StatusCode == HttpStatusCode.OK;
    }

    private async Task DeleteAsync(HttpClient client, string token, string provider, string version)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Delete, $"api/v1/groups/default/versions/registry.example.com/{provider}/{version}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await client.SendAsync(request, run.Ending);
        run.Answered((int)response.StatusCode);
        if ((int)response.StatusCode is not (204 or 200 or 404 or 503))
        {
            run.Fault($"delete {provider} {version}: {(int)response.StatusCode}");
        }
    }
}
