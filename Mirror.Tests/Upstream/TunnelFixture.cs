using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Configuration;
using Mirror.Core.Upstream;
using Mirror.Tests.Hosting;
using Mirror.Tests.Origin;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Upstream;

/// <summary>An https origin behind a proxy.</summary>
public abstract class TunnelFixture : IDisposable
{
    protected static readonly Lazy<X509Certificate2> Certificate = new(() => OriginCertificate.Create(Host, "packages.example.com"));

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mirror-tunnel-");

    private protected RecordedLog Log { get; } = new();

    public void Dispose()
    {
        Log.Dispose();
        _directory.Delete(recursive: true);
    }

    protected void AssertNoSecret(string secret) =>
        Assert.DoesNotContain(Log.Entries, entry => entry.Contains(secret, StringComparison.Ordinal)
            || entry.Contains(Convert.ToBase64String(Encoding.UTF8.GetBytes("mirror:" + secret)), StringComparison.Ordinal));

    protected static ProxyOptions Through(TunnelProxy proxy, string user, string scheme = "http") =>
        ProxyOptions.All(OutboundProxy.Parse($"{scheme}://{user}{proxy.Authority}", "test"));

    protected static FakeOrigin StartOrigin()
    {
        var origin = FakeOrigin.Start(Certificate.Value);
        origin.RelativeUrls = true;
        origin.AddProvider("example/hello").AddVersions("1.0.0", "1.1.0", "1.2.0", "1.3.0");
        return origin;
    }

    protected string Write(string name, string text)
    {
        string path = Path.Combine(_directory.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    protected Task<MirrorServer> StartMirrorAsync(
        FakeOrigin origin,
        ProxyOptions proxies,
        string? resolved = null,
        UpstreamHostOptions? host = null,
        X509Certificate2? authority = null,
        Func<UpstreamLimits, UpstreamLimits>? limits = null,
        TimeProvider? time = null)
    {
        var relaxed = new UpstreamLimits
        {
            DocumentAttempts = 1,
            PackageAttempts = 1,
            ConnectTimeout = TimeSpan.FromMinutes(1),
            DocumentDeadline = TimeSpan.FromMinutes(1),
        };
        return MirrorServer.StartAsync(
            options => options with
            {
                Listen = options.Listen with { Https = null },
                Upstream = options.Upstream with
                {
                    AllowedHosts = [Name],
                    AuthoritiesPath = Write("ca.pem", (authority ?? Certificate.Value).ExportCertificatePem()),
                    Proxy = proxies,
                    Hosts = host is null ? [] : [host],
                    Limits = limits?.Invoke(relaxed) ?? relaxed,
                },
            },
            time,
            services =>
            {
                Log.RecordEverything(services);
                services.AddSingleton<OriginTransport>(provider => new Resolving(
                    provider.GetRequiredService<MirrorOptions>(),
                    provider.GetRequiredService<OriginGuard>(),
                    provider.GetRequiredService<ConfiguredCertificates>(),
                    resolved));
            });
    }

    private sealed class Resolving(MirrorOptions options, OriginGuard guard, ConfiguredCertificates certificates, string? address)
        : OriginTransport(options, guard, certificates)
    {
        protected override Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
            address is null
                ? throw new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.HostNotFound)
                : Task.FromResult<IPAddress[]>([IPAddress.Parse(address)]);
    }
}
