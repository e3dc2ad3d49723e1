using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Mirror.E2E.Processes;

namespace Mirror.Bench;

/// <summary>nginx, which serves a directory over HTTP and HTTPS with the certificate of a Mirror server.</summary>
internal sealed class Nginx : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Process _process;

    private Nginx(string root, string tlsDirectory)
    {
        int http = FreePort();
        int https = FreePort();
        Url = new Uri($"http://127.0.0.1:{http}/");
        HttpsUrl = new Uri($"https://127.0.0.1:{https}/");
        File.WriteAllText(_directory.Combine("nginx.conf"), $$"""
            user root;
            worker_processes auto;
            daemon off;
            pid {{_directory.Combine("nginx.pid")}};
            error_log {{_directory.Combine("error.log")}};
            events { worker_connections 1024; }
            http {
              access_log off;
              sendfile on;
              tcp_nopush on;
              keepalive_requests 1000000;
              open_file_cache max=100;
              types { application/json json; application/zip zip; }
              server {
                listen 127.0.0.1:{{http}};
                listen 127.0.0.1:{{https}} ssl;
                ssl_certificate {{Path.Combine(tlsDirectory, "server.pem")}};
                ssl_certificate_key {{Path.Combine(tlsDirectory, "server.key")}};
                root {{root}};
              }
            }
            """);
        _process = Process.Start(new ProcessStartInfo("/usr/sbin/nginx", ["-p", _directory.Path, "-c", _directory.Combine("nginx.conf")]))!;
    }

    public Uri Url { get; }

    public Uri HttpsUrl { get; }

    public static async Task<Nginx> StartAsync(string root, string tlsDirectory)
    {
        var nginx = new Nginx(root, tlsDirectory);
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, nginx.HttpsUrl.Port);
                return nginx;
            }
            catch (SocketException) when (attempt < 100 && !nginx._process.HasExited)
            {
                await Task.Delay(20);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _directory.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
