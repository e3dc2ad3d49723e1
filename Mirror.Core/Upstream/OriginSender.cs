using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using Microsoft.Extensions.Logging;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;

namespace Mirror.Core.Upstream;

/// <summary>
/// Sends requests to origins: checks every hop, uses the proxy and the client certificate for the URL, and maintains the circuit breakers
/// of origins and proxies.
/// </summary>
internal sealed class OriginSender : IDisposable
{
    private const int MaxRedirects = 5;
    private readonly OriginTransport _transport;
    private readonly HttpClient _client;
    private readonly Dictionary<(string Scheme, string Host, int Port), ReloadedFiles<HttpClient>> _identities = [];
    private readonly ProxyOptions _proxies;
    private readonly OriginGuard _guard;
    private readonly UpstreamLimits _limits;
    private readonly TimeProvider _time;
    private long _requests;

    public OriginSender(
        OriginTransport transport,
        OriginGuard guard,
        MirrorOptions options,
        ConfiguredCertificates certificates,
        TimeProvider time,
        ILogger logger)
    {
        _transport = transport;
        _client = CreateClient(null);
        foreach (var (i, host) in options.Upstream.Hosts.Index())
        {
            if (host is { ClientCertificatePath: { } certificate, ClientKeyPath: { } key })
            {
                // No other server gets the certificate, as no other request uses this client. When it is replaced, requests in progress
                // keep it, and its idle connections close automatically.
                string section = $"Mirror:Upstream:Hosts:{i}";
                _identities[OriginGuard.Origin(host.ServerUrl)] = certificates.Pair(
                    $"{section}:ClientCertificatePath", certificate, $"{section}:ClientKeyPath", key, pair => CreateClient(pair.ToContext()));
            }
        }

        _proxies = options.Upstream.Proxy;
        _guard = guard;
        _limits = options.Upstream.Limits;
        _time = time;
        Breakers = new CircuitBreakers(_limits, time, logger);
    }

    /// <summary>The health of all hosts queried since the start.</summary>
    public CircuitBreakers Breakers { get; }

    /// <summary>The response times since they were last saved.</summary>
    public OriginLatencies Latencies { get; } = new();

    /// <summary>The number of requests sent, including redirects and retries.</summary>
    public long RequestCount => Interlocked.Read(ref _requests);

    public void Dispose()
    {
        _client.Dispose();
        foreach (var identity in _identities.Values)
        {
            identity.Dispose();
        }
    }

    /// <summary>
    /// Follows redirects until a 2xx response, or 304 for a conditional request. The caller reads the body and reports the host's health.
    /// </summary>
    /// <param name="authorization">Sent only to the scheme, host and port of <paramref name="url"/>, even after a redirect.</param>
    /// <param name="staysAtOrigin">Redirects to another scheme, host or port, and those of requests with a body, are refused.</param>
    public async Task<Outcome<HttpResponseMessage>> SendAsync(
        Uri url,
        AuthenticationHeaderValue? authorization,
        Action<HttpRequestMessage> prepare,
        CancellationToken cancellationToken,
        CancellationToken caller,
        bool staysAtOrigin = false)
    {
        var first = url;
        for (int hop = 0; hop <= MaxRedirects; hop++)
        {
            if (_guard.Check(url) is { } forbidden)
            {
                return forbidden;
            }

            using var message = new HttpRequestMessage(HttpMethod.Get, url);
            prepare(message);
            if (authorization is not null
                && Uri.Compare(first, url, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0)
            {
                message.Headers.Authorization = authorization;
            }

            var sent = await SendOneAsync(message, cancellationToken, caller).ConfigureAwait(false);
            if (!sent.TryGet(out var response))
            {
                return Advise(sent.Failure, url);
            }

            if (response.IsSuccessStatusCode
                || response.StatusCode == HttpStatusCode.NotModified && message.Headers.Contains("If-None-Match"))
            {
                return response;
            }

            using (response)
            {
                if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308)
                    || !response.Headers.NonValidated.TryGetValues("Location", out var locations))
                {
                    var failure = OriginFailures.Describe(response, url, _time.GetUtcNow());
                    // Web servers refuse a request without a certificate with one of these.
                    return (int)response.StatusCode is 400 or 401 or 403 ? Advise(failure, url) : failure;
                }

                if (!ExactUrl.TryResolve(url, ExactUrl.FromHeader(locations.First()), out var target))
                {
                    return new Failure(FailureKind.InvalidAnswer, $"{OriginGuard.Redact(url)} redirects to an invalid URL.");
                }

                if (staysAtOrigin && (message.Content is not null || OriginGuard.Origin(target) != OriginGuard.Origin(first)))
                {
                    return new Failure(
                        FailureKind.ForbiddenAddress,
                        $"{OriginGuard.Redact(url)} redirects to {OriginGuard.Redact(target)}. The redirect was blocked.");
                }

                url = target;
            }
        }

