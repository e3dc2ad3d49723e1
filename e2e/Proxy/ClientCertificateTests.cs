using System.Security.Cryptography.X509Certificates;
using Mirror.E2E.Browser;
using Mirror.E2E.Processes;
using Mirror.E2E.Terraform;
using Mirror.Tests.Hosting;
using Mirror.Tests.Origin;

namespace Mirror.E2E.Proxy;

/// <summary>A mirror that requires client certificates: behind nginx, which presents one, and directly.</summary>
public sealed class ClientCertificateTests(Chromium chromium) : IClassFixture<Chromium>, IDisposable
{
    private const string Hello = "registry.example.com/example/hello";

    private readonly TemporaryDirectory _directory = new();
    private readonly TestAuthority _authority = new("Clients");
    private string? _client;

    public void Dispose()
    {
        _authority.Dispose();
        _directory.Dispose();
    }

    [RequiresToolFact("terraform", "nginx", "chromium")]
    public async Task Clients_OfAProxyThatPresentsACertificate_NeedNone()
    {
        await using var origin = StartOrigin();
        await using var nginx = await NginxProcess.StartAsync();
        var url = new Uri($"https://localhost:{nginx.Port}/");
        await using var mirror = await StartMirrorAsync(
            origin, $"--Mirror:PublicUrl={url}", "--Mirror:TrustedProxies=127.0.0.1");
        await nginx.ServeAsync(Configuration(nginx, mirror), new Uri(url, "api/v1/groups"));
        using var project = new TerraformProject(Hello);

        var run = await project.PasteAndRunAsync(
            $"{mirror.PrintedConfiguration}\nexport SSL_CERT_FILE='{nginx.AuthorityPath}'", "init", "-no-color");
        var page = await chromium.OpenAsync(url);
        await using var context = page.Context;
        await page.GotoAsync("groups/default/-/provider-mirrors");
        await page.WhenInteractiveAsync();

        Assert.Contains($"- Installed {Hello} v2.0.0 (self-signed", run.AssertSuccess().Output, StringComparison.Ordinal);
    }

    [RequiresToolFact("terraform")]
    public async Task Clients_WithoutAProxy_NeedACertificateExceptOnThisMachine()
    {
        await using var origin = StartOrigin();
        await using var mirror = await StartMirrorAsync(origin, "--Mirror:PublicUrl=https://mirror.example.com");
        using var project = new TerraformProject(Hello);
        string[] list = ["list-versions", "default", "--url", mirror.HttpsUrl.ToString(), "--token", await mirror.ReadAdminTokenAsync()];

        var init = (await project.PasteAndRunAsync(NetworkMirror.For(mirror), "init", "-no-color")).AssertFailure();
        var without = (await RunAsync(mirror, [], list)).AssertFailure();
        var with = (await RunAsync(mirror, new() { ["MIRROR_CLIENT_CERTIFICATE"] = Client }, list)).AssertSuccess();
        var here = (await mirror.RunCommandAsync("status")).AssertSuccess();

        Assert.Contains("EOF", init.Text, StringComparison.Ordinal);
        Assert.Contains("requests a client certificate", without.Error, StringComparison.Ordinal);
        Assert.Equal("", with.Error);
        Assert.Contains(mirror.Url.ToString(), here.Output, StringComparison.Ordinal);
        await mirror.WhenLogged("the client presented no certificate");
    }

    /// <summary>A file with a certificate and its key.</summary>
    private string Client => _client ??= Write("client.pem", TestAuthority.PemOf(_authority.ForClient()));

    private Task<MirrorProcess> StartMirrorAsync(FakeOrigin origin, params string[] arguments) => MirrorProcess.StartBeforeAsync(origin.ProvidersUrl, [
        "--Mirror:Tls:ClientCertificates=Require",
        $"--Mirror:Tls:ClientAuthorityPath={Write("clients.pem", _authority.Pem)}",
        .. arguments]);

    private static Task<ProgramRun> RunAsync(MirrorProcess mirror, Dictionary<string, string> environment, params string[] command)
    {
        var start = MirrorExecutable.Built.Start(mirror.WorkingDirectory, command);
        start.Environment["SSL_CERT_FILE"] = mirror.AuthorityPath;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return ProgramRun.RunAsync(start);
    }

    /// <summary>The documented directives, but for the files of this machine.</summary>
    private string Presenting(MirrorProcess mirror)
    {
        var directives = MirrorExecutable.ReadDocumentation("operations.md").Split('\n')
            .Where(line => line.StartsWith("    proxy_ssl_", StringComparison.Ordinal));
        string text = string.Join('\n', directives);
        foreach (var (documented, here) in new[]
        {
            ("/etc/nginx/mirror-client.pem", Client), ("/etc/nginx/mirror-client.key", Client),
            ("/etc/nginx/mirror-ca.pem", mirror.AuthorityPath), ("mirror.internal", "localhost"),
        })
        {
            Assert.Contains(documented, text, StringComparison.Ordinal);
            text = text.Replace(documented, here, StringComparison.Ordinal);
        }

        return text;
    }

    private string Configuration(NginxProcess nginx, MirrorProcess mirror) => $$"""
        map $http_upgrade $connection_upgrade {
            default upgrade;
            ''      '';
        }
        server {
            listen 127.0.0.1:{{nginx.Port}} ssl;
            ssl_certificate {{nginx.AuthorityPath}};
            ssl_certificate_key {{nginx.KeyPath}};
            proxy_http_version 1.1;
            proxy_set_header Host               $http_host;
            proxy_set_header X-Forwarded-For    $remote_addr;
            proxy_set_header X-Forwarded-Proto  $scheme;
            proxy_set_header Upgrade            $http_upgrade;
            proxy_set_header Connection         $connection_upgrade;
            {{Presenting(mirror)}}
            location / { proxy_pass {{mirror.HttpsUrl.ToString().TrimEnd('/')}}; }
        }
        """;

    private static FakeOrigin StartOrigin()
    {
        var origin = FakeOrigin.Start();
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
