using System.Net;
using System.Security.Cryptography.X509Certificates;
using Mirror.E2E.Processes;
using Mirror.E2E.Terraform;
using Mirror.Tests.Hosting;
using Mirror.Tests.Origin;
using Mirror.Tests.Upstream;

namespace Mirror.E2E.Proxy;

/// <summary><c>terraform init</c> through a mirror that reaches its origin only through a proxy, or with a client certificate.</summary>
public sealed class OutboundTests : IDisposable
{
    private const string Host = "registry.example.com";
    private const string Hello = Host + "/example/hello";
    private const string User = "mirror";
    private const string Password = "p@ss:word/1";

    private readonly TemporaryDirectory _directory = new();
    private readonly X509Certificate2 _certificate = OriginCertificate.Create(Host);

    public void Dispose()
    {
        _certificate.Dispose();
        _directory.Dispose();
    }

    [RequiresToolFact("terraform")]
    public async Task Init_ThroughTheConfiguredProxy_InstallsWithItsCredentials()
    {
        await using var origin = StartOrigin();
        await using var proxy = new TunnelProxy(new Uri(origin.HttpsUrl).Port, $"{User}:{Password}");
        await using var mirror = await StartMirrorAsync([], $"--Mirror:Upstream:Proxy={UrlOf(proxy)}");

        await AssertInstallsThroughAsync(proxy, origin, mirror, "Mirror:Upstream:Proxy");
    }

    [RequiresToolFact("terraform")]
    public async Task Init_ThroughTheProxyOfTheEnvironment_InstallsWithItsCredentials()
    {
        await using var origin = StartOrigin();
        await using var proxy = new TunnelProxy(new Uri(origin.HttpsUrl).Port, $"{User}:{Password}");
        await using var mirror = await StartMirrorAsync(
            new() { ["HTTPS_PROXY"] = UrlOf(proxy), ["NO_PROXY"] = "internal.example.com" });

        await AssertInstallsThroughAsync(proxy, origin, mirror, "HTTPS_PROXY");
    }

