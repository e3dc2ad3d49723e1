using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Access;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Tests.Access;
using Mirror.Tests.Hosted.Publishing;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;

namespace Mirror.Tests.Audit;

/// <summary>
/// Every operation of the API that changes data, with its audit event. An operation that is in the OpenAPI document but not here fails the
/// test, so a new operation needs an entry here.
/// </summary>
public sealed class AuditedOperationsTests
{
    private const string Hello = $"{MirrorWithOrigin.Host}/example/hello";
    private const string HelloVersion = $"groups/default/providers/{Hello}/versions/1.0.0";

    private const string Registry = "groups/platform/registry";
    private const string Keys = Registry + "/namespaces/acme/keys";
    private const string Dns = Registry + "/providers/acme/dns";
    private const string Vpc = Registry + "/modules/acme/vpc/aws";

    private const string Fingerprint = "C874011F0AB405110D02105534365D9472D7468F";

    private sealed record Change(string Operation, string Event, string Method, string Path, object? Body = null)
    {
        /// <summary>The user who makes the change; null: the administrator.</summary>
        public string? By { get; init; }

        /// <summary>Whether that user has just signed in, which makes the id; the API has no such operation.</summary>
        public bool IsOfSession { get; init; }
    }

    /// <summary>Operations that take a document and change nothing.</summary>
    private static readonly string[] Reading = ["PreviewPolicy"];

    /// <summary>Operations that need a Git server: see <c>WebhookTests</c>, which look at their events.</summary>
    private static readonly string[] WithGit = ["DeliverWebhook", "PublishModuleTag"];

    private static readonly string[] Changing = ["post", "put", "patch", "delete"];

