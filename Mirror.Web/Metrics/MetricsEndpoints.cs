using Mirror.Core.Access;
using Mirror.Core.Fetching;
using Mirror.Web.Access;

namespace Mirror.Web.Metrics;

/// <summary><c>/metrics</c> for Prometheus: what the server's meters say now. Who may read the instance may read it.</summary>
internal static class MetricsEndpoints
{
    private const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static IServiceCollection AddMirrorMetrics(this IServiceCollection services) => services.AddSingleton<MeterReadings>();

    public static void MapMetrics(this IEndpointRouteBuilder endpoints)
    {
        // Instruments exist once their owners do.
        endpoints.ServiceProvider.GetRequiredService<FetchingMetrics>();
        endpoints.MapGet("/metrics", async (HttpContext context, MeterReadings readings, StorageSpace space) =>
        {
            await space.MeasureAsync(context.RequestAborted);
            context.Response.Headers.CacheControl = "no-store";
            return TypedResults.Text(PrometheusText.Write(readings.Read()), ContentType);
        }).RequireAccess(AccessAction.Read).ExcludeFromDescription();
    }
}
