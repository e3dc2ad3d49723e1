using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;

namespace Mirror.Core.Upstream;

/// <summary>A connection to an address that <see cref="OriginGuard"/> forbids was blocked.</summary>
public sealed class ForbiddenAddressException(string message) : IOException(message);

/// <summary>
/// Opens connections to origins. Host names are resolved here and the addresses checked before one is used, so that no host name can
/// lead to a private address, even if its DNS record changes.
/// </summary>
public class OriginTransport(MirrorOptions options, OriginGuard guard, ConfiguredCertificates certificates)
{
    private const int MaxHosts = 1000;
    private readonly ConcurrentDictionary<string, bool> _requestingHosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly ReloadedFiles<X509Certificate2Collection>? _authorities = options.Upstream.AuthoritiesPath is { } path
        ? certificates.Authorities("Mirror:Upstream:AuthoritiesPath", path)
        : null;

    /// <summary>A handler that does not follow redirects, stores no cookies and limits headers.</summary>
    /// <param name="identity">The client certificate for every server that the handler is used with; null: none.</param>
    public virtual SocketsHttpHandler CreateHandler(SslStreamCertificateContext? identity = null) => new()
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
        Proxy = new ProxySelector(options.Upstream.Proxy, tlsByCaller: true),
        ConnectCallback = ConnectAsync,
        SslOptions = Tls(identity),
    };

    /// <summary>Whether the host has requested a client certificate from a handler without one.</summary>
    internal bool RequestsCertificate(string host) => _requestingHosts.ContainsKey(host);

    /// <summary>
    /// A host name that a proxy from the environment resolves must not be private if this machine can resolve it. Names it cannot
    /// resolve are resolved by the proxy.
    /// </summary>
    internal async Task<Failure?> CheckNameAsync(Uri url, CancellationToken cancellationToken)
    {
        if (!options.Upstream.Proxy.ChecksNames || guard.IsExempt(url) || IPAddress.TryParse(url.IdnHost, out _))
        {
            return null;
        }

        try
        {
            using var timer = new CancellationTokenSource(options.Upstream.Limits.ConnectTimeout, TimeProvider.System);
            using var limited = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
            var addresses = await ResolveAsync(url.IdnHost, limited.Token).ConfigureAwait(false);
            return addresses.FirstOrDefault(address => !AddressGuard.IsPublic(address)) is { } forbidden
                ? new Failure(
                    FailureKind.ForbiddenAddress,
                    $"Request to {OriginGuard.Redact(url)} blocked: '{url.IdnHost}' resolves to {forbidden}, which is not a public internet address.")
                : null;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ArgumentException)
        {
            return null;
        }
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

    private SslClientAuthenticationOptions Tls(SslStreamCertificateContext? identity) => new()
    {
        ClientCertificateContext = identity,
        LocalCertificateSelectionCallback = identity is null ? NoteRequest : null,
        // Do not download issuer certificates: their URLs are chosen by the remote server.
        CertificateChainPolicy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true },
        RemoteCertificateValidationCallback = _authorities is null ? null : IsTrusted,
    };

    /// <summary>Called with the server's certificate only if the server requests one of the client.</summary>
    private X509Certificate NoteRequest(
        object sender, string host, X509CertificateCollection local, X509Certificate? remote, string[] acceptableIssuers)
    {
        if (remote is not null && _requestingHosts.Count < MaxHosts)
        {
            _requestingHosts[host] = true;
        }

        return null!; // None.
    }

    /// <summary>Trusted by the system, or by an authority of <c>Mirror:Upstream:AuthoritiesPath</c>.</summary>
    private bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is not X509Certificate2 leaf || chain is null)
        {
            return errors == SslPolicyErrors.None;
        }

        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(_authorities!.Current);
        own.ChainPolicy.ExtraStore.AddRange(chain.ChainPolicy.ExtraStore);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        own.ChainPolicy.DisableCertificateDownloads = true;
        own.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        return own.Build(leaf);
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var message = context.InitialRequestMessage;
        // Tunnels are for https URLs only.
        var proxy = message.Method == HttpMethod.Connect ? options.Upstream.Proxy.Https : options.Upstream.Proxy.Find(message.RequestUri!);
        if (proxy is null)
        {
            return await ConnectAsync(context.DnsEndPoint, guard.IsExempt(message.RequestUri!), cancellationToken).ConfigureAwait(false);
        }

        try
        {
            var stream = await ConnectAsync(context.DnsEndPoint, isExempt: true, cancellationToken).ConfigureAwait(false);
            if (proxy.Url.Scheme == Uri.UriSchemeHttp)
            {
                return stream;
            }

            var tls = new SslStream(stream);
            var settings = Tls(identity: null);
            settings.TargetHost = proxy.Url.IdnHost;
            await tls.AuthenticateAsClientAsync(settings, cancellationToken).ConfigureAwait(false);
            return tls;
        }
        catch (Exception e) when (
            e is IOException or SocketException or AuthenticationException or CryptographicException or OperationCanceledException)
        {
            throw new ProxyUnreachableException(proxy, e);
        }
    }

    private async ValueTask<Stream> ConnectAsync(DnsEndPoint server, bool isExempt, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(server.Host, out var literal)
            ? [literal]
            : await ResolveAsync(server.Host, cancellationToken).ConfigureAwait(false);
        if (!isExempt && addresses.FirstOrDefault(address => !AddressGuard.IsPublic(address)) is { } forbidden)
        {
            throw new ForbiddenAddressException($"'{server.Host}' resolves to {forbidden}, which is not a public internet address.");
        }

        Exception? last = null;
        foreach (var address in addresses)
        {
            try
            {
                return await DialAsync(new IPEndPoint(address, server.Port), cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException e)
            {
                last = e;
            }
        }

        throw last ?? new SocketException((int)SocketError.HostNotFound);
    }
}
