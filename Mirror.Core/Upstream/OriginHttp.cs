using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;

namespace Mirror.Core.Upstream;

/// <summary>A request for a document.</summary>
/// <param name="Token">Sent to exactly the scheme, host and port of <paramref name="Url"/>, also after a redirect.</param>
/// <param name="ETag">What is cached; a document that has not changed is then not sent again.</param>
/// <param name="MaxLength">Bytes, after decompression.</param>
public sealed record DocumentRequest(Uri Url, string? Token, string? ETag, long MaxLength, bool IsJson)
{
    /// <summary>Takes the body as it comes, in place of <see cref="OriginDocument.Body"/>; called once for each attempt.</summary>
    internal Func<Stream, CancellationToken, Task>? ConsumeAsync { get; init; }
}

/// <param name="Body">Null: not changed since the ETag, or consumed as it came.</param>
/// <param name="Url">Where it came from after redirects, which relative URLs in it refer to.</param>
public sealed record OriginDocument(byte[]? Body, string? ETag, Uri Url)
{
    /// <summary>The header <c>X-Terraform-Get</c>, with which module registries answer.</summary>
    public string? ModuleLocation { get; init; }
}

/// <summary>A package on its way; disposing it ends the connection.</summary>
/// <param name="Offset">Where in the package the content begins: 0 where the origin cannot resume.</param>
/// <param name="Length">Of the whole package, where the origin tells.</param>
public sealed record OriginDownload(HttpResponseMessage Response, Stream Content, long Offset, long? Length, string? ETag) : IDisposable
{
    public void Dispose() => Response.Dispose();
}

/// <summary>
/// HTTP to origins: guarded on every hop, retried within a deadline, with a breaker for each host. Answers are closed
/// outcomes; nothing here throws but for cancellation by the caller.
/// </summary>
public sealed class OriginHttp : IDisposable
{
    private const int MaxRedirects = 5;
    private const int MaxHosts = 2000;
    private readonly HttpClient _client;
    private readonly OriginGuard _guard;
    private readonly UpstreamLimits _limits;
    private readonly TimeProvider _time;
    // No fault of the host that was asked.
    private static readonly Failure Busy = new(FailureKind.TooSlow, "Too many large documents are being read from origins at the same time; try again in a moment.");

    private readonly OriginMemory _memory = new();
    private readonly ConcurrentDictionary<string, CircuitBreaker> _breakers = new();

    public OriginHttp(OriginTransport transport, OriginGuard guard, MirrorOptions options, TimeProvider time)
    {
        _client = new HttpClient(transport.CreateHandler()) { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Mirror", typeof(OriginHttp).Assembly.GetName().Version?.ToString(3)));
        _guard = guard;
        _limits = options.Upstream.Limits;
        _time = time;
    }

    /// <summary>Hosts that are left alone for the moment.</summary>
    public IReadOnlyList<string> OpenBreakers => [.. _breakers.Where(entry => entry.Value.IsOpen).Select(entry => entry.Key).Order(StringComparer.Ordinal)];

    /// <summary>Every host that was asked since the start.</summary>
    public IReadOnlyList<HostHealth> Hosts => [.. _breakers.Select(entry => entry.Value.Describe(entry.Key)).OrderBy(host => host.Host, StringComparer.Ordinal)];

    /// <summary>How many requests have gone out, redirects and retries included.</summary>
    public long RequestCount => Interlocked.Read(ref _requests);

    private long _requests;

    public void Dispose()
    {
        _client.Dispose();
        _memory.Dispose();
    }

    public async Task<Outcome<OriginDocument>> GetDocumentAsync(DocumentRequest request, Deadline deadline)
    {
        for (int attempt = 1; ; attempt++)
        {
            // The first attempt leaves time for another one, should it hang.
            var limit = attempt < _limits.DocumentAttempts ? deadline.Remaining / 2 : deadline.Remaining;
            using var timer = new CancellationTokenSource(limit, _time);
            using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, deadline.Token);
            var outcome = await TryGetDocumentAsync(request, cancellation.Token, deadline.Stopping).ConfigureAwait(false);
            if (outcome.IsSuccess
                || RetryPolicy.PauseBefore(outcome.Failure, attempt, _limits.DocumentAttempts, deadline.Remaining, Random.Shared.NextDouble(), _limits) is not { } pause
                || !await PauseAsync(pause, deadline.Token).ConfigureAwait(false))
            {
                return outcome;
            }
        }
    }

