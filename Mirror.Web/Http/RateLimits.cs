using System.Net;
using System.Threading.RateLimiting;
using Microsoft.Net.Http.Headers;
using Mirror.Core.Access;
using Mirror.Core.Configuration;

namespace Mirror.Web.Http;

/// <summary>
/// Limits what one address and one token may ask, and how often an address may be wrong. All of it is in memory: no request
/// waits for a database because of it, and replicas count each for itself.
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

    /// <summary>
    /// Whether one more request may be answered. This machine's own may always: whoever is there need not ask to slow it down.
    /// </summary>
    public bool TryRequest(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } address || IPAddress.IsLoopback(address))
        {
            return true;
        }

        return IsFree(_addresses, ClientNetwork.Of(address))
            && (_principals is null
                || AccessControl.PresentedToken(context.Request) is not { } token
                || IsFree(_principals, string.GetHashCode(token, StringComparison.Ordinal)));
    }

    /// <summary>Whether the address was wrong too often; then nothing that it presents is looked at.</summary>
    public bool HasFailedTooOften(HttpContext context) =>
        _failures is not null
            && context.Connection.RemoteIpAddress is { } address
            && !IsFree(_failures, ClientNetwork.Of(address), permits: 0);

    /// <summary>Counts something wrong.</summary>
    /// <returns>False where it was one too many.</returns>
    public bool TryFail(HttpContext context) =>
        _failures is null || context.Connection.RemoteIpAddress is not { } address || IsFree(_failures, ClientNetwork.Of(address));

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

    private static bool IsFree<T>(PartitionedRateLimiter<T>? limiter, T key, int permits = 1)
    {
        if (limiter is null)
        {
            return true;
        }

        using var lease = limiter.AttemptAcquire(key, permits);
        return lease.IsAcquired;
    }
}

/// <summary>The answer to a client that exceeds a rate limit, the same for the protocols, the API and the pages.</summary>
internal static class RateLimitAnswers
{
    public const string Title = "Too many requests";

    // Terraform waits as long as it is told, whatever that is.
    private const string Soon = "1";
    private const string Later = "5";

    public static void UseRateLimits(this WebApplication app)
    {
        var limits = app.Services.GetRequiredService<RateLimits>();
        app.Use(next => context =>
        {
            if (limits.TryRequest(context) || context.Request.Path.StartsWithSegments("/health"))
            {
                return next(context);
            }

            context.Response.Headers.RetryAfter = Soon;
            return Problems.WriteAsync(
                context,
                StatusCodes.Status429TooManyRequests,
                Title,
                "This address, or this token, asks more than Mirror:RateLimit allows for long. Try again in a moment.");
        });
    }

    /// <summary>For an address that was wrong too often.</summary>
    public static AccessDenied Prepare(HttpContext context)
    {
        context.Response.Headers[HeaderNames.RetryAfter] = Later;
        return new AccessDenied(
            StatusCodes.Status429TooManyRequests,
            Title,
            "Too many wrong credentials came from this address. Try again in a minute, with the right ones.");
    }
}
