using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Mirror.E2E.Processes;
using Mirror.Tests.Origin;
using Mirror.Tests.Time;

namespace Mirror.E2E.Proxy;

/// <summary>
/// nginx on a free port. Its configuration, certificate and temporary files are in a temporary directory.
/// </summary>
internal sealed class NginxProcess : IAsyncDisposable
{
    private const int Attempts = 5;

    private readonly TemporaryDirectory _directory = new();
    private Process? _process;

    private NginxProcess()
    {
        using var certificate = OriginCertificate.Create();
        File.WriteAllText(AuthorityPath, certificate.ExportCertificatePem());
        File.WriteAllText(KeyPath, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    public int Port { get; private set; }

    /// <summary>The self-signed certificate, for localhost.</summary>
    public string AuthorityPath => _directory.Combine("localhost.pem");

    public string KeyPath => _directory.Combine("localhost.key");

    /// <summary>The request lines that it received.</summary>
    public IReadOnlyList<string> Requests => File.ReadAllLines(_directory.Combine("access.log"));

    /// <summary>Starts it; until <see cref="ServeAsync"/>, every answer is 503.</summary>
    public static async Task<NginxProcess> StartAsync()
    {
        var nginx = new NginxProcess();
        try
        {
            for (int attempt = 1; !await nginx.TryListenAsync(); attempt++)
            {
                // Another process may have taken the port that was free.
                Assert.True(attempt < Attempts, $"nginx does not start:\n{nginx.ErrorLog}");
            }

            return nginx;
        }
        catch
        {
            await nginx.DisposeAsync();
            throw;
        }
    }

    /// <param name="configuration">The content of the <c>http</c> block.</param>
    /// <param name="isServed">A URL that answers 200 as soon as the configuration is in use.</param>
    public async Task ServeAsync(string configuration, Uri isServed)
    {
        Write(configuration);
        await ProgramRun.SignalAsync(_process!, "HUP");
        using var authority = X509CertificateLoader.LoadCertificateFromFile(AuthorityPath);
        var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { authority },
        };
        using var client = new HttpClient(handler);
        await Eventually.TrueAsync(async () =>
        {
            using var answer = await client.GetAsync(isServed);
            return answer.StatusCode == HttpStatusCode.OK;
        });
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _directory.Dispose();
    }

    private string ErrorLog => File.Exists(_directory.Combine("error.log")) ? File.ReadAllText(_directory.Combine("error.log")) : "";

    private async Task<bool> TryListenAsync()
    {
        Port = FreePort();
        Write($$"""
            server {
                listen 127.0.0.1:{{Port}} ssl;
                ssl_certificate {{AuthorityPath}};
                ssl_certificate_key {{KeyPath}};
                return 503;
            }
            """);
        _process = Process.Start(new ProcessStartInfo("nginx", ["-p", _directory.Path, "-c", _directory.Combine("nginx.conf"), "-e", _directory.Combine("error.log")]))!;
        bool listens = false;
        await Eventually.TrueAsync(async () => _process.HasExited || (listens = await IsOpenAsync()));
        if (!listens)
        {
            await StopAsync();
        }

        return listens;
    }

    private async Task<bool> IsOpenAsync()
    {
        try
        {
            using var probe = new TcpClient();
            await probe.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Write(string http)
    {
        // As root, it would otherwise drop its privileges and lose access to this directory.
        string user = Environment.IsPrivilegedProcess ? "user root;" : "";
        File.WriteAllText(_directory.Combine("nginx.conf"), $$"""
            {{user}}
            worker_processes 1;
            daemon off;
            pid {{_directory.Combine("nginx.pid")}};
            error_log {{_directory.Combine("error.log")}};
            events { worker_connections 256; }
            http {
                log_format requests '$request';
                access_log {{_directory.Combine("access.log")}} requests;
                client_body_temp_path {{_directory.Combine("client")}};
                proxy_temp_path {{_directory.Combine("proxy")}};
                fastcgi_temp_path {{_directory.Combine("fastcgi")}};
                uwsgi_temp_path {{_directory.Combine("uwsgi")}};
                scgi_temp_path {{_directory.Combine("scgi")}};
            {{http}}
            }
            """);
    }

    private async Task StopAsync()
    {
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
            _process = null;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
