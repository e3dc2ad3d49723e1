using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Text.Json;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;

namespace Mirror.Core.Upstream;

/// <summary>
/// The HTTP client for origins: every hop is checked, failures are retried within a deadline, and each host has a circuit breaker.
/// Results are closed outcomes; the only exception thrown is cancellation by the caller.
/// </summary>
public sealed class OriginHttp : IDisposable
{
    private const int MaxRedirects = 5;
    private readonly OriginTransport _transport;
    private readonly HttpClient _client;
    private readonly Dictionary<(string Scheme, string Host, int Port), OriginIdentity> _identities = [];
    private readonly ProxyOptions _proxies;
    private readonly OriginGuard _guard;
    private readonly UpstreamLimits _limits;
    private readonly TimeProvider _time;
    // Not the fault of the origin host.
    private static readonly Failure Busy = new(
        FailureKind.TooSlow, "Too many large documents are being read from origins at the same time; try again later.");

    private readonly OriginMemory _memory = new();

    public OriginHttp(OriginTransport transport, OriginGuard guard, MirrorOptions options, TimeProvider time)
    {
        _transport = transport;
        _client = CreateClient(null);
        foreach (var (i, host) in options.Upstream.Hosts.Index().Where(host => host.Item.ClientCertificatePath is not null))
        {
            _identities[OriginGuard.Origin(host.ServerUrl)] = new OriginIdentity($"Mirror:Upstream:Hosts:{i}", host, CreateClient, time);
        }

        _proxies = options.Upstream.Proxy;
        _guard = guard;
        _limits = options.Upstream.Limits;
        _time = time;
        Breakers = new CircuitBreakers(_limits, time);
    }

    /// <summary>The health of all hosts queried since the start.</summary>
    public CircuitBreakers Breakers { get; }

    /// <summary>The response times since they were last saved.</summary>
    public OriginLatencies Latencies { get; } = new();

    /// <summary>The number of requests sent, including redirects and retries.</summary>
    public long RequestCount => Interlocked.Read(ref _requests);

    private long _requests;

    public void Dispose()
    {
        _client.Dispose();
        foreach (var identity in _identities.Values)
        {
            identity.Dispose();
        }

        _memory.Dispose();
    }

