using System.Diagnostics.Metrics;
using Mirror.Core.Access;
using Mirror.Core.Fetching;
using Mirror.Core.Fetching.Packages;
using Mirror.Web.Http;
using OpenTelemetry.Metrics;

namespace Mirror.Web.Hosting;

/// <summary><c>/metrics</c> for Prometheus: this server's meters and the framework's. Requires read access to the instance.</summary>
internal static class MetricsEndpoints
{
    private const string HttpClientMeter = "System.Net.Http";

    /// <summary>In seconds, from a response out of memory to a download of minutes.</summary>
    private static readonly double[] Durations = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

    /// <summary>Without the host, which external documents name: labels must come from a closed set.</summary>
    private static readonly string[] HttpClientLabels =
        ["http.request.method", "http.response.status_code", "error.type", "network.protocol.version", "http.connection.state"];

    public static IServiceCollection AddMirrorMetrics(this IServiceCollection services)
    {
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter("Mirror.*", "Microsoft.AspNetCore.*", HttpClientMeter, "System.Runtime")
            .AddPrometheusExporter(exporter =>
            {
                exporter.ScopeInfoEnabled = false;
                exporter.TargetInfoEnabled = false;
                // No caching: a scrape costs little, and access to it is limited.
                exporter.ScrapeResponseCacheDurationMilliseconds = 0;
            }));
        services.ConfigureOpenTelemetryMeterProvider((provider, metrics) =>
        {
            var factory = provider.GetRequiredService<IMeterFactory>();
            metrics.AddView(instrument => View(instrument, factory));
        });
        return services;
    }

    public static void MapMetrics(this IEndpointRouteBuilder endpoints)
    {
        // Creates the owners of the instruments.
        endpoints.ServiceProvider.GetRequiredService<FetchingMetrics>();
        var endpoint = endpoints.MapPrometheusScrapingEndpoint("/metrics").WithMetadata(new HttpMethodMetadata([HttpMethods.Get]));
        endpoint.Add(builder =>
        {
            var scrape = builder.RequestDelegate!;
            builder.RequestDelegate = async context =>
            {
                await context.RequestServices.GetRequiredService<StorageSpace>().MeasureAsync(context.RequestAborted);
                context.Response.Headers.CacheControl = "no-store";
                await scrape(context);
            };
        });
        endpoint.RequireAccess(AccessAction.Read);
    }

    private static MetricStreamConfiguration? View(Instrument instrument, IMeterFactory factory)
    {
        // A process may run several servers; each exports its own meters and those of the process.
        if (instrument.Meter.Scope is IMeterFactory owner && owner != factory)
        {
            return MetricStreamConfiguration.Drop;
        }

        string[]? labels = instrument.Meter.Name == HttpClientMeter ? HttpClientLabels : null;
        bool isDuration = instrument.Unit == "s" && instrument is Histogram<double>;
        return isDuration
            ? new ExplicitBucketHistogramConfiguration { Boundaries = Durations, TagKeys = labels }
            : labels is null ? null : new MetricStreamConfiguration { TagKeys = labels };
    }
}
