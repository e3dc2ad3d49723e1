using Mirror.Core.Configuration;
using Mirror.Core.Upstream;

namespace Mirror.Web.Features.SignIn.OpenId;

/// <summary>The server's own requests to the OpenID provider: limited in time and size, over HTTPS, without redirects.</summary>
internal static class BackChannel
{
    private const int MaxDocument = 1 << 20;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <param name="proxy">The configured proxy; null: requests are sent directly, even if the environment names a proxy.</param>
    public static HttpClient Create(OutboundProxy? proxy) =>
        new(new ProtectedOnly
        {
            InnerHandler = new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                ConnectTimeout = Timeout,
                Proxy = new ProxySelector(proxy is null ? new ProxyOptions() : ProxyOptions.All(proxy)),
            },
        })
        {
            Timeout = Timeout,
            MaxResponseContentBufferSize = MaxDocument,
        };

    /// <summary>Whether requests cannot be read or changed in transit: over HTTPS or on this machine.</summary>
    public static bool IsProtected(Uri url) => url.Scheme == Uri.UriSchemeHttps || url is { Scheme: "http", IsLoopback: true };

    private sealed class ProtectedOnly : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            request.RequestUri is { } url && IsProtected(url)
                ? base.SendAsync(request, cancellationToken)
                : throw new HttpRequestException(
                    $"The provider's discovery document names '{request.RequestUri?.GetLeftPart(UriPartial.Path)}'; expected an https URL.");
    }
}
