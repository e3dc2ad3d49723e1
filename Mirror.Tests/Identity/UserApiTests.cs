using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Tests.Hosting;

namespace Mirror.Tests.Identity;

public sealed class UserApiTests
{
    [Fact]
    public async Task Users_CreatedListedResetAndDeleted_ThroughTheApi()
    {
        await using var server = await MirrorServer.StartAsync();
        var http = server.AdminClient;

        using var created = await http.PostAsJsonAsync("/api/v1/users", new { name = "Alice", admin = true });
        var made = await created.Content.ReadFromJsonAsync<JsonObject>();
        Assert.Equal((HttpStatusCode.Created, "/api/v1/users/alice"), (created.StatusCode, created.Headers.Location?.OriginalString));
        Assert.True(((string)made!["password"]!).Length >= NewPassword.MinimumLength);

        using var again = await http.PostAsJsonAsync("/api/v1/users", new { name = "alice", password = "long enough to do" });
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);

        var list = await http.GetFromJsonAsync<JsonObject>("/api/v1/users");
        var alice = Assert.Single(list!["items"]!.AsArray())!;
        Assert.Equal(
            ("alice", true, true, "admin"),
            ((string)alice["name"]!, (bool)alice["admin"]!, (bool)alice["passwordIsTemporary"]!, (string)alice["createdBy"]!));

        using var reset = await http.PostAsJsonAsync("/api/v1/users/alice/password-reset", new { password = "another long password" });
        Assert.Null((await reset.Content.ReadFromJsonAsync<JsonObject>())!["password"]);
        using var demoted = await http.PatchAsJsonAsync("/api/v1/users/alice", new { admin = false });
        Assert.False((bool)(await demoted.Content.ReadFromJsonAsync<JsonObject>())!["admin"]!);
        using var deleted = await http.DeleteAsync("/api/v1/users/alice");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using var gone = await http.GetAsync("/api/v1/users/alice");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);

        await using var db = server.Services.GetRequiredService<CatalogDatabase>().CreateDbContext();
        Assert.Equal(
            ["user.create", "user.reset-password", "user.change", "user.delete"],
            await db.Audit.Where(row => row.Target == "alice").OrderBy(row => row.Id).Select(row => row.Action).ToListAsync());
    }

    [Theory]
    [InlineData("alice", "short", "expected at least 10")]
    [InlineData("alice", "aaaaaaaaaaaaaaa", "4 different")]
    [InlineData("alice/bob", null, "'alice/bob' is not a user name")]
    public async Task Create_WithInvalidInput_ReportsWhatIsExpectedWithoutThePassword(string name, string? password, string expected)
    {
        await using var server = await MirrorServer.StartAsync();

        using var answer = await server.AdminClient.PostAsJsonAsync("/api/v1/users", new { name, password });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        string problem = await answer.Content.ReadAsStringAsync();
        Assert.Contains(expected, JsonNode.Parse(problem)!["detail"]!.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(password ?? "\0", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Caller_WithAUserToken_SeesTheirRolesAndMayNotAdminister()
    {
        await using var server = await MirrorServer.StartAsync();
        using var client = await ClientOfAliceAsync(server);

        var caller = await client.GetFromJsonAsync<JsonObject>("/api/v1/user");
        using var users = await client.GetAsync("/api/v1/users");
        using var anonymous = await server.Client.GetAsync("/api/v1/user");

        Assert.Equal(("user", "alice", false), ((string)caller!["kind"]!, (string)caller["name"]!, (bool)caller["admin"]!));
        var role = Assert.Single(caller["roles"]!.AsArray())!;
        Assert.Equal(("default", "deployer"), ((string)role["path"]!, (string)role["role"]!));
        Assert.Equal(HttpStatusCode.Forbidden, users.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
    }

    [Fact]
    public async Task ChangePassword_OfTheCaller_RequiresTheCurrentOne()
    {
        await using var server = await MirrorServer.StartAsync();
        using var client = await ClientOfAliceAsync(server);

        using var wrong = await client.PutAsJsonAsync(
            "/api/v1/user/password", new { currentPassword = "a wrong password", newPassword = "through the looking glass" });
        using var right = await client.PutAsJsonAsync(
            "/api/v1/user/password", new { currentPassword = "wonderland is big", newPassword = "through the looking glass" });
        using var ofTheAdmin = await server.AdminClient.PutAsJsonAsync(
            "/api/v1/user/password", new { currentPassword = "x", newPassword = "through the looking glass" });

        Assert.Equal(
            (HttpStatusCode.Forbidden, HttpStatusCode.NoContent, HttpStatusCode.Conflict),
            (wrong.StatusCode, right.StatusCode, ofTheAdmin.StatusCode));
        Assert.NotNull(
            await server.Services.GetRequiredService<Passwords>().CheckAsync(
                "alice", "through the looking glass", null, CancellationToken.None));
    }

    private static async Task<HttpClient> ClientOfAliceAsync(MirrorServer server)
    {
        (await server.AdminClient.PostAsJsonAsync("/api/v1/users", new { name = "alice", password = "wonderland is big", passwordIsTemporary = false }))
            .EnsureSuccessStatusCode()
            .Dispose();
        await using var db = server.Services.GetRequiredService<CatalogDatabase>().CreateDbContext();
        var alice = await db.Principals.SingleAsync(row => row.Name == "alice");
        var (token, text) = AccessTokens.Make("test", TimeProvider.System.GetUtcNow(), null, Principal.Admin);
        token.PrincipalId = alice.Id;
        db.AccessTokens.Add(token);
        db.Memberships.Add(
            new MembershipRow { NamespaceId = MirrorDbContext.DefaultGroupId, PrincipalId = alice.Id, Role = Role.Deployer });
        await db.SaveChangesAsync();
        var client = server.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", text);
        return client;
    }
}
