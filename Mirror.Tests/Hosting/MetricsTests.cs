using System.Globalization;
using System.Net;
using Mirror.Core.Configuration;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Hosting;

public sealed class MetricsTests
{
    [Fact]
    public async Task Metrics_AfterAFetchAndARepetition_ShowHitsMissesFillsAndBytes()
    {
        await using var mirror = await StartAsync();
        var before = await ReadAsync(mirror);

        for (int i = 0; i < 2; i++)
        {
            await mirror.Client.GetByteArrayAsync(Base + "index.json");
            await mirror.Client.GetByteArrayAsync(Base + Package);
            await mirror.WhenIdleAsync();
        }

        await mirror.Client.GetByteArrayAsync(Base + "index.json");

        var after = await ReadAsync(mirror);
        int size = mirror.OriginPackage().Content.Length;
        Assert.Equal(0, before["mirror_package_fills_total{result=\"stored\"}"]);
        Assert.Equal(1, after["mirror_package_fills_total{result=\"stored\"}"]);
        Assert.Equal(0, after["mirror_package_fills_total{result=\"refused\"}"]);
        Assert.Equal(0, after["mirror_package_fills_running"]);
        Assert.Equal(1, after["mirror_package_requests_total{cache=\"miss\"}"]);
        Assert.Equal(1, after["mirror_package_requests_total{cache=\"hit\"}"]);
        Assert.Equal(1, after["mirror_document_requests_total{cache=\"hit\"}"]);
        Assert.Equal(size, after["mirror_package_transferred_bytes_total{direction=\"from_origins\"}"]);
        Assert.Equal(2 * size, after["mirror_package_transferred_bytes_total{direction=\"to_clients\"}"]);
        Assert.Equal(size, after["mirror_storage_used_bytes"]);
        Assert.Equal(0, after["mirror_storage_full"]);
        Assert.Equal(mirror.Origin.Requests.Count, after["mirror_origin_requests_total"]);
        Assert.True(after["dotnet_process_memory_working_set_bytes"] > 0);
    }

    [Fact]
    public async Task Document_WithAnInvalidToken_IsServedAnonymouslyAndCounted_WhileTheApiDeniesIt()
    {
        await using var mirror = await StartAsync();

        foreach (string url in new[] { Base + "index.json", "/v1/providers/example/hello/versions", "/api/v1/groups/default/versions", "/metrics" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(url, UriKind.Relative)) { Headers = { Authorization = new("Bearer", "wrong") } };
            using var answer = await mirror.Client.SendAsync(request);

            bool isProtocol = url.StartsWith("/v1/", StringComparison.Ordinal);
            Assert.True(isProtocol != (answer.StatusCode == HttpStatusCode.Unauthorized), $"{url}: {answer.StatusCode}");
        }

        Assert.Equal(4, (await ReadAsync(mirror))["mirror_tokens_invalid_total"]);
    }

    [Fact]
    public async Task Metrics_OfTheFramework_AreIncludedWithoutHostNamesFromDocuments()
    {
        await using var mirror = await StartAsync();
        await mirror.Client.GetByteArrayAsync(Base + Package);
        await mirror.WhenIdleAsync();

        string text = await mirror.Client.GetStringAsync("/metrics");

        Assert.Contains("http_server_request_duration_seconds_bucket{", text, StringComparison.Ordinal);
        Assert.Contains("le=\"0.001\"", text, StringComparison.Ordinal);
        string[] outbound = [.. text.Split('\n').Where(line => line.StartsWith("http_client_", StringComparison.Ordinal))];
        Assert.NotEmpty(outbound);
        Assert.All(outbound, line => Assert.DoesNotContain("server_address", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Metrics_OfTwoServersInOneProcess_AreSeparate()
    {
        await using var busy = await StartAsync();
        await using var idle = await StartAsync();
        await busy.Client.GetByteArrayAsync(Base + Package);
        await busy.WhenIdleAsync();

        Assert.Equal(1, (await ReadAsync(busy))["mirror_package_requests_total{cache=\"miss\"}"]);
        Assert.Equal(0, (await ReadAsync(idle))["mirror_package_requests_total{cache=\"miss\"}"]);
    }

    [Fact]
    public async Task Metrics_OfARepeatedlyFailingHost_ShowItAsSuspended()
    {
        await using var mirror = await StartAsync(
            upstream: options => options with { Limits = options.Limits with { BreakerFailures = 2 } });
        mirror.Origin.Misbehave(_ => true, Fault.Status(500));
        string line = $"mirror_suspended_hosts{{host=\"{new Uri(mirror.Origin.ProvidersUrl).Authority}\"}}";
        double before = (await ReadAsync(mirror))[line];

        using var response = await mirror.Client.GetAsync(Base + "index.json");

        var after = await ReadAsync(mirror);
        Assert.Equal((0, 1), (before, after[line]));
        Assert.Equal(0, after["mirror_suspended_hosts{host=\"other\"}"]);
    }

    [Fact]
    public async Task Metrics_WithoutAnonymousRead_RequireAToken()
    {
        await using var server = await MirrorServer.StartAsync(
            options => options with { Auth = new AuthOptions { AnonymousRead = false } });

        using var refused = await server.Client.GetAsync("/metrics");
        using var allowed = await server.AdminClient.GetAsync("/metrics");

        Assert.Equal(401, (int)refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", allowed.Content.Headers.ContentType?.ToString());
    }

    private static async Task<Dictionary<string, double>> ReadAsync(MirrorWithOrigin mirror) =>
        (await mirror.Client.GetStringAsync("/metrics")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != '#')
            .ToDictionary(
                line => line[..line.LastIndexOf(' ')].Replace("{}", "", StringComparison.Ordinal),
                line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
}
