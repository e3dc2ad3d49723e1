using System.Net;
using System.Net.Mime;
using System.Text;
using System.Text.Json.Nodes;
using Mirror.Tests.Hosting;
using Mirror.Web.Http;

namespace Mirror.Tests.Http;

/// <summary>
/// API requests without a matching handler: the response names the mismatch, which is the address, the method or the media type.
/// </summary>
public sealed class UnmatchedRequestTests : IAsyncLifetime
{
    private MirrorServer Server { get; set; } = null!;

    public async Task InitializeAsync() => Server = await MirrorServer.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();

    [Theory]
    [InlineData(
        "POST",
        "/api/v1/groups/default/syncs",
        null,
        HttpStatusCode.UnsupportedMediaType,
        "Content-Type: '' is not supported; expected application/json.")]
    [InlineData(
        "POST",
        "/api/v1/groups/default/syncs",
        "application/x-www-form-urlencoded",
        HttpStatusCode.UnsupportedMediaType,
        "'application/x-www-form-urlencoded'")]
    [InlineData(
        "PUT",
        "/api/v1/groups/default/variables/TF_TOKEN_registry_example_com",
        null,
        HttpStatusCode.UnsupportedMediaType,
        "application/json")]
    [InlineData("POST", "/api/v1/users", "text/plain", HttpStatusCode.UnsupportedMediaType, "'text/plain'")]
    [InlineData("PATCH", "/api/v1/server", null, HttpStatusCode.MethodNotAllowed, "'PATCH' is not supported at this URL; expected GET.")]
    [InlineData("POST", "/api/v1/groups/default/nothing", null, HttpStatusCode.NotFound, "no such URL")]
    [InlineData("GET", "/api/nothing", null, HttpStatusCode.NotFound, "no such URL")]
    [InlineData("GET", "/api", null, HttpStatusCode.NotFound, "no such URL")]
    public async Task Response_ToAnUnmatchedRequest_NamesTheMismatch(
        string method, string path, string? contentType, HttpStatusCode status, string expected)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        if (method != "GET")
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes("""{"packages":[]}"""));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        using var answer = await Server.AdminClient.SendAsync(request);

        Assert.Equal((status, MediaTypeNames.Application.ProblemJson), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal((int)status, (int)problem["status"]!);
        Assert.Contains(expected, (string)problem["detail"]!, StringComparison.Ordinal);
        Assert.Equal(status == HttpStatusCode.MethodNotAllowed ? ["GET"] : [], answer.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("POST", "/api/v1/groups", "{", "$ (line 1, byte 2)")]
    [InlineData("PATCH", "/api/v1/groups/default/settings", """{"automaticCaching":"secret"}""", "$.automaticCaching")]
    [InlineData("PUT", "/api/v1/groups/default/variables/TF_TOKEN_registry_example_com", """{"value":["secret"]}""", "$.value")]
    [InlineData("GET", "/api/v1/groups/default/versions?take=many", null, "take: 'many' is not valid; expected a whole number.")]
    [InlineData("DELETE", "/api/v1/groups/default?force=maybe", null, "force: 'maybe' is not valid; expected true or false.")]
    [InlineData("GET", "/api/v1/groups/default/audit?from=yesterday&take=10", null, "from: 'yesterday' is not valid; expected a time")]
    [InlineData(
        "GET",
        "/api/v1/groups/default/versions?take=0&skip=99999999999",
        null,
        "skip: '99999999999' is not valid; expected a whole number.")]
    public async Task Response_ToAnUnreadableBody_ContainsThePosition(string method, string path, string? body, string expected)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative))
        {
            Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"),
        };

        using var answer = await Server.AdminClient.SendAsync(request);
        string problem = await answer.Content.ReadAsStringAsync();

        Assert.Equal(
            (HttpStatusCode.BadRequest, MediaTypeNames.Application.ProblemJson),
            (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Contains(expected, (string)JsonNode.Parse(problem)!["detail"]!, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", problem, StringComparison.Ordinal);
    }
}
