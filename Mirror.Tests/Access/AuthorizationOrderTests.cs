using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Mirror.Core.Database;
using Mirror.Tests.Hosting;

namespace Mirror.Tests.Access;

/// <summary>A caller without permission is denied before the server checks anything else in the request.</summary>
public sealed partial class AuthorizationOrderTests
{
    [Fact]
    public async Task MalformedBody_WithoutCredentials_Returns401ForEveryOperation()
    {
        await using var server = await MirrorServer.StartAsync(
            options => options with { Auth = options.Auth with { AnonymousRead = false } });
        var document = await server.Client.GetFromJsonAsync<JsonObject>("/openapi/v1.json");
        var operations = document!["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(operation => (Path: path.Key, Method: operation.Key.ToUpperInvariant())))
            // Forges have no credentials; they sign the body.
            .Where(operation => operation.Path != "/api/v1/hooks/{id}")
            .ToList();
        Assert.True(operations.Count > 60);

        var faults = new List<string>();
        foreach (var (path, method) in operations)
        {
            // Invalid numbers in a query fail too.
            using var request = Malformed(
                method,
                Parameter().Replace(
                    path,
                    match => match.Value is "{group}" ? "default" : match.Value is "{id}" ? "1" : "x") + "?take=x&check=x&force=x&repair=x");
            using var answer = await server.Client.SendAsync(request);
            if (answer.StatusCode != HttpStatusCode.Unauthorized)
            {
                faults.Add($"{method} {path}: {(int)answer.StatusCode}");
            }
        }

        Assert.Empty(faults);
    }

    [Theory]
    [InlineData("viewer", "POST", "/api/v1/groups/default/syncs", 403)]
    [InlineData("viewer", "PUT", "/api/v1/groups/default/members/ada", 403)]
    [InlineData("viewer", "POST", "/api/v1/users", 403)]
    [InlineData("none", "POST", "/api/v1/groups/default/tokens", 404)]
    [InlineData("none", "POST", "/api/v1/groups/no-such/tokens", 404)]
    [InlineData("owner", "POST", "/api/v1/groups/default/tokens", 400)]
    [InlineData("owner", "PUT", "/api/v1/user/password", 400)]
    public async Task MalformedBody_OfAuthenticatedCaller_IsAuthorizedBeforeItIsRead(string caller, string method, string path, int status)
    {
        await using var server = await MirrorServer.StartAsync(
            options => options with { Auth = options.Auth with { AnonymousRead = false } });
        var client = await server.AddUserAsync(caller, caller switch { "viewer" => Role.Viewer, "owner" => Role.Owner, _ => null });

        using var request = Malformed(method, path);
        using var answer = await client.SendAsync(request);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    private static HttpRequestMessage Malformed(string method, string path) => new(new HttpMethod(method), path)
    {
        Content = method == "GET" ? null : new StringContent("{\"name\": ", Encoding.UTF8, "application/json"),
    };

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Parameter();
}
