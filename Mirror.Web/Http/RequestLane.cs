using Microsoft.AspNetCore.Components.Endpoints;
using Mirror.Core;

namespace Mirror.Web.Http;

/// <summary>
/// Where pages are rendered and the API's lists are searched: any of them takes the work of many documents, and one client
/// may ask for thousands at once. Documents, packages and health have no part in it.
/// </summary>
public sealed class RequestLane() : WorkLane(8 * Environment.ProcessorCount, waiting: 512);

/// <summary>Whether an endpoint that reads is answered within <see cref="RequestLane"/>; pages are.</summary>
internal sealed record BoundedWork(bool IsInLane)
{
    public static BoundedWork InLane { get; } = new(true);

    /// <summary>For what waits for an origin or sends for long: it would keep its turn from others meanwhile.</summary>
    public static BoundedWork Outside { get; } = new(false);
}

internal static class RequestLaneMiddleware
{
    /// <summary>After routing.</summary>
    public static void UseRequestLane(this WebApplication app)
    {
        var lane = app.Services.GetRequiredService<RequestLane>();
        app.Use(next => context => IsBounded(context) ? RunAsync(context, next, lane) : next(context));
    }

    // A form is posted to be checked in a lane of its own.
    private static bool IsBounded(HttpContext context) =>
        (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        && context.GetEndpoint()?.Metadata is { } metadata
        && (metadata.GetMetadata<BoundedWork>()?.IsInLane ?? metadata.GetMetadata<ComponentTypeMetadata>() is not null);

    private static async Task RunAsync(HttpContext context, RequestDelegate next, RequestLane lane)
    {
        if (lane.IsFull)
        {
            // As the exception would be answered, for thousands of requests at less cost.
            await Overload.WriteAsync(context);
            return;
        }

        using var turn = await lane.EnterAsync(context.RequestAborted);
        await next(context);
    }
}
