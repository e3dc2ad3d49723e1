using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Tests.Fetching;
using Mirror.Tests.Hosting;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;

namespace Mirror.Tests.Access;

/// <summary>
/// Two callers make the same change concurrently. Both have read, and neither has written, when the gate opens. One writes. The other gets
/// the new state, and never a server error.
/// </summary>
public sealed class ConcurrentChangeTests
{
    private const string Group = "groups/platform";

    [Theory]
    [InlineData("PUT", Group + "/members/ada", """{"role":"viewer"}""", "member.add", 200, 200)]
    [InlineData("DELETE", Group + "/members/ada", null, "member.remove", 204, 404)]
    [InlineData("PUT", Group + "/group-mappings", """{"oidcGroup":"team","role":"viewer"}""", "group-mapping.add", 200, 200)]
    [InlineData("DELETE", Group + "/group-mappings?oidcGroup=team", null, "group-mapping.remove", 204, 404)]
    [InlineData("POST", Group + "/service-accounts", """{"name":"ci","role":"viewer"}""", "service-account.create", 201, 409)]
    [InlineData("DELETE", Group + "/service-accounts/ci", null, "service-account.delete", 204, 404)]
    [InlineData("POST", Group + "/tokens", """{"name":"ci","role":"viewer"}""", "service-account.create", 201, 201)]
    [InlineData("PUT", Group + "/variables/TF_TOKEN_registry_example_com", """{"value":"token"}""", "variable.set", 204, 204)]
    [InlineData("DELETE", Group + "/variables/TF_TOKEN_registry_example_com", null, "variable.delete", 204, 404)]
    [InlineData("PUT", Group + "/federated-registries/registry.example.com", """{"audience":"mirror"}""", "federation.set", 204, 204)]
    [InlineData("DELETE", Group + "/federated-registries/registry.example.com", null, "federation.remove", 204, 404)]
    [InlineData("POST", Group + "/refresh", """{"provider":"example/hello"}""", "documents.refresh", 204, 204)]
    [InlineData("POST", "users", """{"name":"grace"}""", "user.create", 201, 409)]
    [InlineData("DELETE", "users/grace", null, "user.delete", 204, 404)]
    [InlineData("PATCH", Group + "/settings", """{"automaticCaching":"on"}""", "settings.change", 200, 200)]
    public async Task Change_ByTwoCallersAtOnce_HappensOnceAndAnswersBoth(
        string method, string path, string? body, string action, int first, int second)
    {
        var gate = new ChangeGate(action);
        await using var server = await StartAsync(gate);
        await PrepareAsync(server, method, path);

        gate.Close();
        Task<HttpStatusCode>[] both = [SendAsync(server, method, path, body), SendAsync(server, method, path, body)];
        await gate.WhenReached(2);
        gate.Open();

        Assert.Equal([first, second], (await Task.WhenAll(both)).Select(status => (int)status).Order());
    }

    [Theory]
    [InlineData("groups", """{"name":"new"}""", "group.create")]
    [InlineData(Group + "/groups", """{"name":"new"}""", "group.create")]
    [InlineData(Group + "/workspaces", """{"name":"new"}""", "workspace.create")]
    public async Task Namespace_CreatedByTwoCallers_ExistsOnce(string path, string body, string action)
    {
        var gate = new ChangeGate(action);
        await using var server = await StartAsync(gate);
        await PrepareAsync(server, "POST", path);

        gate.Close();
        Task<HttpStatusCode>[] both = [SendAsync(server, "POST", path, body), SendAsync(server, "POST", path, body)];
        // The other caller waits in the database for the first, and reads only afterwards.
        await gate.WhenReached(1);
        gate.Open();

        Assert.Equal([201, 409], (await Task.WhenAll(both)).Select(status => (int)status).Order());
    }

