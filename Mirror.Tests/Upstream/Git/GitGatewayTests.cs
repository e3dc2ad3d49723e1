using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Configuration;
using Mirror.Core.Upstream;
using Mirror.Core.Upstream.Git;
using Mirror.Tests.Fetching.Modules;
using Mirror.Tests.Origin;
using Mirror.Tests.Origin.Git;

namespace Mirror.Tests.Upstream.Git;

/// <summary>The proxy through which the <c>git</c> process reaches one repository only.</summary>
public sealed class GitGatewayTests
{
    private const string References = $"GET {GitGateway.Repository}/info/refs?service=git-upload-pack HTTP/1.1";

    [RequiresToolFact("git")]
    public async Task Request_OtherThanForTheRepositoryWithThePassword_IsRefused()
    {
        await using var server = await GitServer.StartAsync();
        var repository = server.Add();
        repository.Commit(("main.tf", "# main"));
        await using var mirror = await GitSnapshotTests.StartAsync(server);
        await using var gateway = new GitGateway(
            mirror.Services.GetRequiredService<OriginHttp>(),
            mirror.Services.GetRequiredService<MirrorOptions>(),
            TimeProvider.System,
            server.UrlOf(repository),
            null,
            CancellationToken.None);
        var url = new Uri(gateway.ProxyUrl);
        string password = $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes(url.UserInfo))}\r\n";

        foreach (string request in new[]
        {
            $"{References}\r\n\r\n",
            $"{References}\r\nProxy-Authorization: Basic Z2l0OmdpdA==\r\n\r\n",
            $"GET {GitGateway.Repository}/HEAD HTTP/1.1\r\n{password}\r\n",
            $"GET {server.UrlOf(repository)}/info/refs?service=git-upload-pack HTTP/1.1\r\n{password}\r\n",
            $"GET http://169.254.169.254/latest/meta-data HTTP/1.1\r\n{password}\r\n",
            $"GET {GitGateway.Repository}/../other/info/refs?service=git-upload-pack HTTP/1.1\r\n{password}\r\n",
            $"GET {GitGateway.Repository}/info/refs?service=git-receive-pack HTTP/1.1\r\n{password}\r\n",
            $"CONNECT git.example.com:443 HTTP/1.1\r\n{password}\r\n",
            $"POST {GitGateway.Repository}/git-upload-pack HTTP/1.1\r\n{password}\r\n",
            $"POST {GitGateway.Repository}/git-upload-pack HTTP/1.1\r\n{password}Content-Length: 99999999\r\n\r\n",
            $"POST {GitGateway.Repository}/git-receive-pack HTTP/1.1\r\n{password}Content-Length: 0\r\n\r\n",
            $"{References}\r\n{new string('a', 20_000)}",
            "\r\n\r\n",
        })
        {
            Assert.StartsWith("HTTP/1.1 403 ", await SendAsync(url.Port, request), StringComparison.Ordinal);
        }

        Assert.Empty(server.Requests);
        Assert.Contains("refs/heads/main", await SendAsync(url.Port, $"{References}\r\n{password}\r\n"), StringComparison.Ordinal);
        Assert.Null(gateway.Failure);
    }

    private static async Task<string> SendAsync(int port, string request)
    {
        using var client = new TcpClient("127.0.0.1", port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        var response = new StringBuilder();
        byte[] buffer = new byte[4096];
        try
        {
            for (int read; (read = await stream.ReadAsync(buffer)) > 0;)
            {
                response.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }
        catch (IOException)
        {
            // The rest of the request was not read.
        }

        return response.ToString();
    }
}
