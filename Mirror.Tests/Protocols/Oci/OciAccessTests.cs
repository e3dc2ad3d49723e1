using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Tests.Access;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Protocols.Oci;

/// <summary>The authentication of OCI clients, and the access to repositories.</summary>
public sealed class OciAccessTests : IAsyncLifetime
{
    private const string Name = $"providers/{Host}/example/hello";
    private const string Platform = $"platform/network/{Name}";
    private const string Policy = "/api/v1/groups/default/policy";
    private MirrorWithOrigin _mirror = null!;

    public async Task InitializeAsync()
    {
        _mirror = await StartAsync();
        await _mirror.Server.AddNamespacesAsync("platform", "platform/network");
        await _mirror.Server.Services.GetRequiredService<NamespaceWriter>().ChangeSettingsAsync(
            NamespacePath.Parse("platform/network"), CachingSetting.On, null, Principal.Admin, CancellationToken.None);
    }

    public async Task DisposeAsync() => await _mirror.DisposeAsync();

    [Fact]
    public async Task Install_FromAPrivateGroup_NeedsATokenAsPassword()
    {
        var viewer = await _mirror.Server.AddUserAsync("viewer", Role.Viewer, "platform");
        string token = viewer.DefaultRequestHeaders.Authorization!.Parameter!;
        var tofu = new OpenTofuClient(_mirror.Client, Platform, "any", token);

        Assert.Equal(["1.0.0", "1.1.0", "2.0.0"], await tofu.AvailableVersionsAsync());
        Assert.Equal(_mirror.OriginPackage().Content, await tofu.InstallAsync("1.0.0", "linux", "amd64"));
    }

    [Fact]
    public async Task Install_FromAPrivateGroup_IsRefusedWithoutARole()
    {
        var none = await _mirror.Server.AddUserAsync("none");
        string token = none.DefaultRequestHeaders.Authorization!.Parameter!;

        Assert.Equal(
            (HttpStatusCode.Unauthorized, "UNAUTHORIZED"), await RefusedAsync(new OpenTofuClient(_mirror.Client, Platform)));
        Assert.Equal(
            (HttpStatusCode.Unauthorized, "UNAUTHORIZED"), await RefusedAsync(new OpenTofuClient(_mirror.Client, Platform, "any", "wrong")));
        Assert.Equal(
            (HttpStatusCode.NotFound, "NAME_UNKNOWN"), await RefusedAsync(new OpenTofuClient(_mirror.Client, Platform, "any", token)));
        Assert.Empty(_mirror.Origin.Requests);
    }

    [Fact]
    public async Task Digest_OfAnotherGroup_IsUnknown()
    {
        var viewer = await _mirror.Server.AddUserAsync("viewer", Role.Viewer, "platform");
        var tofu = new OpenTofuClient(_mirror.Client, Platform, "any", viewer.DefaultRequestHeaders.Authorization!.Parameter!);
        var index = await tofu.ResolveAsync("1.0.0");
        var layer = await tofu.FindPackageAsync("1.0.0", "linux", "amd64");

        foreach (string path in new[] { $"manifests/{index.Digest}", $"blobs/{layer.Digest}" })
        {
            using var response = await _mirror.Client.GetAsync($"/v2/{Name}/{path}");
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
    }

    [Fact]
    public async Task Root_AsksForAToken_AndAcceptsEachKind()
    {
        using var challenged = await _mirror.Client.GetAsync("/v2/");
        string anonymous = await TokenAsync(null);
        string admin = await TokenAsync(new AuthenticationHeaderValue("Basic", Pair("admin", _mirror.Server.AdminToken)));
        using var posted = await _mirror.Client.PostAsync("/v2/token", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "refresh_token",
            ["refresh_token"] = _mirror.Server.AdminToken,
            ["service"] = "mirror",
            ["client_id"] = "oras-go",
            ["scope"] = $"repository:{Name}:pull",
        }));
        using var wrong = await _mirror.Client.PostAsync("/v2/token", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "password",
            ["username"] = "admin",
            ["password"] = "wrong",
        }));

        Assert.Equal(HttpStatusCode.Unauthorized, challenged.StatusCode);
        string authority = _mirror.Server.Url.Authority;
        Assert.Equal(
            $"Bearer realm=\"http://{authority}/v2/token\",service=\"{authority}\"",
            Assert.Single(challenged.Headers.GetValues("WWW-Authenticate")));
        Assert.Equal(HttpStatusCode.OK, await RootAsync("Bearer", anonymous));
        Assert.Equal(HttpStatusCode.OK, await RootAsync("Bearer", admin));
        Assert.Equal(HttpStatusCode.OK, await RootAsync("Basic", Pair("admin", admin)));
        Assert.Equal(HttpStatusCode.Unauthorized, await RootAsync("Bearer", "wrong"));
        Assert.Equal(
            _mirror.Server.AdminToken, (await posted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString());
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
    }

    [Fact]
    public async Task Policy_ThatDeniesAVersion_HidesItEverywhere()
    {
        var tofu = new OpenTofuClient(_mirror.Client, Name);
        var index = await tofu.ResolveAsync("2.0.0");
        var layer = await tofu.FindPackageAsync("2.0.0", "linux", "amd64");
        using var added = await _mirror.Server.AdminClient.PostAsJsonAsync(
            Policy + "/rules", new { kind = "deny", provider = $"{Host}/example/*", versions = ">= 2.0", comment = "not yet" });
        added.EnsureSuccessStatusCode();

        Assert.Equal(["1.0.0", "1.1.0"], await tofu.AvailableVersionsAsync());
        foreach (string path in new[] { "manifests/2.0.0", $"manifests/{index.Digest}", $"blobs/{layer.Digest}" })
        {
            using var response = await _mirror.Client.GetAsync($"/v2/{Name}/{path}");
            Assert.Equal(
                (451, "DENIED"), ((int)response.StatusCode, new OciException(response.StatusCode, await response.Content.ReadAsStringAsync()).Code));
        }
    }

    [Theory]
    [InlineData("Basic !!!")]
    [InlineData("Basic bm9jb2xvbg==")]
    [InlineData("Digest x")]
    public async Task Token_ForCredentialsThatCannotBeRead_IsRefused(string authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v2/token?service=mirror");
        Assert.True(request.Headers.TryAddWithoutValidation("Authorization", authorization));

        using var response = await _mirror.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    private static async Task<(HttpStatusCode Status, string Code)> RefusedAsync(OpenTofuClient tofu)
    {
        var refused = await Assert.ThrowsAsync<OciException>(() => tofu.AvailableVersionsAsync());
        return (refused.Status, refused.Code);
    }

    private static string Pair(string user, string password) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));

    private async Task<string> TokenAsync(AuthenticationHeaderValue? authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v2/token?service=mirror") { Headers = { Authorization = authorization } };
        using var response = await _mirror.Client.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
    }

    private async Task<HttpStatusCode> RootAsync(string scheme, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v2/")
        {
            Headers = { Authorization = new AuthenticationHeaderValue(scheme, value) },
        };
        using var response = await _mirror.Client.SendAsync(request);
        return response.StatusCode;
    }
}