    /// <summary>The changes in order; <c>{id}</c> is the id that the previous change created.</summary>
    private static IEnumerable<Change> Changes(byte[] package, JsonElement proof) =>
    [
        new("CreateRootGroup", "group.create", "POST", "groups", new { name = "platform" }),
        new("CreateGroup", "group.create", "POST", "groups/platform/groups", new { name = "network" }),
        new("CreateWorkspace", "workspace.create", "POST", "groups/platform%2Fnetwork/workspaces", new { name = "prod" }),
        new("RenameNamespace", "workspace.rename", "PUT", "groups/platform%2Fnetwork%2Fprod/name", new { name = "live" }),
        new("ChangeSettings", "settings.change", "PATCH", "groups/platform/settings", new { automaticCaching = "on" }),
        new(
            "CreateServiceAccount",
            "service-account.create",
            "POST",
            "groups/platform/service-accounts",
            new { name = "ci", role = "viewer" }),
        new("SetMember", "member.change", "PUT", "groups/platform/members/platform%2Fci", new { role = "deployer" }),
        new("CreateToken", "token.create", "POST", "groups/platform/tokens", new { serviceAccount = "ci" }),
        new("RevokeToken", "token.revoke", "DELETE", "groups/platform/tokens/{id}"),
        new("AddTrust", "service-account.trust", "POST", "groups/platform/service-accounts/ci/trusts",
            new { issuer = "https://issuer.example.com", audience = "mirror", claims = new { sub = "repo:*" } }),
        new("RemoveTrust", "service-account.distrust", "DELETE", "groups/platform/service-accounts/ci/trusts/{id}"),
        new("RemoveMember", "member.remove", "DELETE", "groups/platform/members/platform%2Fci"),
        new("DeleteServiceAccount", "service-account.delete", "DELETE", "groups/platform/service-accounts/ci"),
        new("SetGroupMapping", "group-mapping.add", "PUT", "groups/platform/group-mappings", new { oidcGroup = "team", role = "viewer" }),
        new("RemoveGroupMapping", "group-mapping.remove", "DELETE", "groups/platform/group-mappings?oidcGroup=team"),
        new(
            "SetVariable",
            "variable.set",
            "PUT",
            "groups/platform/variables/TF_TOKEN_registry_example_com",
            new { value = "secret", sensitive = true }),
        new("DeleteVariable", "variable.delete", "DELETE", "groups/platform/variables/TF_TOKEN_registry_example_com"),
        new(
            "SetFederatedRegistry",
            "federation.set",
            "PUT",
            "groups/platform/federated-registries/registry.example.com",
            new { audience = "mirror" }),
        new("RemoveFederatedRegistry", "federation.remove", "DELETE", "groups/platform/federated-registries/registry.example.com"),
        new("CreateRegistryNamespace", "registry-namespace.create", "POST", $"{Registry}/namespaces", new { name = "acme" }),
        new("AddModuleSource", "module-source.add", "POST", $"{Registry}/sources/acme/vpc/aws", new { repository = "https://github.com/acme/vpc" }),
        new("SetWebhookSecret", "module-source.secret", "POST", $"{Registry}/sources/acme/vpc/aws/secret", new { }),
        new("RemoveModuleSource", "module-source.remove", "DELETE", $"{Registry}/sources/acme/vpc/aws"),
        new("AddRoute", "route.add", "POST", $"{Registry}/routes", new { source = "registry.terraform.io/mycompany/*", target = "acme" }),
        new("RemoveRoute", "route.remove", "DELETE", $"{Registry}/routes?source=registry.terraform.io%2Fmycompany%2F*"),
        new("AddSigningKey", "signing-key.add", "POST", Keys, new { asciiArmor = TestKeys.Publisher.ArmoredPublicKey }),
        new("PublishProvider", "version.publish", "POST", Dns + "/versions/1.0.0", new ReleaseFiles()),
        new("DeprecateProvider", "deprecation.set", "PUT", Dns + "/deprecation", new { message = "old" }),
        new("UndeprecateProvider", "deprecation.remove", "DELETE", Dns + "/deprecation"),
        new("DeprecateProviderVersion", "deprecation.set", "PUT", Dns + "/versions/1.0.0/deprecation", new { message = "old" }),
        new("UndeprecateProviderVersion", "deprecation.remove", "DELETE", Dns + "/versions/1.0.0/deprecation"),
        new("RetireSigningKey", "signing-key.retire", "POST", $"{Keys}/{TestKeys.Publisher.Fingerprint}/retire", new { }),
        new("RevokeSigningKey", "signing-key.revoke", "POST", $"{Keys}/{TestKeys.Publisher.Fingerprint}/revoke", new { reason = "stolen" }),
        new("GenerateSigningKey", "signing-key.generate", "POST", Keys + "/generate", new { owner = "Acme" }),
        new("PublishModule", "module.publish", "POST", Vpc + "/versions/1.0.0", ModuleTar.Make(("main.tf", "output \"a\" {\n  value = 1\n}\n"))),
        new("DeprecateModule", "deprecation.set", "PUT", Vpc + "/deprecation", new { message = "old" }),
        new("UndeprecateModule", "deprecation.remove", "DELETE", Vpc + "/deprecation"),
        new("DeprecateModuleVersion", "deprecation.set", "PUT", Vpc + "/versions/1.0.0/deprecation", new { message = "old" }),
        new("UndeprecateModuleVersion", "deprecation.remove", "DELETE", Vpc + "/versions/1.0.0/deprecation"),
        new("AddPolicyRule", "policy.add", "POST", "groups/platform/policy/rules", new { kind = "deny", provider = "example/evil" }),
        new("ChangePolicyRule", "policy.change", "PUT", "groups/platform/policy/rules/{id}", new { kind = "deny", provider = "example/worse" }),
        new("MovePolicyRule", "policy.move", "PUT", "groups/platform/policy/rules/{id}/position", new { position = 1 }),
        new("RemovePolicyRule", "policy.remove", "DELETE", "groups/platform/policy/rules/{id}"),
        new(
            "SetMinimumReleaseAge",
            "policy.minimum-release-age",
            "PUT",
            "groups/platform/policy/minimum-release-age",
            new { minimumReleaseAge = "72h" }),
        new("PinKey", "key.pin", "POST", "groups/platform/keys/pins", new { provider = "example/*", fingerprint = Fingerprint }),
        new("UnpinKey", "key.unpin", "DELETE", $"groups/platform/keys/pins?provider=example%2F*&fingerprint={Fingerprint}"),
        new("DeleteNamespace", "workspace.delete", "DELETE", "groups/platform%2Fnetwork%2Flive"),
        new(
            "CreateUser",
            "user.create",
            "POST",
            "users",
            new { name = "grace", password = "correct horse battery", passwordIsTemporary = false }),
        new("ChangeUser", "user.change", "PATCH", "users/grace", new { admin = true }),
        new("ResetPassword", "user.reset-password", "POST", "users/grace/password-reset", new { password = "staple horse battery" }),
        new(
            "ChangePassword",
            "user.change-password",
            "PUT",
            "user/password",
            new { currentPassword = "staple horse battery", newPassword = "another horse battery" }) { By = "grace" },
        new("CreateAccountToken", "token.create", "POST", "user/tokens", new { name = "laptop" }) { By = "grace" },
        new("RevokeAccountToken", "token.revoke", "DELETE", "user/tokens/{id}") { By = "grace" },
        new("EndSession", "user.sign-out", "DELETE", "user/sessions/{id}") { By = "grace", IsOfSession = true },
        new("DismissFirstStart", "first-start.end", "DELETE", "first-start"),
        new("DeleteUser", "user.delete", "DELETE", "users/grace"),
        new("CreateJob", "job.create", "POST", "groups/default/jobs"),
        new("EndJob", "job.end", "DELETE", "groups/default/jobs/{id}"),
        new("ImportPackage", "package.import", "PUT", $"{HelloVersion}/platforms/linux_amd64/package", package),
        new("ImportProof", "proof.import", "PUT", $"groups/platform/providers/{Hello}/versions/1.0.0/proof", proof),
        new("CheckIntegrity", "integrity.verify", "POST", "integrity-checks"),
        new("DeletePlatform", "package.delete", "DELETE", $"{HelloVersion}/platforms/linux_amd64"),
        new("DeleteVersion", "version.delete", "DELETE", "groups/platform/providers/mirror.example.com/acme/dns/versions/1.0.0"),
        new("DeleteModule", "module.delete", "DELETE", "groups/platform/modules/mirror.example.com/acme/vpc/aws/versions/1.0.0"),
        new("DeleteRegistryNamespace", "registry-namespace.delete", "DELETE", $"{Registry}/namespaces/acme"),
        new("Refresh", "documents.refresh", "POST", "groups/default/refresh", new { provider = Hello }),
        new(
            "StartSync",
            "sync.start",
            "POST",
            "groups/default/syncs",
            new { providers = new[] { new { provider = Hello, versions = "1.1.0" } }, platforms = new[] { "linux_amd64" } }),
        new("CancelSync", "sync.cancel", "DELETE", "groups/default/syncs/{id}"),
    ];

