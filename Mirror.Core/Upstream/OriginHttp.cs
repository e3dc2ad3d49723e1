using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;

namespace Mirror.Core.Upstream;

/// <summary>
/// The HTTP client for origins: every hop is checked, failures are retried within a deadline, and each host has a circuit breaker.
/// Results are closed outcomes; the only exception thrown is cancellation by the caller.
/// </summary>
public sealed class OriginHttp : IDisposable
{
    // Not the fault of the origin host.
    private static readonly Failure Busy = new(
        FailureKind.TooSlow, "Too many large documents are being read from origins at the same time; try again later.");

    private readonly OriginSender _sender;
    private readonly OriginMemory _memory = new();
    private readonly UpstreamLimits _limits;
    private readonly TimeProvider _time;

    public OriginHttp(
        OriginTransport transport,
        OriginGuard guard,
        MirrorOptions options,
        ConfiguredCertificates certificates,
        TimeProvider time,
        ILogger<OriginHttp> logger)
    {
        _sender = new OriginSender(transport, guard, options, certificates, time, logger);
        _limits = options.Upstream.Limits;
        _time = time;
    }

    /// <summary>The health of all hosts queried since the start.</summary>
    public CircuitBreakers Breakers => _sender.Breakers;

    /// <summary>The response times since they were last saved.</summary>
    public OriginLatencies Latencies => _sender.Latencies;

    /// <summary>The number of requests sent, including redirects and retries.</summary>
    public long RequestCount => _sender.RequestCount;

    public void Dispose()
    {
        _sender.Dispose();
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
    /// <param name="authorization">Sent only to the exact scheme, host and port of <paramref name="url"/>.</param>
    public async Task<Outcome<OriginDownload>> OpenPackageAsync(
        Uri url,
        ArchiveFormat format,
        long offset,
        string? ifRange,
        CancellationToken cancellationToken,
        AuthenticationHeaderValue? authorization = null)
    {
        using var timer = new CancellationTokenSource(_limits.PackageIdleTimeout, _time);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        var sent = await _sender.SendAsync(url, authorization, message =>
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

    /// <summary>Sends one request of the Git protocol; redirects to another server are refused. The caller disposes the response.</summary>
    internal async Task<Outcome<HttpResponseMessage>> SendGitAsync(
        Uri url, AuthenticationHeaderValue? authorization, Action<HttpRequestMessage> prepare, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(_limits.PackageIdleTimeout, _time);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        var sent = await _sender.SendAsync(url, authorization, prepare, cancellation.Token, cancellationToken, staysAtOrigin: true)
            .ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (sent.TryGet(out var response))
        {
            Breakers.Of(response.RequestMessage!.RequestUri!).Report(healthy: true);
        }

        return sent;
    }

    /// <summary>
    /// The size of a package in bytes, without downloading it. Requests one byte: the signed URLs of object stores refuse HEAD.
    /// </summary>
    public async Task<Outcome<long>> FindPackageSizeAsync(Uri url, Deadline deadline)
    {
        var sent = await _sender.SendAsync(url, null, message =>
        {
            message.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
            message.Headers.Range = new RangeHeaderValue(0, 0);
        }, deadline.Token, deadline.Stopping).ConfigureAwait(false);
        if (!sent.TryGet(out var response))
        {
            return sent.Failure;
        }

        using (response)
        {
            Breakers.Of(response.RequestMessage!.RequestUri!).Report(healthy: true);
            var headers = response.Content.Headers;
            long? size = response.StatusCode == HttpStatusCode.PartialContent ? headers.ContentRange?.Length
                : ContentCoding.IsGzip(headers) ? null
                : headers.ContentLength;
            return size is > 0 and { } known
                ? known
                : new Failure(FailureKind.InvalidAnswer, $"{OriginGuard.Redact(url)} does not state the size of the package.");
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
        var sent = await _sender.SendAsync(request.Url, request.Authorization, message =>
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
        }, cancellationToken, caller, request.StaysAtOrigin).ConfigureAwait(false);
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
            Breakers.Of(url).Report(ReferenceEquals(failure, Busy) ? null : OriginSender.Health(failure, caller), failure?.Message);
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
