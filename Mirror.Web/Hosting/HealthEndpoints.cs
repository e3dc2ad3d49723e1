using System.Net.Mime;
using System.Text.Json;
using Microsoft.Extensions.Primitives;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Packages;
using Mirror.Core.Storage;
using Mirror.Web.Contracts;

namespace Mirror.Web.Hosting;

/// <summary>
/// <c>/health/live</c>: the process responds. <c>/health/ready</c>: start-up has completed and the database works; otherwise the reason.
/// Both without credentials, and also at the URLs of Terralist, <c>/check/healthz</c> and <c>/check/readyz</c>. A full, exceeded or unavailable package store is reported, but the server stays ready: it keeps serving
/// documents, and passes new packages through without storing them.
/// </summary>
internal static class HealthEndpoints
{
    private static readonly byte[] Live = """{"status":"live"}"""u8.ToArray();
    private static readonly byte[] Ready = """{"status":"ready"}"""u8.ToArray();
    private static readonly byte[] ReadyButFull = """{"status":"ready","storage":"full"}"""u8.ToArray();
    private static readonly byte[] ReadyWithoutStore = """{"status":"ready","storage":"unavailable"}"""u8.ToArray();
    private static readonly byte[] NotReady = """{"status":"not ready"}"""u8.ToArray();
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        var readiness = endpoints.ServiceProvider.GetRequiredService<Readiness>();
        var database = endpoints.ServiceProvider.GetRequiredService<DatabaseHealth>();
        var space = endpoints.ServiceProvider.GetRequiredService<StorageSpace>();
        var store = endpoints.ServiceProvider.GetRequiredService<PackageStoreHealth>();
        foreach (string path in new[] { "/health/live", "/check/healthz" })
        {
            endpoints.MapMethods(path, Methods, context => AnswerAsync(context, StatusCodes.Status200OK, Live)).ExcludeFromDescription();
        }

        foreach (string path in new[] { "/health/ready", "/check/readyz" })
        {
            endpoints.MapMethods(path, Methods, AnswerReadyAsync).ExcludeFromDescription();
        }

        async Task AnswerReadyAsync(HttpContext context)
        {
            var problem = readiness.IsReady ? await database.CheckAsync(context.RequestAborted) : null;
            if (problem is not null)
            {
                byte[] reason = JsonSerializer.SerializeToUtf8Bytes(new HealthDocument("not ready", problem.Message), ApiJson.Default.HealthDocument);
                await AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, reason);
            }
            else if (!readiness.IsReady)
            {
                await AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, NotReady);
            }
            else
            {
                bool isAvailable = await store.CheckAsync(context.RequestAborted) is null;
                await AnswerAsync(context, StatusCodes.Status200OK, !isAvailable ? ReadyWithoutStore : space.Problem is null ? Ready : ReadyButFull);
            }
        }
    }

    private static Task AnswerAsync(HttpContext context, int status, byte[] body)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = MediaTypeNames.Application.Json;
        response.ContentLength = body.Length;
        response.Headers.CacheControl = new StringValues("no-store");
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
