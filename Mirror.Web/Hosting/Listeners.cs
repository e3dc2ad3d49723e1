using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Mirror.Core.Configuration;
using Mirror.Web.Cli;
using Mirror.Web.Http;

namespace Mirror.Web.Hosting;

/// <summary>Opens the listeners of <c>Mirror:Listen</c>.</summary>
internal static class Listeners
{
    public static void Configure(
        KestrelServerOptions kestrel,
        MirrorOptions options,
        ConnectionLimits limits,
        ServerCertificates certificates,
        ClientCertificates clients)
    {
        kestrel.AddServerHeader = false;
        limits.Apply(kestrel.Limits);
        if (options.Listen.Http is { } http)
        {
            // Without TLS there is no protocol negotiation, and HTTP/2 would require prior knowledge.
            Bind(kestrel, http, listener =>
            {
                limits.Guard(listener);
                CertificateRequirement.RememberPeer(listener);
                listener.Protocols = HttpProtocols.Http1;
            });
        }

        if (options.Listen.Https is { } https)
        {
            certificates.Load();
            Bind(kestrel, https, listener =>
            {
                limits.Guard(listener);
                clients.Guard(listener);
                listener.Protocols = HttpProtocols.Http1AndHttp2;
                listener.UseHttps(new TlsHandshakeCallbackOptions
                {
                    HandshakeTimeout = options.Limits.HandshakeTimeout,
                    OnConnection = _ => ValueTask.FromResult(clients.Apply(new SslServerAuthenticationOptions
                    {
                        ServerCertificateContext = certificates.Current,
                        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    })),
                });
            });
        }
    }

    /// <summary>The bound addresses, with the ports that the system chose for port 0.</summary>
    public static ServerUrls Bound(IServer server, MirrorOptions options)
    {
        var bound = server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses
            .Select(address => ListenAddress.ForThisMachine(new Uri(address)))
            .ToLookup(url => url.Scheme);
        return new ServerUrls(bound[Uri.UriSchemeHttp].FirstOrDefault(), bound[Uri.UriSchemeHttps].FirstOrDefault())
        {
            RequiresCertificate = options.Tls.ClientCertificates == ClientCertificatePolicy.Require,
        };
    }

    /// <summary>Explains a listener that could not be opened; null for any other failure.</summary>
    public static StartFailedException? Explain(Exception exception, Mirror.Core.Configuration.ListenOptions listen)
    {
        string where = string.Join(", ", new[] { ("Http", listen.Http), ("Https", listen.Https) }
            .Where(entry => entry.Item2 is not null).Select(entry => $"Mirror:Listen:{entry.Item1} = {Display(entry.Item2!)}"));
        return exception switch
        {
            IOException { InnerException: AddressInUseException } => new StartFailedException(
                $"{exception.Message.TrimEnd('.')}. Another program is using the port. Stop it or choose another port ({where}).",
                exception),
            SocketException { SocketErrorCode: SocketError.AccessDenied } => new StartFailedException(
                $"Permission denied for {where}: ports below 1024 need a privilege.", exception),
            SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => new StartFailedException(
                $"This machine does not have the address of {where}.", exception),
            _ => null,
        };
    }

    private static void Bind(
        KestrelServerOptions kestrel, Uri url, Action<Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions> configure)
    {
        var address = ListenAddress.AddressOf(url);
        if (IPAddress.IPv6Any.Equals(address))
        {
            kestrel.ListenAnyIP(url.Port, configure); // Falls back to IPv4 on machines without IPv6.
        }
        else if (address is not null)
        {
            kestrel.Listen(address, url.Port, configure);
        }
        else if (url.Port == 0)
        {
            // With port 0 the two loopback addresses would get different ports.
            kestrel.Listen(IPAddress.Loopback, 0, configure);
        }
        else
        {
            kestrel.ListenLocalhost(url.Port, configure);
        }
    }

    private static string Display(Uri url) => url.GetLeftPart(UriPartial.Authority);
}