    /// <summary>Begins a download at an offset; one attempt.</summary>
    /// <param name="ifRange">The ETag of what has come so far: if the package changed, it comes from the beginning.</param>
    public async Task<Outcome<OriginDownload>> OpenPackageAsync(Uri url, long offset, string? ifRange, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(_limits.PackageIdleTimeout, _time);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        var sent = await SendAsync(url, null, message =>
        {
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

        Breaker(response.RequestMessage!.RequestUri!).Report(healthy: true);
        try
        {
            return await ReadDownloadHeadAsync(response, offset).ConfigureAwait(false);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static async Task<Outcome<OriginDownload>> ReadDownloadHeadAsync(HttpResponseMessage response, long offset)
    {
        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.NonAuthoritativeInformation or HttpStatusCode.PartialContent))
        {
            response.Dispose();
            return new Failure(FailureKind.InvalidAnswer, $"The origin answered {(int)response.StatusCode} instead of a package.");
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
                return new Failure(FailureKind.InvalidAnswer, $"The origin answered a request for the bytes from {offset} with the range '{headers.ContentRange}'.");
            }
        }

        if (headers.ContentType?.MediaType is "text/html")
        {
            response.Dispose();
            return new Failure(FailureKind.InvalidAnswer, "The origin answered with an HTML page instead of a package; a login page or a proxy may be in between.");
        }

        var content = await response.Content.ReadAsStreamAsync(CancellationToken.None).ConfigureAwait(false);
        return new OriginDownload(response, content, begin, length, response.Headers.ETag?.ToString());
    }

    /// <param name="cancellationToken">Ends with the time limit, or with <paramref name="caller"/>.</param>
    /// <param name="caller">Ends where nobody wants the answer any more, which is no fault of the host.</param>
    private async Task<Outcome<OriginDocument>> TryGetDocumentAsync(DocumentRequest request, CancellationToken cancellationToken, CancellationToken caller)
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
            // Only now: a host that breaks off every answer has not answered.
            var failure = document.IsSuccess ? null : document.Failure;
            Breaker(url).Report(ReferenceEquals(failure, Busy) ? null : Health(failure, caller), failure?.Message);
            return document;
        }
    }

    private async Task<Outcome<OriginDocument>> ReadDocumentAsync(HttpResponseMessage response, Uri url, DocumentRequest request, CancellationToken cancellationToken)
    {
        if (response.StatusCode == HttpStatusCode.NotModified)
        {
            return new OriginDocument(null, request.ETag, url);
        }

        string? mediaType = response.Content.Headers.ContentType?.MediaType;
        if (request.IsJson && mediaType is not null && !mediaType.Contains("json", StringComparison.OrdinalIgnoreCase))
        {
            return new Failure(FailureKind.InvalidAnswer, $"{OriginGuard.Redact(url)} answered with {mediaType} instead of application/json; a login page or a proxy may be in between.");
        }

        var body = await ReadBodyAsync(response, request, url, cancellationToken).ConfigureAwait(false);
        return body.TryGet(out byte[]? bytes) ? new OriginDocument(request.ConsumeAsync is null ? bytes : null, response.Headers.ETag?.ToString(), url) { ModuleLocation = Header(response, "X-Terraform-Get") } : body.Failure;
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private async Task<Outcome<byte[]>> ReadBodyAsync(HttpResponseMessage response, DocumentRequest request, Uri url, CancellationToken cancellationToken)
    {
        var tooLarge = new Failure(FailureKind.InvalidAnswer, $"{OriginGuard.Redact(url)} answered with more than {Quantity.FormatSize(request.MaxLength)}.");
        if (response.Content.Headers.ContentLength > request.MaxLength)
        {
            return tooLarge;
        }

        using var share = _memory.Begin();
        try
        {
            var content = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using var decoded = response.Content.Headers.ContentEncoding.Contains("gzip") ? new GZipStream(content, CompressionMode.Decompress) : content;
            await using var bounded = new BoundedBody(decoded, request.MaxLength, share);
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
        catch (OriginMemoryException)
        {
            return Busy;
        }
        catch (JsonException e)
        {
            return new Failure(FailureKind.InvalidAnswer, $"{OriginGuard.Redact(url)} cannot be read: {e.Message}");
        }
        catch (Exception e) when (Describe(e, url, cancellationToken) is { } failure)
        {
            return failure;
        }
    }

    /// <summary>Follows redirects to an answer of 2xx, or 304 where that was asked for; its body is the caller's to read, and its host's health to report.</summary>
    private async Task<Outcome<HttpResponseMessage>> SendAsync(Uri url, string? token, Action<HttpRequestMessage> prepare, CancellationToken cancellationToken, CancellationToken caller)
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
            if (token is not null && Uri.Compare(first, url, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0)
            {
                message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            }

            var sent = await SendOneAsync(message, cancellationToken, caller).ConfigureAwait(false);
            if (!sent.TryGet(out var response))
            {
                return sent.Failure;
            }

            if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.NotModified && message.Headers.Contains("If-None-Match"))
            {
                return response;
            }

            using (response)
            {
                if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
                {
                    return DescribeStatus(response, url);
                }

                if (!Uri.TryCreate(url, location, out var target))
                {
                    return new Failure(FailureKind.InvalidAnswer, $"{OriginGuard.Redact(url)} redirects to something that is no address.");
                }

                url = target;
            }
        }

        return new Failure(FailureKind.InvalidAnswer, $"{OriginGuard.Redact(first)} redirects more than {MaxRedirects} times.");
    }

    private async Task<Outcome<HttpResponseMessage>> SendOneAsync(HttpRequestMessage message, CancellationToken cancellationToken, CancellationToken caller)
    {
        var url = message.RequestUri!;
        var breaker = Breaker(url);
        if (!breaker.TryEnter())
        {
            return new Failure(FailureKind.Unreachable, $"{url.Authority} failed {_limits.BreakerFailures} times in a row and is left alone for a moment.");
        }

        bool? healthy = null;
        string? problem = null;
        try
        {
            Interlocked.Increment(ref _requests);
            var response = await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            // Of an answer with a body, that will tell.
            healthy = response.IsSuccessStatusCode ? null : (int)response.StatusCode is < 500 and not (408 or 429);
            problem = $"{OriginGuard.Redact(url)} answered {(int)response.StatusCode}.";
            return response;
        }
        catch (Exception e) when (Describe(e, url, cancellationToken) is { } failure)
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

    /// <summary>Null: whoever asked did not wait for the answer.</summary>
    private static bool? Health(Failure? failure, CancellationToken caller) =>
        failure?.Kind is not (FailureKind.Unreachable or FailureKind.TooSlow) ? true : caller.IsCancellationRequested ? null : false;

    private CircuitBreaker Breaker(Uri url)
    {
        if (_breakers.Count >= MaxHosts)
        {
            // A document may name any host: those that have not failed need no breaker yet.
            foreach (var (host, breaker) in _breakers)
            {
                if (breaker.Describe(host).Healthy || _breakers.Count >= 2 * MaxHosts)
                {
                    _breakers.TryRemove(host, out _);
                }
            }
        }

        return _breakers.GetOrAdd(url.Authority, static (_, owner) => new CircuitBreaker(owner._limits, owner._time), this);
    }

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

    /// <summary>What an exception of the network stack means, or null for one that is a fault of ours.</summary>
    internal static Failure? Describe(Exception exception, Uri url, CancellationToken cancellationToken)
    {
        string where = OriginGuard.Redact(url);
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is ForbiddenAddressException)
            {
                return new Failure(FailureKind.ForbiddenAddress, $"{where} is not asked: {inner.Message}");
            }
        }

        return exception switch
        {
            OperationCanceledException when cancellationToken.IsCancellationRequested => new Failure(FailureKind.TooSlow, $"{where} did not answer in time."),
            OperationCanceledException => new Failure(FailureKind.Unreachable, $"{url.Authority} could not be connected to in time."),
            HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded or HttpRequestError.InvalidResponse } =>
                new Failure(FailureKind.InvalidAnswer, $"{where} answered with something that is not proper HTTP."),
            HttpRequestException e => new Failure(FailureKind.Unreachable, $"{where} could not be reached: {Cause(e)}"),
            InvalidDataException => new Failure(FailureKind.InvalidAnswer, $"{where} answered with compressed content that cannot be read."),
            IOException or SocketException => new Failure(FailureKind.Unreachable, $"The connection to {url.Authority} broke: {Cause(exception)}"),
            _ => null,
        };
    }

    private static string Cause(Exception exception)
    {
        while (exception.InnerException is { } inner)
        {
            exception = inner;
        }

        return exception.Message;
    }

    private Failure DescribeStatus(HttpResponseMessage response, Uri url)
    {
        int status = (int)response.StatusCode;
        string where = OriginGuard.Redact(url);
        return status switch
        {
            404 or 410 => new Failure(FailureKind.NotFound, $"{where} answered {status}: the origin does not have it."),
            401 or 403 => new Failure(FailureKind.CredentialsRefused, $"{where} answered {status}: the origin refuses this server's credentials, or wants some."),
            408 or 429 or >= 500 => new Failure(FailureKind.Unreachable, $"{where} answered {status}.", RetryAfter(response)),
            _ => new Failure(FailureKind.InvalidAnswer, $"{where} answered {status}, which was not expected."),
        };
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) =>
        response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } when date > _time.GetUtcNow() => date - _time.GetUtcNow(),
            _ => null,
        };
}
