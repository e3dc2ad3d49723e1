using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Mirror.Core.Database;
using Mirror.Tests.Access;
using Mirror.Tests.Hosting;
using Xunit;

namespace Mirror.Tests.Features.Groups;

public sealed class NamespaceApiTests : IAsyncLifetime
{
    private MirrorServer _server = null!;

    public async Task InitializeAsync() => _server = await MirrorServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Namespaces_CreatedChangedRenamedAndDeleted_MatchTheResponses()
    {
        var admin = _server.AdminClient;

        Assert.Equal(HttpStatusCode.Created, await PostAsync(admin, "groups", new { name = "platform" }));
        Assert.Equal(HttpStatusCode.Created, await PostAsync(admin, "groups/platform/groups", new { name = "net" }));
        Assert.Equal(HttpStatusCode.Created, await PostAsync(admin, "groups/platform%2Fnet/workspaces", new { name = "prod" }));
        Assert.Equal(
            HttpStatusCode.OK, await SendAsync(admin, HttpMethod.Patch, "groups/platform%2Fnet/settings", new { automaticCaching = "on" }));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(admin, HttpMethod.Put, "groups/platform%2Fnet/name", new { name = "network" }));

        var workspace = (await admin.GetFromJsonAsync<JsonNode>("/api/v1/groups/platform%2Fnetwork%2Fprod"))!;
        Assert.Equal(
            """{"path":"platform/network/prod","name":"prod","kind":"workspace","automaticCaching":{"enabled":true,"setting":"inherit","inheritedFrom":"platform/network"},"anonymousRead":false,"role":null}""",
            workspace.ToJsonString());
        Assert.Equal(["default", "platform", "platform/network", "platform/network/prod"], await ListAsync(admin));
        Assert.Equal(HttpStatusCode.Conflict, await SendAsync(admin, HttpMethod.Delete, "groups/platform"));
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync(admin, HttpMethod.Delete, "groups/platform?force=true"));
        Assert.Equal(["default"], await ListAsync(admin));
    }

    [Theory]
    [InlineData("POST", "groups", """{"name":"default"}""", 409, "'default' already exists")]
    [InlineData("POST", "groups", """{"name":"No.Name"}""", 400, "'No.Name'")]
    [InlineData("POST", "groups", """{}""", 400, "name is missing")]
    [InlineData("POST", "groups", """{"name":"a/b"}""", 400, "'a/b'")]
    [InlineData("POST", "groups/default/groups", """{"name":"a/b"}""", 400, "'a/b'")]
    [InlineData("POST", "groups/nowhere/groups", """{"name":"a"}""", 404, "'nowhere'")]
    [InlineData("POST", "groups/default%2Fws/groups", """{"name":"a"}""", 400, "is a workspace")]
    [InlineData("PUT", "groups/default/name", """{"name":"other"}""", 400, "cannot be renamed")]
    [InlineData("PUT", "groups/default%2Fws/name", """{"name":"taken"}""", 409, "'default/taken' already exists")]
    [InlineData("DELETE", "groups/default", "", 400, "cannot be deleted")]
    [InlineData("PATCH", "groups/default/settings", """{"anonymousRead":true}""", 400, "Mirror:Auth:AnonymousRead")]
    [InlineData("PATCH", "groups/default%2Fws/settings", """{"anonymousRead":true}""", 400, "inherits it from its root group")]
    [InlineData("PATCH", "groups/default/settings", """{"automaticCaching":"maybe"}""", 400, "")]
    [InlineData("PUT", "groups/default/members/mallory", """{"role":"viewer"}""", 404, "no user 'mallory'")]
    [InlineData("PUT", "groups/default/members/default%2Fci", """{"role":"viewer"}""", 404, "no service account 'default/ci'")]
    [InlineData("PUT", "groups/default/members/mallory", """{}""", 400, "role is missing")]
    [InlineData("PUT", "groups/default/group-mappings", """{"role":"viewer"}""", 400, "oidcGroup")]
    [InlineData("DELETE", "groups/default/members/mallory", "", 404, "'mallory' has no role granted")]
    [InlineData("POST", "groups/default/service-accounts", """{"name":"No"}""", 400, "'No'")]
    [InlineData("DELETE", "groups/default/service-accounts/ci", "", 404, "'ci'")]
    [InlineData("POST", "groups/default/tokens", """{"name":"ci"}""", 400, "role: expected")]
    [InlineData("POST", "groups/default/tokens", """{"role":"viewer","expires":"soon"}""", 400, "'soon'")]
    [InlineData("POST", "groups/default/tokens", """{"serviceAccount":"ci"}""", 404, "'ci'")]
    [InlineData("DELETE", "groups/default/tokens/7", "", 404, "token 7")]
    [InlineData("GET", "user/tokens", "", 403, "is not a user")]
    public async Task Request_Invalid_ReturnsAProblemWithTheReason(string method, string url, string body, int status, string named)
    {
        await _server.AddNamespacesAsync("default/ws*", "default/taken");
        using var request = new HttpRequestMessage(new HttpMethod(method), "/api/v1/" + url);
        request.Content = body.Length == 0 ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        using var response = await _server.AdminClient.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains(named, (string?)(await response.Content.ReadFromJsonAsync<JsonNode>())!["detail"] ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_ForMembers_ContainsOnlyReadableNamespaces()
    {
        await _server.AddNamespacesAsync("platform", "platform/net", "platform/net/prod*", "platform/other", "secret");

        var viewer = await _server.AddUserAsync("viewer", Role.Viewer, "platform/net");

        Assert.Equal(["default", "platform/net", "platform/net/prod"], await ListAsync(viewer)); // Anyone can read default.
        Assert.Equal(["default"], await ListAsync(_server.Client));
    }

    [Fact]
    public async Task RootGroup_RenamedByItsOwner_IsDeniedButSubgroupsAreAllowed()
    {
        await _server.AddNamespacesAsync("platform", "platform/net", "secret");
        var owner = await _server.AddUserAsync("owner", Role.Owner, "platform");

        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(owner, HttpMethod.Put, "groups/platform/name", new { name = "secret" }));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(owner, HttpMethod.Put, "groups/platform%2Fnet/name", new { name = "network" }));
    }

    private static async Task<IEnumerable<string>> ListAsync(HttpClient client) =>
        (await client.GetFromJsonAsync<JsonNode>("/api/v1/groups"))!["items"]!.AsArray().Select(item => (string)item!["path"]!);

    private static Task<HttpStatusCode> PostAsync(HttpClient client, string url, object body) =>
        SendAsync(client, HttpMethod.Post, url, body);

    private static async Task<HttpStatusCode> SendAsync(HttpClient client, HttpMethod method, string url, object? body = null)
    {
        using var request = new HttpRequestMessage(method, "/api/v1/" + url) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await client.SendAsync(request);
        return response.StatusCode;
    }
}
