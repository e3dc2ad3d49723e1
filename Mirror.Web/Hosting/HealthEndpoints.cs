using System.Net.Mime;
using Microsoft.Extensions.Primitives;
using Mirror.Core.Fetching;

namespace Mirror.Web.Hosting;

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: migrations, recovery and listeners are done. Both without
/// credentials, and without touching the database: they are asked every few seconds. A full disk or quota is told there too,
/// but is no reason to take the server out of service: it serves on, and passes through what it cannot keep.
/// </summary>
internal static class HealthEndpoints
{
    private static readonly byte[] Live = """{"status":"live"}"""u8.ToArray();
    private static readonly byte[] Ready = """{"status":"ready"}"""u8.ToArray();
    private static readonly byte[] ReadyButFull = """{"status":"ready","storage":"full"}"""u8.ToArray();
    private static readonly byte[] NotReady = """{"status":"not ready"}"""u8.ToArray();
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        var readiness = endpoints.ServiceProvider.GetRequiredService<Readiness>();
        var space = endpoints.ServiceProvider.GetRequiredService<StorageSpace>();
        endpoints.MapMethods("/health/live", Methods, context => AnswerAsync(context, StatusCodes.Status200OK, Live)).ExcludeFromDescription();
        endpoints.MapMethods("/health/ready", Methods, context => readiness.IsReady
            ? AnswerAsync(context, StatusCodes.Status200OK, space.Problem is null ? Ready : ReadyButFull)
            : AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, NotReady)).ExcludeFromDescription();
    }

    private static Task AnswerAsync(HttpContext context, int status, byte[] body)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = MediaTypeNames.Application.Json;
        response.ContentLength = body.Length;
        response.Headers.CacheControl = new StringValues("no-store");
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
