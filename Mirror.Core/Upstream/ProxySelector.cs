using System.Net;
using Mirror.Core.Configuration;

namespace Mirror.Core.Upstream;

/// <summary>
/// Gives the proxies of the configuration to an HTTP handler, and their credentials to them only.
/// </summary>
/// <param name="tlsByCaller">The caller opens the TLS connection to an https proxy, which the handler then uses as an http proxy.</param>
public sealed class ProxySelector(ProxyOptions options, bool tlsByCaller = false) : IWebProxy, ICredentials
{
    public ICredentials? Credentials
    {
        get => this;
        set => throw new NotSupportedException();
    }

    public Uri? GetProxy(Uri destination) => options.Find(destination) is { } proxy ? Address(proxy) : null;

    public bool IsBypassed(Uri host) => options.Find(host) is null;

    /// <param name="uri">The proxy, as <see cref="GetProxy"/> returned it.</param>
    public NetworkCredential? GetCredential(Uri uri, string authType) =>
        new[] { options.Https, options.Http }.OfType<OutboundProxy>().FirstOrDefault(proxy => Address(proxy) == uri)?.Credential;

    private Uri Address(OutboundProxy proxy) => tlsByCaller ? new UriBuilder(proxy.Url) { Scheme = "http" }.Uri : proxy.Url;
}

/// <summary>Connecting to a proxy failed.</summary>
public sealed class ProxyUnreachableException(OutboundProxy proxy, Exception inner)
    : IOException(
        inner is OperationCanceledException
            ? $"connecting to the proxy {proxy} timed out."
            : $"the proxy {proxy} could not be connected to: {inner.GetBaseException().Message}",
        inner);