    [Fact]
    public async Task Operation_ThatChangesData_WritesItsEvent()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync(
            configure: options => options with { PublicUrl = new Uri("https://mirror.example.com") });
        // Without this gate, the sync would end before it is canceled.
        var gate = new Gate();
        mirror.Origin.Misbehave(RequestKind.Package, Fault.HangAfter(100, gate));
        await mirror.GetJsonAsync(MirrorWithOrigin.Base + "1.0.0.json");
        var proof = await mirror.Server.AdminClient.GetFromJsonAsync<JsonElement>($"/api/v1/{HelloVersion}/proof");
        var changes = Changes(mirror.OriginPackage().Content, proof).ToList();

        string id = "";
        foreach (var change in changes)
        {
            var client = change.By is { } user ? await ClientOfAsync(mirror, user) : mirror.Server.AdminClient;
            id = change.IsOfSession ? await SignInAsync(mirror, change.By!) : id;
            long last = await LastEventAsync(mirror);
            id = await DoAsync(client, change, id);

            var events = await mirror.QueryAsync(db => db.Audit.Where(row => row.Id > last).ToListAsync());
            var told = events.Find(row => row.Action == change.Event);
            Assert.True(
                told is not null,
                $"{change.Operation} leaves no event {change.Event}, but {string.Join(", ", events.Select(row => row.Action))}.");
            Assert.Equal(
                (change.Operation, true, change.By ?? "admin", "127.0.0.1"),
                (change.Operation, told.Succeeded, told.Principal, told.RemoteAddress));
            Assert.True(told.Target is not null
                || told.Provider is not null
                || told.Detail is not null, $"The event of {change.Operation} does not say what it is about.");
            Assert.Equal(
                (change.Operation, change.Path.StartsWith("groups", StringComparison.Ordinal)),
                (change.Operation, told.RootGroupId is not null));
        }

