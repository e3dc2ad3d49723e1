using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Configuration;
using Mirror.Core.Credentials.Secrets;
using Mirror.Core.Database;
using Mirror.Core.Upstream;
using Mirror.Tests.Hosting;
using Mirror.Tests.Protocols;
using Mirror.Tests.Time;

namespace Mirror.Tests.Access;

/// <summary>Two servers use one database. A change on one takes effect on the other within a second.</summary>
public sealed class ReplicaTests : IAsyncLifetime
{
    private const string Token = "the-admin-token-of-both";

    private readonly ManualTimeProvider _time = new();
    private MirrorServer _here = null!;
    private MirrorWithOrigin _there = null!;

    public async Task InitializeAsync()
    {
        _here = await MirrorServer.StartAsync(options => options with { Auth = options.Auth with { AdminToken = Token } }, _time);
        _there = await MirrorWithOrigin.StartAsync(
            configure: options => options with
            {
                Auth = options.Auth with { AdminToken = Token },
                Database = MigratedDatabase.IsPostgreSql
                    ? _here.Host.Options.Database
                    : new DatabaseOptions { ConnectionString = $"Data Source={_here.Host.Options.DatabasePath};Default Timeout=30" },
            },
            time: _time,
            // Replicas must use the same keys.
            services: services => services.AddSingleton(_here.Services.GetRequiredService<ISecretKeyStore>()));
        await ChangeAsync(HttpMethod.Post, "groups", new { name = "platform" });
        await ChangeAsync(HttpMethod.Patch, "groups/platform/settings", new { anonymousRead = true });
        AdvanceOneSecond();
    }

    public async Task DisposeAsync()
    {
        await _there.DisposeAsync();
        await _here.DisposeAsync();
    }

    [Fact]
    public async Task Group_CreatedOnOneReplica_IsFoundOnTheOther()
    {
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync("/api/v1/groups/platform%2Fnetwork", asAdmin: true));

        await ChangeAsync(HttpMethod.Post, "groups/platform/groups", new { name = "network" });
        AdvanceOneSecond();

        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/api/v1/groups/platform%2Fnetwork", asAdmin: true));
    }

    [Fact]
    public async Task AnonymousRead_TurnedOffOnOneReplica_IsOffOnTheOther()
    {
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/api/v1/groups/platform"));

        await ChangeAsync(HttpMethod.Patch, "groups/platform/settings", new { anonymousRead = false });
        AdvanceOneSecond();

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("/api/v1/groups/platform"));
    }

    [Fact]
    public async Task Policy_ChangedOnOneReplica_AppliesToCachedDocumentsOfTheOther()
    {
        const string Index = MirrorWithOrigin.Base + "index.json";
        var before = await _there.GetJsonAsync(Index);

        await ChangeAsync(
            HttpMethod.Post,
            "groups/default/policy/rules",
            new { kind = "deny", provider = $"{MirrorWithOrigin.Host}/example/hello", versions = "< 2.0.0" });
        AdvanceOneSecond();

        var after = await _there.GetJsonAsync(Index);
        Assert.Equal((3, 1), (Versions(before), Versions(after)));

        static int Versions(JsonElement index) => index.GetProperty("versions").EnumerateObject().Count();
    }

    [Fact]
    public async Task Variable_SetOnOneReplica_IsUsedByTheOther()
    {
        var credentials = _there.Server.Services.GetRequiredService<IOriginCredentials>();
        Assert.True((await FindAsync()).Identity.IsNone);

        await ChangeAsync(
            HttpMethod.Put, "groups/default/variables/TF_TOKEN_registry_example_com", new { value = "a-token", sensitive = true });
        AdvanceOneSecond();

        Assert.Equal(CredentialIdentity.Namespace(MirrorDbContext.DefaultGroupId), (await FindAsync()).Identity);

        async Task<OriginCredential> FindAsync()
        {
            // Any request checks for changes.
            await StatusAsync("/api/v1/groups/default");
            return await credentials.FindAsync(MirrorDbContext.DefaultGroupId, MirrorWithOrigin.Name, CancellationToken.None);
        }
    }

    [Fact]
    public async Task Token_RevokedOnOneReplica_IsRejectedByTheOther()
    {
        using var made = await _here.AdminClient.PostAsJsonAsync("/api/v1/groups/platform/tokens", new { name = "ci", role = "viewer" });
        var token = await made.Content.ReadFromJsonAsync<JsonElement>();
        using var client = _there.Server.CreateClient(token.GetProperty("token").GetString()!);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/user")).StatusCode);

        await ChangeAsync(HttpMethod.Delete, $"groups/platform/tokens/{token.GetProperty("id")}", null);
        AdvanceOneSecond();

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/user")).StatusCode);
    }

    [Fact]
    public void Cookie_IssuedByOneReplica_IsAcceptedByTheOther()
    {
        string made = Protector(_here).Protect("who signed in");

        Assert.Equal("who signed in", Protector(_there.Server).Unprotect(made));

        static IDataProtector Protector(MirrorServer server) =>
            server.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test");
    }

    [Fact]
    public async Task CookieKeys_InTheDatabase_AreEncrypted()
    {
        Assert.NotNull(_here.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test").Protect("anything"));

        var settings = await _here.Services.GetRequiredService<InstanceSettings>().ListAsync("cookie-key:", CancellationToken.None);

        Assert.DoesNotContain(
            "masterKey", Encoding.UTF8.GetString(Convert.FromBase64String(Assert.Single(settings).Value)), StringComparison.Ordinal);
    }

    /// <summary>The host's clock is set back in the meantime. The second still passes.</summary>
    [Fact]
    public async Task Version_DeletedOnOneReplica_GetsANewProofOnTheOther()
    {
        const string Version = MirrorWithOrigin.Base + "1.0.0.json";
        var provider = _there.Origin.Provider("example/hello");
        await _there.GetJsonAsync(Version);
        provider.RemoveVersion("1.0.0").AddVersion("1.0.0", version => version.PackageSize(5000));

        await ChangeAsync(HttpMethod.Delete, $"groups/default/providers/{MirrorWithOrigin.Host}/example/hello/versions/1.0.0", null);
        AdvanceOneSecond();

        Assert.Contains(_there.OriginPackage().ZipHash, (await _there.GetJsonAsync(Version)).GetRawText(), StringComparison.Ordinal);
    }

    private void AdvanceOneSecond()
    {
        _time.SetWallClock(_time.GetUtcNow().AddHours(-1));
        _time.Advance(TimeSpan.FromSeconds(1));
    }

    private async Task ChangeAsync(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, "/api/v1/" + path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await _here.AdminClient.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {response.StatusCode}");
    }

    private async Task<HttpStatusCode> StatusAsync(string path, bool asAdmin = false)
    {
        using var response = await (asAdmin ? _there.Server.AdminClient : _there.Client).GetAsync(path);
        return response.StatusCode;
    }
}