    [Theory]
    [InlineData("PUT", "members/ada", """{"role":"viewer"}""", "member.add", 409)]
    [InlineData("PUT", "group-mappings", """{"oidcGroup":"team","role":"viewer"}""", "group-mapping.add", 409)]
    [InlineData("POST", "service-accounts", """{"name":"ci","role":"viewer"}""", "service-account.create", 409)]
    [InlineData("POST", "tokens", """{"name":"ci","role":"viewer"}""", "service-account.create", 409)]
    [InlineData("PUT", "variables/TF_TOKEN_registry_example_com", """{"value":"token"}""", "variable.set", 409)]
    [InlineData("PUT", "federated-registries/registry.example.com", """{"audience":"mirror"}""", "federation.set", 409)]
    [InlineData("POST", "policy/rules", """{"kind":"deny","provider":"example/hello"}""", "policy.add", 409)]
    [InlineData("POST", "jobs", null, "job.create", 409)]
    [InlineData("POST", "refresh", "{}", "documents.refresh", 409)]
    [InlineData("PATCH", "settings", """{"automaticCaching":"on"}""", "settings.change", 404)]
    public async Task Change_InAGroupThatIsBeingDeleted_IsRejectedAndLeavesNoRows(
        string method, string path, string? body, string action, int status)
    {
        var gate = new ChangeGate(action);
        await using var server = await StartAsync(gate);
        await PrepareAsync(server, method, path);

        gate.Close();
        var change = SendAsync(server, method, $"{Group}/{path}", body);
        await gate.WhenReached(1);
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync(server, "DELETE", Group + "?force=true", null));
        gate.Open();

        Assert.Equal(status, (int)await change);
        Assert.False(await MirrorWithOrigin.QueryAsync(server, db => db.Audit.AnyAsync(row => row.Action == action)));
    }

    private static Task<MirrorServer> StartAsync(ChangeGate gate) =>
        MirrorServer.StartAsync(services: services => services.AddSingleton<IDbContextFactory<MirrorDbContext>>(
        provider => InterceptedDatabase.Over(provider.GetRequiredService<MirrorOptions>(), gate)));

    /// <summary>Creates the object that is to be deleted, and the group that contains it.</summary>
    private static async Task PrepareAsync(MirrorServer server, string method, string path)
    {
        await server.AddUserAsync("ada");
        await SendAsync(server, "POST", "groups", """{"name":"platform"}""");
        if (method != "DELETE")
        {
            return;
        }

        await SendAsync(server, "POST", "users", """{"name":"grace"}""");
        await SendAsync(server, "PUT", Group + "/members/ada", """{"role":"viewer"}""");
        await SendAsync(server, "PUT", Group + "/group-mappings", """{"oidcGroup":"team","role":"viewer"}""");
        await SendAsync(server, "POST", Group + "/service-accounts", """{"name":"ci"}""");
        await SendAsync(server, "PUT", Group + "/variables/TF_TOKEN_registry_example_com", """{"value":"token"}""");
        await SendAsync(server, "PUT", Group + "/federated-registries/registry.example.com", """{"audience":"mirror"}""");
    }

    private static async Task<HttpStatusCode> SendAsync(MirrorServer server, string method, string path, string? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/api/v1/" + path);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await server.AdminClient.SendAsync(request);
        return response.StatusCode;
    }

    /// <summary>Holds every caller that is about to save a change with this audit event.</summary>
    private sealed class ChangeGate(string action) : SaveChangesInterceptor
    {
        private volatile Gate? _gate;

        public void Close() => _gate = new Gate();

        public Task WhenReached(int count) => _gate!.WhenReached(count);

        public void Open() => _gate!.Open();

        public override async ValueTask<InterceptionResult<int>> SavingChangesAsync(
            DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            if (_gate is { } gate
            && eventData.Context!.ChangeTracker.Entries<AuditRow>().Any(entry => entry.State == EntityState.Added
                && entry.Entity.Action == action))
            {
                await gate.PassThroughAsync(cancellationToken);
            }

            return result;
        }
    }
}
