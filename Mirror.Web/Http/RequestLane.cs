using Microsoft.AspNetCore.Components.Endpoints;
using Mirror.Core;

namespace Mirror.Web.Http;

/// <summary>
/// The lane in which pages are rendered and the API's lists are searched: each costs as much as many documents. Documents, packages
/// and health checks do not use it.
/// </summary>
public sealed class RequestLane() : WorkLane(8 * Environment.ProcessorCount, waiting: 512);

/// <summary>Whether a GET of the endpoint runs in the <see cref="RequestLane"/>; pages do by default.</summary>
internal sealed record BoundedWork(bool IsInLane)
{
    public static BoundedWork InLane { get; } = new(true);

    /// <summary>For endpoints that wait for an origin or stream for long, which would block the lane.</summary>
    public static BoundedWork Outside { get; } = new(false);
}

internal static class RequestLaneMiddleware
{
    /// <summary>Call after routing.</summary>
    public static void UseRequestLane(this WebApplication app)
    {
        var lane = app.Services.GetRequiredService<RequestLane>();
        app.Use(next => context => IsBounded(context) ? RunAsync(context, next, lane) : next(context));
    }

    // Forms have a separate lane.
    private static bool IsBounded(HttpContext context) =>
        (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        && context.GetEndpoint()?.Metadata is { } metadata
        && (metadata.GetMetadata<BoundedWork>()?.IsInLane ?? metadata.GetMetadata<ComponentTypeMetadata>() is not null);

    private static async Task RunAsync(HttpContext context, RequestDelegate next, RequestLane lane)
    {
        if (lane.IsFull)
        {
            // The same response as the exception's, at a lower cost.
            await Overload.WriteAsync(context);
            return;
        }

        using var turn = await lane.EnterAsync(context.RequestAborted);
        await next(context);
    }
}
