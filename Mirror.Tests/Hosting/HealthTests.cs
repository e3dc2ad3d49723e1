using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Web.Hosting;
using Xunit;

namespace Mirror.Tests.Hosting;

public sealed class HealthTests
{
    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/check/healthz")]
    [InlineData("/check/readyz")]
    public async Task Health_AfterStart_RespondsWithoutCredentials(string path)
    {
        await using var server = await MirrorServer.StartAsync(
            options => options with { Auth = options.Auth with { AnonymousRead = false } });

        using var response = await server.Client.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
    }

    [Fact]
    public async Task Ready_BeforeTheServerIsReady_Returns503WhileLiveReturns200()
    {
        await using var server = await MirrorServer.StartAsync();
        server.Services.GetRequiredService<Readiness>().IsReady = false;

        using var ready = await server.Client.GetAsync(new Uri("/health/ready", UriKind.Relative));
        using var same = await server.Client.GetAsync(new Uri("/check/readyz", UriKind.Relative));
        using var live = await server.Client.GetAsync(new Uri("/health/live", UriKind.Relative));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, same.StatusCode);
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
    }
}
