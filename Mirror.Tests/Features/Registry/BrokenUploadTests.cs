using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Mirror.Tests.Hosted.Publishing;
using Mirror.Tests.Hosting;
using Mirror.Tests.Importing;
using Mirror.Tests.Time;

namespace Mirror.Tests.Features.Registry;

/// <summary>Uploads whose client disconnects, and forms that are not complete.</summary>
public sealed class BrokenUploadTests
{
    private const string Registry = "/api/v1/groups/default/registry";
    private const string Module = Registry + "/modules/acme/vpc/aws/versions/1.0.0";
    private const string Provider = Registry + "/providers/acme/dns/versions/1.0.0";
    private const string Package =
        $"/api/v1/groups/default/providers/{PublishingServer.Host}/acme/dns/versions/1.0.0/platforms/linux_amd64/package";

    private const string Boundary = "edge";

    [Theory]
    [InlineData("POST", Module, "", true)]
    [InlineData("POST", Module, "", false)]
    [InlineData("POST", Module, "terraform.tar.gz", true)]
    [InlineData("POST", Module, "terraform.tar.gz", false)]
    [InlineData("POST", Provider, "terraform-provider-dns_1.0.0_linux_amd64.zip", true)]
    [InlineData("POST", Provider, "terraform-provider-dns_1.0.0_linux_amd64.zip", false)]
    [InlineData("PUT", Package, "", true)]
    [InlineData("PUT", Package, "", false)]
    public async Task Client_ThatDisconnects_LeavesNothingAndFillsNoLog(string method, string url, string file, bool resets)
    {
        var log = new RecordedLog();
        await using var server = await PublishingServer.StartAsync(services: services => services.AddSingleton<ILoggerProvider>(log));
        byte[] archive = url == Module ? ModuleTar.Make(("main.tf", "")) : ProviderZip.MakeLarge("dns", 50_000);
        using var connection = new TcpClient();
        await connection.ConnectAsync(server.Url.Host, server.Url.Port);
        string type = file.Length == 0 ? "application/octet-stream" : $"multipart/form-data; boundary={Boundary}";
        string head = $"{method} {url} HTTP/1.1\r\nHost: {server.Url.Authority}\r\nAuthorization: Bearer {server.AdminToken}\r\n"
            + $"Content-Type: {type}\r\nContent-Length: {archive.Length + 100_000}\r\n\r\n";
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head + (file.Length == 0 ? "" : Head(file))));
        await connection.GetStream().WriteAsync(archive);
        await Eventually.TrueAsync(() => Directory.GetFiles(server.Host.Options.StagingDirectory).Length > 0);

        connection.LingerState = new LingerOption(resets, 0);
        connection.Close();
        await server.WhenAnsweredAsync();

        await PublishingServer.AssertNothingAsync(server);
        Assert.True(log.Entries.IsEmpty, string.Join("\n", log.Entries));
    }

    [Theory]
    [InlineData(Module, "", "incomplete or malformed")]
    [InlineData(Module, "--edge\r\n", "incomplete or malformed")]
    [InlineData(Module, "--edge--\r\n", "has no file")]
    [InlineData(Provider, "", "incomplete or malformed")]
    [InlineData(Provider, "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"terraform-provider-dns_1.0.0_SHA256SUMS\"\r\n\r\nabc", "incomplete or malformed")]
    [InlineData(Provider, "no form", "incomplete or malformed")]
    public async Task Form_ThatIsNotComplete_IsInvalidInOurWords(string url, string body, string expected)
    {
        await using var server = await PublishingServer.StartAsync();
        using var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse($"multipart/form-data; boundary={Boundary}");

        using var answer = await server.AdminClient.PostAsync(url, content);
        string detail = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("detail").GetString()!;

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(expected, detail, StringComparison.Ordinal);
        Assert.DoesNotContain("Stream", detail, StringComparison.Ordinal);
        await PublishingServer.AssertNothingAsync(server);
    }

    private static string Head(string file) =>
        $"--{Boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{file}\"\r\n\r\n";
}
