using System.Net;
using System.Threading.RateLimiting;
using Microsoft.Net.Http.Headers;
using Mirror.Core.Access;
using Mirror.Core.Configuration;

namespace Mirror.Web.Http;

/// <summary>
/// Limits the requests of each address and token, and the failed authentications of each address. In memory: no request waits for the
/// database, and each replica counts on its own.
/// </summary>
public sealed class RateLimits(MirrorOptions options) : IDisposable
{
    private const int PeriodsPerSecond = 10;

    private readonly PartitionedRateLimiter<IPAddress>? _addresses = Requests<IPAddress>(
        options.RateLimit.PerAddress, options.RateLimit.Burst);
    private readonly PartitionedRateLimiter<int>? _principals = Requests<int>(options.RateLimit.PerPrincipal, options.RateLimit.Burst);
    private readonly PartitionedRateLimiter<IPAddress>? _failures = options.RateLimit.FailuresPerMinute == 0
        ? null
        : PartitionedRateLimiter.Create<IPAddress, IPAddress>(
        address => RateLimitPartition.GetFixedWindowLimiter(address, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = options.RateLimit.FailuresPerMinute,
            Window = TimeSpan.FromMinutes(1),
        }));

    /// <summary>Counts a request; false if the rate limit is exceeded. The local machine has no limit.</summary>
    public bool TryRequest(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } address || IPAddress.IsLoopback(address))
        {
            return true;
        }

        return TryAcquire(_addresses, ClientNetwork.Of(address))
            && (_principals is null
                || AccessControl.PresentedToken(context.Request) is not { } token
                || TryAcquire(_principals, string.GetHashCode(token, StringComparison.Ordinal)));
    }

    /// <summary>Whether the address exceeded the limit of failures; its credentials are then not checked.</summary>
    public bool HasFailedTooOften(HttpContext context) =>
        _failures is not null
            && context.Connection.RemoteIpAddress is { } address
            && !TryAcquire(_failures, ClientNetwork.Of(address), permits: 0);

    /// <summary>Counts a failed authentication.</summary>
    /// <returns>False if the limit is exceeded.</returns>
    public bool TryCountFailure(HttpContext context) =>
        _failures is null || context.Connection.RemoteIpAddress is not { } address || TryAcquire(_failures, ClientNetwork.Of(address));

    public void Dispose()
    {
        _addresses?.Dispose();
        _principals?.Dispose();
        _failures?.Dispose();
    }

    private static PartitionedRateLimiter<T>? Requests<T>(int perSecond, int burst)
        where T : notnull => perSecond == 0 ? null : PartitionedRateLimiter.Create<T, T>(
            key => RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = Math.Max(burst, 1),
                TokensPerPeriod = Math.Max(perSecond / PeriodsPerSecond, 1),
                ReplenishmentPeriod = TimeSpan.FromSeconds(1) / Math.Min(PeriodsPerSecond, perSecond),
            }));

    private static bool TryAcquire<T>(PartitionedRateLimiter<T>? limiter, T key, int permits = 1)
    {
        if (limiter is null)
        {
            return true;
        }

        using var lease = limiter.AttemptAcquire(key, permits);
        return lease.IsAcquired;
    }
}

/// <summary>The response to a client that exceeds a rate limit, the same for the protocols, the API and the pages.</summary>
internal static class RateLimitResponses
{
    public const string Title = "Too many requests";

    // Terraform waits as long as the header says, without a limit.
    private const string Soon = "1";
    private const string Later = "5";

    public static void UseRateLimits(this WebApplication app)
    {
        var limits = app.Services.GetRequiredService<RateLimits>();
        app.Use(next => context =>
        {
            if (limits.TryRequest(context) || context.Request.Path.StartsWithSegments("/health") || context.Request.Path.StartsWithSegments("/check"))
            {
                return next(context);
            }

            context.Response.Headers.RetryAfter = Soon;
            return Problems.WriteAsync(
                context,
                StatusCodes.Status429TooManyRequests,
                Title,
                "The rate limit of this address or token is exceeded (Mirror:RateLimit). Try again in a moment.");
        });
    }

    /// <summary>For an address that exceeded the limit of failures.</summary>
    public static AccessDenied Prepare(HttpContext context)
    {
        context.Response.Headers[HeaderNames.RetryAfter] = Later;
        return new AccessDenied(
            StatusCodes.Status429TooManyRequests,
            Title,
            "Too many failed authentications from this address. Check the credentials and try again in a minute.");
    }
}