        return new Failure(FailureKind.InvalidAnswer, $"{OriginGuard.Redact(first)} redirects more than {MaxRedirects} times.");
    }

    private HttpClient CreateClient(SslStreamCertificateContext? identity)
    {
        var client = new HttpClient(_transport.CreateHandler(identity)) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Mirror", ProductVersion.Text));
        return client;
    }

    private Failure Advise(Failure failure, Uri url) =>
        failure.Kind is FailureKind.Unreachable or FailureKind.CredentialsRefused or FailureKind.InvalidAnswer
        && _transport.RequestsCertificate(url.IdnHost)
        && !_identities.ContainsKey(OriginGuard.Origin(url))
            ? OriginFailures.WithoutCertificate(failure)
            : failure;

    private HttpClient ClientFor(Uri url) =>
        _identities.TryGetValue(OriginGuard.Origin(url), out var identity) ? identity.Current : _client;

    /// <summary>Sends through the proxy for the URL, if there is one. Failures of the proxy itself do not count as failures of the origin.</summary>
    private async Task<Outcome<HttpResponseMessage>> SendOneAsync(
        HttpRequestMessage message, CancellationToken cancellationToken, CancellationToken caller)
    {
        var url = message.RequestUri!;
        if (_proxies.Find(url) is not { } proxy)
        {
            return await SendDirectlyAsync(message, null, cancellationToken, caller).ConfigureAwait(false);
        }

        if (await _transport.CheckNameAsync(url, cancellationToken).ConfigureAwait(false) is { } forbidden)
        {
            return forbidden;
        }

        var breaker = Breakers.Of(proxy.Url);
        if (!breaker.TryEnter())
        {
            return new Failure(
                FailureKind.Unreachable,
                $"The proxy {proxy} failed {_limits.BreakerFailures} times in a row and is temporarily suspended.");
        }

        bool? healthy = null;
        string? problem = null;
        try
        {
            var sent = await SendDirectlyAsync(message, proxy, cancellationToken, caller).ConfigureAwait(false);
            healthy = sent.IsSuccess ? true : null;
            return sent.IsSuccess ? sent : OriginFailures.Through(sent.Failure, proxy);
        }
        catch (ProxyFailureException e)
        {
            healthy = Health(e.Failure, caller);
            problem = e.Failure.Message;
            return e.Failure;
        }
        finally
        {
            breaker.Report(healthy, problem);
        }
    }

    /// <exception cref="ProxyFailureException">The proxy is responsible for the failure.</exception>
    private async Task<Outcome<HttpResponseMessage>> SendDirectlyAsync(
        HttpRequestMessage message, OutboundProxy? proxy, CancellationToken cancellationToken, CancellationToken caller)
    {
        var url = message.RequestUri!;
        var breaker = Breakers.Of(url);
        if (!breaker.TryEnter())
        {
            return new Failure(
                FailureKind.Unreachable,
                $"{url.Authority} failed {_limits.BreakerFailures} times in a row and is temporarily suspended.");
        }

        bool? healthy = null;
        string? problem = null;
        try
        {
            Interlocked.Increment(ref _requests);
            long sentAt = _time.GetTimestamp();
            var response = await ClientFor(url).SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
                .ConfigureAwait(false);
            if (proxy is not null && response.StatusCode == HttpStatusCode.ProxyAuthenticationRequired)
            {
                response.Dispose();
                throw new ProxyFailureException(OriginFailures.DescribeProxy(response.StatusCode, proxy, url)!, null);
            }

            Latencies.Record(url.Authority, _time.GetElapsedTime(sentAt));
            // For a response with a body, reading it decides.
            healthy = response.IsSuccessStatusCode ? null : (int)response.StatusCode is < 500 and not (408 or 429);
            problem = $"{OriginGuard.Redact(url)} responded with {(int)response.StatusCode}.";
            return response;
        }
        catch (Exception e) when (proxy is not null && OriginFailures.DescribeProxy(e, proxy, url) is { } failure)
        {
            throw new ProxyFailureException(failure, e);
        }
        catch (Exception e) when (OriginFailures.Describe(e, url, cancellationToken) is { } failure)
        {
            healthy = Health(failure, caller);
            problem = failure.Message;
            return failure;
        }
        finally
        {
            breaker.Report(healthy, problem);
        }
    }

    private sealed class ProxyFailureException(Failure failure, Exception? inner) : Exception(failure.Message, inner)
    {
        public Failure Failure { get; } = failure;
    }

    /// <summary>Null if the caller did not wait for the response.</summary>
    public static bool? Health(Failure? failure, CancellationToken caller) =>
        failure?.Kind is not (FailureKind.Unreachable or FailureKind.TooSlow) ? true : caller.IsCancellationRequested ? null : false;
}
