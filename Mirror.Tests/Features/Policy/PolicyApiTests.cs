using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Mirror.Tests.Protocols;

namespace Mirror.Tests.Features.Policy;

public sealed class PolicyApiTests
{
    private const string Policy = "/api/v1/groups/default/policy";

    [Fact]
    public async Task DenyRule_AddedAndRemoved_TakesEffectImmediately()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();
        Assert.True(await ListsAsync(mirror, "2.0.0"));

        using var added = await mirror.Server.AdminClient.PostAsJsonAsync(
            Policy + "/rules",
            new { kind = "deny", provider = $"{MirrorWithOrigin.Host}/example/*", versions = ">= 2.0", comment = "not yet" });
        bool hidden = !await ListsAsync(mirror, "2.0.0");
        using var document = await mirror.Client.GetAsync(MirrorWithOrigin.Base + "2.0.0.json");
        using var package = await mirror.Client.GetAsync(MirrorWithOrigin.Base + "terraform-provider-hello_2.0.0_linux_amd64.zip");
        long id = (await added.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetInt64();
        using var removed = await mirror.Server.AdminClient.DeleteAsync($"{Policy}/rules/{id}");

        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        Assert.True(hidden);
        Assert.Equal(HttpStatusCode.UnavailableForLegalReasons, document.StatusCode);
        Assert.Contains("not yet", await document.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnavailableForLegalReasons, package.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        Assert.True(await ListsAsync(mirror, "2.0.0"));
    }

    [Fact]
    public async Task Policy_WithInvalidInput_IsRejectedByName()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();

        using var pattern = await mirror.Server.AdminClient.PostAsJsonAsync(Policy + "/rules", new { kind = "deny", provider = "a/b/c/d" });
        using var kind = await mirror.Server.AdminClient.PostAsJsonAsync(Policy + "/rules", new { kind = "maybe", provider = "a/b" });
        using var age = await mirror.Server.AdminClient.PutAsJsonAsync(Policy + "/minimum-release-age", new { minimumReleaseAge = "soon" });

        Assert.Equal(HttpStatusCode.BadRequest, pattern.StatusCode);
        Assert.Contains("a/b/c/d", await pattern.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, kind.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, age.StatusCode);
        Assert.Contains("'soon'", await age.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MinimumReleaseAge_Set_IsReturned()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();

        using var set = await mirror.Server.AdminClient.PutAsJsonAsync(Policy + "/minimum-release-age", new { minimumReleaseAge = "72h" });

        Assert.Equal(HttpStatusCode.NoContent, set.StatusCode);
        Assert.Equal("3.00:00:00", await MinimumReleaseAgeAsync(mirror));
    }

    [Fact]
    public async Task MinimumReleaseAge_AsReturned_CanBeSetAgain()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();
        using var set = await mirror.Server.AdminClient.PutAsJsonAsync(Policy + "/minimum-release-age", new { minimumReleaseAge = "36h" });

        using var again = await mirror.Server.AdminClient.PutAsJsonAsync(
            Policy + "/minimum-release-age", new { minimumReleaseAge = await MinimumReleaseAgeAsync(mirror) });

        Assert.Equal(HttpStatusCode.NoContent, again.StatusCode);
        Assert.Equal("1.12:00:00", await MinimumReleaseAgeAsync(mirror));
    }

    [Theory]
    [InlineData("""{"age":"72h"}""", "'age' is not a member of this document; expected minimumReleaseAge.")]
    [InlineData("""{"minimumReleaseAge":"72h","unit":"h"}""", "'unit' is not a member of this document; expected minimumReleaseAge.")]
    [InlineData("", "The body is missing; expected a JSON document")]
    [InlineData("null", "The body is missing; expected a JSON document")]
    [InlineData("{}", "minimumReleaseAge is missing; expected a value.")]
    [InlineData("""{"minimumReleaseAge":"72h","minimumReleaseAge":null}""", "'minimumReleaseAge'")]
    public async Task MinimumReleaseAge_WithUnknownProperties_IsRejectedByNameAndUnchanged(string body, string expected)
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();
        using var set = await mirror.Server.AdminClient.PutAsJsonAsync(Policy + "/minimum-release-age", new { minimumReleaseAge = "72h" });

        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var refused = await mirror.Server.AdminClient.PutAsync(Policy + "/minimum-release-age", content);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains(
            expected, (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("3.00:00:00", await MinimumReleaseAgeAsync(mirror));
    }

    private static async Task<string?> MinimumReleaseAgeAsync(MirrorWithOrigin mirror) =>
        (await mirror.GetJsonAsync(Policy)).GetProperty("minimumReleaseAge").GetString();

    private static async Task<bool> ListsAsync(MirrorWithOrigin mirror, string version) =>
        (await mirror.GetJsonAsync(MirrorWithOrigin.Base + "index.json")).GetProperty("versions").TryGetProperty(version, out _);
}
