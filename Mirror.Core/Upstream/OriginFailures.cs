using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;

namespace Mirror.Core.Upstream;

/// <summary>Maps failed requests to origins to outcomes.</summary>
internal static class OriginFailures
{
    /// <summary>The failure for an exception of the network stack, or null for a bug.</summary>
    public static Failure? Describe(Exception exception, Uri url, CancellationToken cancellationToken)
    {
        string where = OriginGuard.Redact(url);
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is ForbiddenAddressException)
            {
                return new Failure(FailureKind.ForbiddenAddress, $"Request to {where} blocked: {inner.Message}");
            }

            if (CertificateAlert(inner) is { } alert)
            {
                return new Failure(FailureKind.CredentialsRefused, $"{url.Authority} {alert}.");
            }
        }

        return exception switch
        {
            OperationCanceledException when cancellationToken.IsCancellationRequested =>
                new Failure(FailureKind.TooSlow, $"{where} did not respond in time."),
            OperationCanceledException => new Failure(FailureKind.Unreachable, $"Connecting to {url.Authority} timed out."),
            HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded or HttpRequestError.InvalidResponse } =>
                new Failure(FailureKind.InvalidAnswer, $"{where} sent an invalid HTTP response."),
            HttpRequestException e => new Failure(FailureKind.Unreachable, $"{where} could not be reached: {Cause(e)}"),
            InvalidDataException => new Failure(
                FailureKind.InvalidAnswer, $"{where} sent compressed content that cannot be decompressed."),
            IOException or SocketException =>
                new Failure(FailureKind.Unreachable, $"The connection to {url.Authority} was lost: {Cause(exception)}"),
            _ => null,
        };
    }

    /// <summary>
    /// The meaning of a TLS alert that concerns the client certificate, as OpenSSL reports it; null for other exceptions. See
    /// https://www.rfc-editor.org/rfc/rfc8446#section-6.2.
    /// </summary>
    private static string? CertificateAlert(Exception exception)
    {
        const uint tlsLibrary = 20;
        const uint firstAlert = 1000;
        uint code = (uint)exception.HResult;
        return exception is CryptographicException && code >> 23 == tlsLibrary ? ((code & 0x7FFFFF) - firstAlert) switch
        {
            116 => "requires a client certificate",
            44 => "refuses the client certificate: it was revoked",
            45 => "refuses the client certificate: it has expired",
            48 => "refuses the client certificate: its authority is unknown",
            42 or 43 or 46 or 49 => "refuses the client certificate, or requires one",
            _ => null,
        } : null;
    }

    /// <summary>The failure with what to do about it: the server requests a client certificate, and none is configured.</summary>
    public static Failure WithoutCertificate(Failure failure) => new(
        failure.Kind,
        $"{failure.Message.TrimEnd('.')}. It requests a client certificate, and none is configured for it: set ClientCertificatePath and ClientKeyPath of the host in Mirror:Upstream:Hosts.",
        failure.RetryAfter);

    /// <summary>The failure for which the proxy is responsible, not the origin; null if it is not.</summary>
    public static Failure? DescribeProxy(Exception exception, OutboundProxy proxy, Uri url)
    {
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is ProxyUnreachableException)
            {
                return new Failure(FailureKind.Unreachable, $"{url.Authority} could not be queried: {inner.Message}");
            }
        }

        return exception is HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError, StatusCode: { } status }
            ? DescribeProxy(status, proxy, url)
            : null;
    }

    /// <summary>The failure for a response of the proxy itself; null if it may be that of the origin.</summary>
    public static Failure? DescribeProxy(HttpStatusCode status, OutboundProxy proxy, Uri url) => (int)status switch
    {
        407 => new Failure(
            FailureKind.CredentialsRefused,
            $"The proxy {proxy} responded with 407: it requires credentials or rejects the ones configured."),
        >= 300 and < 400 => new Failure(
            FailureKind.InvalidAnswer, $"The proxy {proxy} responded with {(int)status} instead of connecting to {url.Authority}."),
        >= 400 and < 500 and not (408 or 429) => new Failure(
            FailureKind.ForbiddenAddress, $"The proxy {proxy} responded with {(int)status}: it refuses to connect to {url.Authority}."),
        _ => null,
    };

    /// <summary>The failure of a request that went through a proxy, which may be either's fault.</summary>
    public static Failure Through(Failure failure, OutboundProxy proxy) =>
        new(failure.Kind, $"{failure.Message.TrimEnd('.')} (through the proxy {proxy}).", failure.RetryAfter);

    private static string Cause(Exception exception)
    {
        while (exception.InnerException is { } inner)
        {
            exception = inner;
        }

        return exception.Message;
    }

    /// <summary>The failure for an unsuccessful response.</summary>
    /// <param name="now">The time to compare a Retry-After date with.</param>
    public static Failure Describe(HttpResponseMessage response, Uri url, DateTimeOffset now)
    {
        int status = (int)response.StatusCode;
        string where = OriginGuard.Redact(url);
        return status switch
        {
            404 or 410 => new Failure(FailureKind.NotFound, $"{where} responded with {status}: not found at the origin."),
            401 or 403 =>
                new Failure(
                    FailureKind.CredentialsRefused,
                    $"{where} responded with {status}: the origin requires credentials or rejects the ones configured."),
            408 or 429 or >= 500 => new Failure(FailureKind.Unreachable, $"{where} responded with {status}.", RetryAfter(response, now)),
            _ => new Failure(FailureKind.InvalidAnswer, $"{where} responded with the unexpected status {status}."),
        };
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now) =>
        response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } when date > now => date - now,
            _ => null,
        };
}