    [RequiresToolFact("terraform")]
    public async Task Init_WithWrongCredentialsForTheProxy_FailsAndTheServerSaysWhy()
    {
        await using var origin = StartOrigin();
        await using var proxy = new TunnelProxy(new Uri(origin.HttpsUrl).Port, $"{User}:{Password}");
        await using var mirror = await StartMirrorAsync([], $"--Mirror:Upstream:Proxy=http://{User}:another-password@{proxy.Authority}");
        using var project = new TerraformProject(Hello);

        var run = (await project.PasteAndRunAsync(NetworkMirror.For(mirror), "init", "-no-color")).AssertFailure();
        using var response = await mirror.Client.GetAsync($"v1/mirror/{Hello}/index.json");

        Assert.Contains("502", run.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Contains(
            $"The proxy http://{proxy.Authority} (Mirror:Upstream:Proxy) responded with 407",
            await response.Content.ReadAsStringAsync(),
            StringComparison.Ordinal);
        Assert.Equal(0, origin.ConnectionsAccepted);
        Assert.DoesNotContain("another-password", mirror.Log, StringComparison.Ordinal);
    }

    [RequiresToolFact("terraform")]
    public async Task Init_FromAnOriginThatRequiresACertificate_InstallsWithTheOneOfTheHost()
    {
        await using var origin = StartOrigin();
        using var client = OriginCertificate.Create("client.example.com");
        origin.RequiredClient = client;
        await using var mirror = await StartAtAsync(
            origin,
            $"--Mirror:Upstream:Hosts:0:ClientCertificatePath={Write("client.pem", client.ExportCertificatePem())}",
            $"--Mirror:Upstream:Hosts:0:ClientKeyPath={Write("client.key", TestAuthority.KeyPemOf(client))}");
        using var project = new TerraformProject(Hello);

        var run = (await project.PasteAndRunAsync(mirror.PrintedConfiguration, "init", "-no-color")).AssertSuccess();

        Assert.Contains($"- Installed {Hello} v2.0.0 (self-signed, key ID {TestKeys.Publisher.KeyId})", run.Output, StringComparison.Ordinal);
        origin.AssertNoViolations();
    }

    [RequiresToolFact("terraform")]
    public async Task Init_FromAnOriginThatRequiresACertificateWithoutOne_FailsAndTheServerSaysWhy()
    {
        await using var origin = StartOrigin();
        using var client = OriginCertificate.Create("client.example.com");
        origin.RequiredClient = client;
        await using var mirror = await StartAtAsync(origin);
        using var project = new TerraformProject(Hello);

        var run = (await project.PasteAndRunAsync(NetworkMirror.For(mirror), "init", "-no-color")).AssertFailure();
        using var response = await mirror.Client.GetAsync($"v1/mirror/{Hello}/index.json");

        Assert.Contains("503", run.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains(
            "It requests a client certificate, and none is configured for it", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(origin.Requests);
    }

    [RequiresToolFact("terraform", "nginx")]
    public async Task Init_FromAnOriginBehindNginxThatRequiresACertificate_FailsAndInstallsWithIt()
    {
        await using var origin = StartOrigin();
        await using var nginx = await NginxProcess.StartAsync();
        using var authority = new TestAuthority("Clients of the origin");
        using var client = authority.ForClient();
        await nginx.ServeAsync(
            $$"""
            server {
                listen 127.0.0.1:{{nginx.Port}} ssl;
                ssl_certificate {{nginx.AuthorityPath}};
                ssl_certificate_key {{nginx.KeyPath}};
                ssl_client_certificate {{Write("authority.pem", authority.Pem)}};
                ssl_verify_client optional;
                location = /served { return 200; }
                location / {
                    if ($ssl_client_verify != SUCCESS) { return 496; }
                    proxy_http_version 1.1;
                    proxy_set_header Connection "";
                    proxy_pass {{origin.Url}};
                }
            }
            """,
            new Uri($"https://localhost:{nginx.Port}/served"));
        string[] host =
        [
            $"--Mirror:Upstream:Hosts:0:Name={Host}",
            $"--Mirror:Upstream:Hosts:0:ProvidersUrl=https://localhost:{nginx.Port}/v1/providers/",
            $"--Mirror:Upstream:AuthoritiesPath={nginx.AuthorityPath}",
        ];
        string certificate = Write("client.pem", TestAuthority.PemOf(client));
        await using var without = await MirrorProcess.StartAsync(host);
        await using var mirror = await MirrorProcess.StartAsync([
            .. host, $"--Mirror:Upstream:Hosts:0:ClientCertificatePath={certificate}", $"--Mirror:Upstream:Hosts:0:ClientKeyPath={certificate}"]);
        using var project = new TerraformProject(Hello);

        (await project.PasteAndRunAsync(NetworkMirror.For(without), "init", "-no-color")).AssertFailure();
        using var response = await without.Client.GetAsync($"v1/mirror/{Hello}/index.json");
        var run = await project.PasteAndRunAsync(NetworkMirror.For(mirror), "init", "-no-color");

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Contains(
            "It requests a client certificate, and none is configured for it", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains($"- Installed {Hello} v2.0.0 (verified checksum)", run.AssertSuccess().Output, StringComparison.Ordinal);
    }

    private static async Task AssertInstallsThroughAsync(TunnelProxy proxy, FakeOrigin origin, MirrorProcess mirror, string source)
    {
        using var project = new TerraformProject(Hello);

        var run = (await project.PasteAndRunAsync(mirror.PrintedConfiguration, "init", "-no-color")).AssertSuccess();

        Assert.Contains($"- Installed {Hello} v2.0.0 (self-signed, key ID {TestKeys.Publisher.KeyId})", run.Output, StringComparison.Ordinal);
        Assert.All(proxy.Targets, target => Assert.Equal(Host + ":443", target));
        // Every connection of the origin came through a tunnel, and no tunnel was opened without the credentials.
        Assert.NotEmpty(origin.Requests);
        Assert.Equal(origin.ConnectionsAccepted, proxy.Targets.Count);
        Assert.All(proxy.Credentials, sent => Assert.Contains(sent, new[] { null, $"{User}:{Password}" }));
        Assert.Equal(proxy.Targets.Count, proxy.Credentials.Count(sent => sent is not null));
        Assert.Contains($"through the proxy http://{proxy.Authority} ({source})", mirror.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, mirror.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(Uri.EscapeDataString(Password), mirror.Log, StringComparison.Ordinal);
        origin.AssertNoViolations();
    }

    private static string UrlOf(TunnelProxy proxy) => $"http://{User}:{Uri.EscapeDataString(Password)}@{proxy.Authority}";

    /// <summary>A mirror that finds the origin through its discovery, so that only a proxy can connect to it.</summary>
    private Task<MirrorProcess> StartMirrorAsync(Dictionary<string, string> environment, params string[] arguments) => MirrorProcess.StartAsync(
        MirrorExecutable.Built,
        environment,
        [
            $"--Mirror:Upstream:AllowedHosts={Host}",
            $"--Mirror:Upstream:AuthoritiesPath={Write("authority.pem", _certificate.ExportCertificatePem())}",
            .. arguments,
        ]);

    private Task<MirrorProcess> StartAtAsync(FakeOrigin origin, params string[] arguments) => MirrorProcess.StartAsync([
        $"--Mirror:Upstream:Hosts:0:Name={Host}",
        $"--Mirror:Upstream:Hosts:0:ProvidersUrl={origin.HttpsUrl}{origin.ProvidersUrl[origin.Url.Length..]}",
        $"--Mirror:Upstream:AuthoritiesPath={Write("authority.pem", _certificate.ExportCertificatePem())}",
        .. arguments]);

    private FakeOrigin StartOrigin()
    {
        var origin = FakeOrigin.Start(_certificate);
        origin.RelativeUrls = true;
        origin.AddProvider("example/hello").AddVersions("1.0.0", "2.0.0");
        return origin;
    }

    private string Write(string name, string text)
    {
        string path = _directory.Combine(name);
        File.WriteAllText(path, text);
        return path;
    }
}
