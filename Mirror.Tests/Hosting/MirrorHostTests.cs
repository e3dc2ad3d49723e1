using System.Net;
using System.Net.Sockets;
using Mirror.Core.Configuration;
using Mirror.Web.Cli;
using Mirror.Web.Http;
using Xunit;

namespace Mirror.Tests.Hosting;

public sealed class MirrorHostTests
{
    [Fact]
    public async Task Start_DataDirectoryInUse_FailsWithoutAffectingTheFirstServer()
    {
        await using var first = await MirrorServer.StartAsync();
        string staged = Path.Combine(first.Host.Options.StagingDirectory, "being-written.part");
        await File.WriteAllTextAsync(staged, "");

        var refusal = await Assert.ThrowsAsync<StartFailedException>(
            () => MirrorServer.StartAsync(options => options with { DataDirectory = first.DataDirectory }));

        Assert.Contains(first.DataDirectory, refusal.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(staged));
        Assert.True(File.Exists(ServerFile.PathIn(first.DataDirectory)));
    }

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public async Task Start_PortInUse_ReportsThePort(string scheme)
    {
        using var occupied = new TcpListener(IPAddress.Loopback, 0);
        occupied.Start();
        var url = new Uri($"{scheme}://127.0.0.1:{((IPEndPoint)occupied.LocalEndpoint).Port}");

        var refusal = await Assert.ThrowsAsync<StartFailedException>(() => MirrorServer.StartAsync(options => options with
        {
            Listen = new ListenOptions { Http = scheme == "http" ? url : null, Https = scheme == "https" ? url : null },
        }));

        Assert.Contains(url.Authority, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_AfterACrash_ClearsTheStagingArea()
    {
        string directory = Directory.CreateTempSubdirectory("mirror-tests-").FullName;
        try
        {
            string leftover = Path.Combine(Directory.CreateDirectory(Path.Combine(directory, "staging")).FullName, "0.part");
            await File.WriteAllTextAsync(leftover, "half");

            await using var server = await MirrorServer.StartAsync(options => options with { DataDirectory = directory });

            Assert.False(File.Exists(leftover));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task ServerFile_WhileRunning_ListsTheListenersAndIsRemovedOnStop()
    {
        string directory = Directory.CreateTempSubdirectory("mirror-tests-").FullName;
        try
        {
            await using (var server = await MirrorServer.StartAsync(options => options with { DataDirectory = directory }))
            {
                Assert.Equal([server.HttpsUrl, server.Url], ServerFile.Read(ServerFile.PathIn(directory))?.Urls);
            }

            Assert.False(File.Exists(ServerFile.PathIn(directory)));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task Https_WithTheLocalAuthority_IsTrustedThroughItsFileAndSupportsHttp2()
    {
        await using var server = await MirrorServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.HttpsUrl, "/health/ready"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        using var response = await server.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(HttpVersion.Version20, response.Version);
    }

    [Fact]
    public async Task Https_WithAConfiguredCertificate_UsesItAndCreatesNoAuthority()
    {
        using var files = new PemFiles();
        await using var server = await MirrorServer.StartAsync(options => options with
        {
            Tls = new TlsOptions { CertificatePath = files.CertificatePath, KeyPath = files.KeyPath },
        });

        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, server.HttpsUrl.Port);
        await using var tls = new System.Net.Security.SslStream(
            tcp.GetStream(), false, (_, certificate, _, _) => certificate!.Subject == "CN=theirs.example.com");
        await tls.AuthenticateAsClientAsync("theirs.example.com");

        Assert.Null(server.Host.AuthorityPath);
        Assert.False(Directory.Exists(server.Host.Options.TlsDirectory));
    }

    [Fact]
    public async Task Https_KeyOfAnotherCertificate_IsAConfigurationFault()
    {
        using var files = new PemFiles();
        using var others = new PemFiles();

        var faults = await Assert.ThrowsAsync<InvalidConfigurationException>(() => MirrorServer.StartAsync(options => options with
        {
            Tls = new TlsOptions { CertificatePath = files.CertificatePath, KeyPath = others.KeyPath },
        }));

        Assert.Equal("Mirror:Tls:KeyPath", Assert.Single(faults.Faults).Key);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    public async Task UnknownApiAddress_WithAnyMethod_ReturnsAProblemDocument(string method)
    {
        await using var server = await MirrorServer.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri("/api/v1/no/such/thing", UriKind.Relative));

        using var response = await server.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.False(response.Headers.Contains("Server"));
    }
}
