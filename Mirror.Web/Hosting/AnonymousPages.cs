using System.Diagnostics.Metrics;
using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Net.Http.Headers;
using Mirror.Core.Access;
using Mirror.Core.Configuration;
using Mirror.Web.Http;

namespace Mirror.Web.Hosting;

/// <summary>
/// Limits the pages that anonymous users keep connected: each holds the memory of a circuit. Further pages stay static, as prerendered.
/// Connections are counted at the hub, regardless of their transport; negotiations without a connection are limited by their rate.
/// </summary>
internal sealed class AnonymousPages : IHubFilter, IDisposable
{
    private const string Negotiation = "/negotiate";
    private const string RetryAfter = "5";

    // SignalR drops a negotiated connection that is not opened within this time.
    private static readonly TimeSpan NegotiationLifetime = TimeSpan.FromSeconds(15);
    private static readonly object ShareKey = new();

    private readonly ClientShares _shares;
    private readonly PartitionedRateLimiter<IPAddress> _begunByAddress;
    private readonly FixedWindowRateLimiter _begunInAll;
    private readonly RefusalCounter<ShareRefusal> _refused;

    public AnonymousPages(MirrorOptions options, IMeterFactory meters, TimeProvider time, ILogger<ConnectionLimits> log)
    {
        var limits = options.Limits;
        _shares = new ClientShares(limits.AnonymousPages, limits.AnonymousPagesPerAddress, options.TrustedProxies);
        _begunByAddress = PartitionedRateLimiter.Create<IPAddress, IPAddress>(address => _shares.IsExempt(address)
            ? RateLimitPartition.GetNoLimiter(IPAddress.Loopback)
            : RateLimitPartition.GetFixedWindowLimiter(ClientNetwork.Of(address), _ => Window(limits.AnonymousPagesPerAddress)));
        _begunInAll = new FixedWindowRateLimiter(Window(limits.AnonymousPages));
        _refused = new RefusalCounter<ShareRefusal>(
            time,
            "limit",
            [ShareRefusal.InAll, ShareRefusal.PerAddress],
            (count, refusal) => HostLog.PagesRefused(
                log, count, refusal == ShareRefusal.InAll ? "Mirror:Limits:AnonymousPages" : "Mirror:Limits:AnonymousPagesPerAddress"));
        var meter = meters.Create(ConnectionLimits.MeterName);
        meter.CreateObservableGauge(
            "mirror.pages.anonymous", () => _shares.Total, "{page}", "Connected pages of anonymous users");
        meter.CreateObservableCounter(
            "mirror.pages.refused",
            _refused.Read,
            "{page}",
            "Pages of anonymous users that were not connected, by the limit that was reached");
    }

    /// <summary>Rejects a page that starts to connect when a limit is reached. Call after authentication.</summary>
    public Func<RequestDelegate, RequestDelegate> Middleware =>
        next => context => Begins(context.Request) && IsAnonymous(context.User) && !MayBegin(context)
        ? RefuseAsync(context)
        : next(context);

    public async Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next)
    {
        if (IsAnonymous(context.Context.User))
        {
            var share = _shares.TryTake(context.Context.GetHttpContext()?.Connection.RemoteIpAddress, out var refusal);
            if (share is null)
            {
                _refused.Add(refusal);
                context.Context.Abort();
                return;
            }

            context.Context.Items[ShareKey] = share;
        }

        await next(context);
    }

    public Task OnDisconnectedAsync(HubLifetimeContext context, Exception? exception, Func<HubLifetimeContext, Exception?, Task> next)
    {
        (context.Context.Items.TryGetValue(ShareKey, out object? share) ? share as IDisposable : null)?.Dispose();
        return next(context, exception);
    }

    public void Dispose()
    {
        _begunByAddress.Dispose();
        _begunInAll.Dispose();
    }

    // A connection without negotiation has no id yet.
    private static bool Begins(HttpRequest request) =>
        request.Path.StartsWithSegments(UiPipeline.Circuits, out var rest)
        && (rest.StartsWithSegments(Negotiation) || (rest.Value is null or "" or "/" && string.IsNullOrEmpty(request.Query["id"])));

    private static bool IsAnonymous(System.Security.Claims.ClaimsPrincipal? user) => user?.Identity?.IsAuthenticated != true;

    private bool MayBegin(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress ?? IPAddress.Loopback;
        var refusal = _shares.FindRefusal(address);
        if (refusal == ShareRefusal.None)
        {
            using var own = _begunByAddress.AttemptAcquire(address);
            using var all = own.IsAcquired ? _begunInAll.AttemptAcquire() : null;
            refusal = !own.IsAcquired ? ShareRefusal.PerAddress : all!.IsAcquired ? ShareRefusal.None : ShareRefusal.InAll;
        }

        if (refusal == ShareRefusal.None)
        {
            return true;
        }

        _refused.Add(refusal);
        return false;
    }

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.Headers[HeaderNames.RetryAfter] = RetryAfter;
        return Problems.WriteAsync(
            context,
            StatusCodes.Status503ServiceUnavailable,
            "Too many open pages",
            "The limit of open pages for anonymous users is reached (Mirror:Limits). Close a page, sign in, or try again later.");
    }

    private static FixedWindowRateLimiterOptions Window(int permits) =>
        new() { PermitLimit = Math.Max(permits, 1), Window = NegotiationLifetime };
}