        gate.Open();
        Assert.Equal(await OperationsAsync(mirror), changes.Select(change => change.Operation).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Endpoint_OutsideTheApiThatChangesData_IsListed()
    {
        await using var server = await Hosting.MirrorServer.StartAsync();

        var endpoints = server.Services.GetRequiredService<IEnumerable<EndpointDataSource>>()
            .SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is null)
            .Where(endpoint =>
                endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Any(
                    method => Changing.Contains(method, StringComparer.OrdinalIgnoreCase)) == true)
            .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/'))
            .Where(path => !path.StartsWith("/api/", StringComparison.Ordinal) && !path.StartsWith("/_blazor", StringComparison.Ordinal));

        // module.publish and version.publish, as in the API; user.sign-out; consent, which changes nothing yet; token.create
        // (TerraformLoginTests); tokens of the OCI protocol, which are not stored.
        Assert.Equal(
            ["/publish/module", "/publish/provider", "/sign-out", "/terraform-login/consent", "/terraform-login/token", "/v2/token"],
            endpoints.Order(StringComparer.Ordinal));
    }

    private static async Task<IEnumerable<string>> OperationsAsync(MirrorWithOrigin mirror)
    {
        var document = await mirror.Client.GetFromJsonAsync<JsonObject>("/openapi/v1.json");
        return document!["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Where(operation => Changing.Contains(operation.Key, StringComparer.Ordinal)))
            .Select(operation => (string)operation.Value!["operationId"]!).Except(Reading).Except(WithGit).Order(StringComparer.Ordinal);
    }

    /// <returns>The id of the created object; otherwise the given id.</returns>
    private static async Task<string> DoAsync(HttpClient client, Change change, string id)
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(change.Method), "/api/v1/" + change.Path.Replace("{id}", id, StringComparison.Ordinal));
        request.Content = change.Body switch
        {
            null => null,
            byte[] package => new ByteArrayContent(package),
            ReleaseFiles release => release.ToContent(),
            _ => JsonContent.Create(change.Body),
        };
        using var response = await client.SendAsync(request);
        string answer = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{change.Operation}: {(int)response.StatusCode} {answer}");
        return answer.StartsWith('{') && JsonNode.Parse(answer)!["id"] is { } made ? made.ToString() : id;
    }

    private static async Task<HttpClient> ClientOfAsync(MirrorWithOrigin mirror, string user)
    {
        var row = await mirror.QueryAsync(db => db.Principals.SingleAsync(principal => principal.Name == user));
        var token = await mirror.Server.Services.GetRequiredService<AccessTokens>()
            .CreateAsync(row.Id, "test", null, Principal.System, CancellationToken.None);
        return mirror.Server.CreateClient(token.Token);
    }

    /// <returns>The id of the session.</returns>
    private static async Task<string> SignInAsync(MirrorWithOrigin mirror, string user)
    {
        var row = await mirror.QueryAsync(db => db.Principals.SingleAsync(principal => principal.Name == user));
        var subject = await mirror.Server.Services.GetRequiredService<Subjects>().FindAsync(row.Id, CancellationToken.None);
        await mirror.Server.Services.GetRequiredService<UserSessions>().BeginAsync(subject!, "", "test", CancellationToken.None);
        var session = await mirror.QueryAsync(db => db.Sessions.SingleAsync(session => session.PrincipalId == row.Id));
        return session.Id.ToString(CultureInfo.InvariantCulture);
    }

    private static Task<long> LastEventAsync(MirrorWithOrigin mirror) =>
        mirror.QueryAsync(db => db.Audit.Select(row => row.Id).DefaultIfEmpty().MaxAsync());
}
