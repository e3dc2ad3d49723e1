using System.Net;
using System.Net.Sockets;
using Mirror.Core.Configuration;

namespace Mirror.Core.Upstream;

/// <summary>A connection to an address that <see cref="OriginGuard"/> forbids was blocked.</summary>
public sealed class ForbiddenAddressException(string message) : IOException(message);

/// <summary>
/// Opens connections to origins. Host names are resolved here and the addresses checked before one is used, so that no host name can
/// lead to a private address, even if its DNS record changes.
/// </summary>
public class OriginTransport(MirrorOptions options, OriginGuard guard)
{
    /// <summary>A handler that does not follow redirects, stores no cookies and limits headers.</summary>
    public virtual SocketsHttpHandler CreateHandler()
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = 64,
            ConnectTimeout = options.Upstream.Limits.ConnectTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            ResponseDrainTimeout = TimeSpan.Zero,
            UseProxy = options.Upstream.Proxy is not null,
        };
        if (options.Upstream.Proxy is { } proxy)
        {
            // The proxy resolves host names; literal addresses were checked with the URL.
            handler.Proxy = new WebProxy(proxy);
        }
        else
        {
            handler.ConnectCallback = ConnectAsync;
        }

        return handler;
    }

    protected virtual Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        Dns.GetHostAddressesAsync(host, cancellationToken);

    protected virtual async ValueTask<Stream> DialAsync(IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        string host = context.DnsEndPoint.Host;
        var addresses = IPAddress.TryParse(host, out var literal)
            ? [literal]
            : await ResolveAsync(host, cancellationToken).ConfigureAwait(false);
        bool exempt = context.InitialRequestMessage.RequestUri is { } url && guard.IsExempt(url);
        if (!exempt && addresses.FirstOrDefault(address => !AddressGuard.IsPublic(address)) is { } forbidden)
        {
            throw new ForbiddenAddressException($"'{host}' resolves to {forbidden}, which is not a public internet address.");
        }

        Exception? last = null;
        foreach (var address in addresses)
        {
            try
            {
                return await DialAsync(new IPEndPoint(address, context.DnsEndPoint.Port), cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException e)
            {
                last = e;
            }
        }

        throw last ?? new SocketException((int)SocketError.HostNotFound);
    }
}
