using System.Net.Sockets;
using Mirror.Core.Addresses;

namespace Mirror.Core.Upstream;

/// <summary>What went wrong with a request to an origin, as an outcome.</summary>
internal static class OriginFailures
{
    /// <summary>What an exception of the network stack means, or null for one that is a fault of ours.</summary>
    public static Failure? Describe(Exception exception, Uri url, CancellationToken cancellationToken)
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
            OperationCanceledException when cancellationToken.IsCancellationRequested =>
                new Failure(FailureKind.TooSlow, $"{where} did not answer in time."),
            OperationCanceledException => new Failure(FailureKind.Unreachable, $"{url.Authority} could not be connected to in time."),
            HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded or HttpRequestError.InvalidResponse } =>
                new Failure(FailureKind.InvalidAnswer, $"{where} answered with something that is not proper HTTP."),
            HttpRequestException e => new Failure(FailureKind.Unreachable, $"{where} could not be reached: {Cause(e)}"),
            InvalidDataException => new Failure(
                FailureKind.InvalidAnswer, $"{where} answered with compressed content that cannot be read."),
            IOException or SocketException =>
                new Failure(FailureKind.Unreachable, $"The connection to {url.Authority} broke: {Cause(exception)}"),
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

    /// <summary>What an answer without success means.</summary>
    /// <param name="now">What a date in Retry-After is compared with.</param>
    public static Failure Describe(HttpResponseMessage response, Uri url, DateTimeOffset now)
    {
        int status = (int)response.StatusCode;
        string where = OriginGuard.Redact(url);
        return status switch
        {
            404 or 410 => new Failure(FailureKind.NotFound, $"{where} answered {status}: the origin does not have it."),
            401 or 403 =>
                new Failure(
                    FailureKind.CredentialsRefused,
                    $"{where} answered {status}: the origin refuses this server's credentials, or wants some."),
            408 or 429 or >= 500 => new Failure(FailureKind.Unreachable, $"{where} answered {status}.", RetryAfter(response, now)),
            _ => new Failure(FailureKind.InvalidAnswer, $"{where} answered {status}, which was not expected."),
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