    public async Task<Outcome<OriginDocument>> GetDocumentAsync(DocumentRequest request, Deadline deadline)
    {
        for (int attempt = 1; ; attempt++)
        {
            // The first attempts leave time for another one in case they hang.
            var limit = attempt < _limits.DocumentAttempts ? deadline.Remaining / 2 : deadline.Remaining;
            using var timer = new CancellationTokenSource(limit, _time);
            using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, deadline.Token);
            var outcome = await TryGetDocumentAsync(request, cancellation.Token, deadline.Stopping).ConfigureAwait(false);
            if (outcome.IsSuccess
                || RetryPolicy.PauseBefore(
                    outcome.Failure,
                    attempt,
                    _limits.DocumentAttempts,
                    deadline.Remaining,
                    Random.Shared.NextDouble(),
                    _limits) is not { } pause
                || !await PauseAsync(pause, deadline.Token).ConfigureAwait(false))
            {
                return outcome;
            }
        }
    }

    /// <summary>Starts a download at an offset; a single attempt.</summary>
    /// <param name="ifRange">
    /// The ETag of the bytes received so far: if the package has changed, the download restarts from the beginning.
    /// </param>
    public async Task<Outcome<OriginDownload>> OpenPackageAsync(
        Uri url, ArchiveFormat format, long offset, string? ifRange, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(_limits.PackageIdleTimeout, _time);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        var sent = await SendAsync(url, null, message =>
        {
            // Archives are already compressed, and range requests need an unencoded response.
            message.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
            if (offset > 0)
            {
                message.Headers.Range = new RangeHeaderValue(offset, null);
                if (ifRange is not null && !ifRange.StartsWith("W/", StringComparison.Ordinal))
                {
                    message.Headers.TryAddWithoutValidation("If-Range", ifRange);
                }
            }
        }, cancellation.Token, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (!sent.TryGet(out var response))
        {
            return sent.Failure;
        }

        Breakers.Of(response.RequestMessage!.RequestUri!).Report(healthy: true);
        try
        {
            return await ReadDownloadHeadAsync(response, format, offset).ConfigureAwait(false);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static async Task<Outcome<OriginDownload>> ReadDownloadHeadAsync(
        HttpResponseMessage response, ArchiveFormat format, long offset)
    {
        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.NonAuthoritativeInformation or HttpStatusCode.PartialContent))
        {
            response.Dispose();
            return new Failure(FailureKind.InvalidAnswer, $"The origin responded with {(int)response.StatusCode} instead of a package.");
        }

        var headers = response.Content.Headers;
        long begin = 0;
        long? length = headers.ContentLength;
        if (response.StatusCode == HttpStatusCode.PartialContent)
        {
            begin = headers.ContentRange?.From ?? -1;
            length = headers.ContentRange?.Length ?? (begin >= 0 ? begin + headers.ContentLength : null);
            if (begin != offset)
            {
                response.Dispose();
                return new Failure(
                    FailureKind.InvalidAnswer,
                    $"The origin responded to a request for the bytes from {offset} with the range '{headers.ContentRange}'.");
            }
        }

        var url = response.RequestMessage!.RequestUri!;
        bool isEncoded = ContentCoding.IsGzip(headers);
        var refused = ContentCoding.Refuse(headers, url) ?? (isEncoded && begin > 0
            ? new Failure(
                FailureKind.InvalidAnswer,
                $"{OriginGuard.Redact(url)} responded to a request for the bytes from {offset} with Content-Encoding gzip; expected unencoded bytes.")
            : null);
        if (refused is not null)
        {
            response.Dispose();
            return refused;
        }

        var content = await response.Content.ReadAsStreamAsync(CancellationToken.None).ConfigureAwait(false);
        return new OriginDownload(
            response,
            isEncoded ? new GzipContent(content, format.IsGzip) : content,
            begin,
            isEncoded ? null : length,
            response.Headers.ETag?.ToString())
        {
            IsEncoded = isEncoded,
            IsHtml = headers.ContentType?.MediaType is "text/html",
        };
    }

    /// <param name="cancellationToken">Cancelled by the time limit or by <paramref name="caller"/>.</param>
    /// <param name="caller">Cancelled when the response is no longer needed, which does not count as a failure of the host.</param>
    private async Task<Outcome<OriginDocument>> TryGetDocumentAsync(
        DocumentRequest request, CancellationToken cancellationToken, CancellationToken caller)
    {
        var sent = await SendAsync(request.Url, request.Token, message =>
        {
            message.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
            if (request.IsJson)
            {
                message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            }

            if (request.ETag is not null)
            {
                message.Headers.TryAddWithoutValidation("If-None-Match", request.ETag);
            }
        }, cancellationToken, caller).ConfigureAwait(false);
        if (!sent.TryGet(out var response))
        {
            return sent.Failure;
        }

        using (response)
        {
            var url = response.RequestMessage!.RequestUri!;
            var document = await ReadDocumentAsync(response, url, request, cancellationToken).ConfigureAwait(false);
            // Report only now: a host that drops every response body is not healthy.
            var failure = document.IsSuccess ? null : document.Failure;
            Breakers.Of(url).Report(ReferenceEquals(failure, Busy) ? null : Health(failure, caller), failure?.Message);
            return document;
        }
    }

    private async Task<Outcome<OriginDocument>> ReadDocumentAsync(
        HttpResponseMessage response, Uri url, DocumentRequest request, CancellationToken cancellationToken)
    {
        if (response.StatusCode == HttpStatusCode.NotModified)
        {
            return new OriginDocument(null, request.ETag, url);
        }

        var body = await ReadBodyAsync(response, request, url, cancellationToken).ConfigureAwait(false);
        return body.TryGet(out byte[]? bytes)
            ? new OriginDocument(
                request.ConsumeAsync is null ? bytes : null,
                response.Headers.ETag?.ToString(),
                url)
            { ModuleLocation = ModuleLocation(response) }
            : body.Failure;
    }

    private static string? ModuleLocation(HttpResponseMessage response) =>
        response.Headers.TryGetValues("X-Terraform-Get", out var values) ? values.FirstOrDefault() : null;

    private async Task<Outcome<byte[]>> ReadBodyAsync(
        HttpResponseMessage response, DocumentRequest request, Uri url, CancellationToken cancellationToken)
    {
        var tooLarge = new Failure(
            FailureKind.InvalidAnswer, $"{OriginGuard.Redact(url)} sent more than {Quantity.FormatSize(request.MaxLength)}.");
        if (response.Content.Headers.ContentLength > request.MaxLength)
        {
            return tooLarge;
        }

        if (ContentCoding.Refuse(response.Content.Headers, url) is { } unknown)
        {
            return unknown;
        }

        using var share = _memory.Begin();
        try
        {
            var content = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using var decoded = ContentCoding.IsGzip(response.Content.Headers)
                ? new GZipStream(content, CompressionMode.Decompress)
                : content;
            // If the location is in a header, the body is irrelevant, so registries may send any.
            await using var bounded = new BoundedBody(decoded, request.MaxLength, mayBeMarkup: ModuleLocation(response) is not null, share);
            if (request.ConsumeAsync is { } consume)
            {
                await consume(bounded, cancellationToken).ConfigureAwait(false);
                return Array.Empty<byte>();
            }

            using var body = new MemoryStream();
            await bounded.CopyToAsync(body, 16 * 1024, cancellationToken).ConfigureAwait(false);
            return body.ToArray();
        }
        catch (DocumentTooLargeException)
        {
            return tooLarge;
        }
        catch (MarkupException)
        {
            return Markup.Refuse(url, request.IsJson ? "a JSON document" : "the file");
        }
        catch (OriginMemoryException)
        {
            return Busy;
        }
        catch (JsonException e)
        {
            return new Failure(FailureKind.InvalidAnswer, $"{OriginGuard.Redact(url)} cannot be read: {e.Message}");
        }
        catch (Exception e) when (OriginFailures.Describe(e, url, cancellationToken) is { } failure)
        {
            return failure;
        }
    }

    /// <summary>
    /// Follows redirects until a 2xx response, or 304 for a conditional request. The caller reads the body and reports the host's health.
    /// </summary>
    private async Task<Outcome<HttpResponseMessage>> SendAsync(
        Uri url, string? token, Action<HttpRequestMessage> prepare, CancellationToken cancellationToken, CancellationToken caller)
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
            if (token is not null
                && Uri.Compare(first, url, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0)
            {
                message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            }

            var sent = await SendOneAsync(message, cancellationToken, caller).ConfigureAwait(false);
            if (!sent.TryGet(out var response))
            {
                return sent.Failure;
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
                    return OriginFailures.Describe(response, url, _time.GetUtcNow());
                }

                if (!ExactUrl.TryResolve(url, ExactUrl.FromHeader(locations.First()), out var target))
                {
                    return new Failure(FailureKind.InvalidAnswer, $"{OriginGuard.Redact(url)} redirects to an invalid URL.");
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

    private HttpClient ClientFor(Uri url) =>
        _identities.TryGetValue(OriginGuard.Origin(url), out var identity) ? identity.Client : _client;

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
    private static bool? Health(Failure? failure, CancellationToken caller) =>
        failure?.Kind is not (FailureKind.Unreachable or FailureKind.TooSlow) ? true : caller.IsCancellationRequested ? null : false;

    private async Task<bool> PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(pause, _time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
