using System.Net;
using Mirror.Tests.Http;
using Xunit;

namespace Mirror.Tests.Hosting;

/// <summary>HEAD requests to addresses outside the protocols, as monitors and proxies send them.</summary>
public sealed class HeadRequestTests(ApiServer api) : IClassFixture<ApiServer>
{
    [Theory]
    [InlineData("/", HttpStatusCode.Found)]
    [InlineData("/groups/default/-/provider-mirrors", HttpStatusCode.OK)]
    [InlineData("/groups/none/-/provider-mirrors", HttpStatusCode.NotFound)]
    [InlineData("/nothing", HttpStatusCode.NotFound)]
    [InlineData("/metrics", HttpStatusCode.OK)]
    [InlineData("/openapi/v1.json", HttpStatusCode.OK)]
    [InlineData("/api/v1/server", HttpStatusCode.OK)]
    [InlineData("/api/v1/users", HttpStatusCode.Unauthorized)]
    [InlineData("/api/v1/nothing", HttpStatusCode.NotFound)]
    [InlineData("/health/live", HttpStatusCode.OK)]
    [InlineData("/.well-known/terraform.json", HttpStatusCode.OK)]
    public async Task Head_OfAnyAddress_MatchesGetWithoutTheBody(string path, HttpStatusCode status)
    {
        using var get = await SendAsync(HttpMethod.Get, path);
        using var head = await SendAsync(HttpMethod.Head, path);

        Assert.Equal((status, status), (get.StatusCode, head.StatusCode));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        Assert.Equal(get.Headers.Location, head.Headers.Location);
        if (get.IsSuccessStatusCode)
        {
            Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        }
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(
            method,
            new Uri(api.Server.HttpsUrl, path))
        { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Accept.ParseAdd("*/*");
        return api.Server.Client.SendAsync(request);
    }
}
