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
    public async Task Rule_Disabled_IsKeptAndNotApplied()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();
        using var added = await mirror.Server.AdminClient.PostAsJsonAsync(
            Policy + "/rules", new { kind = "deny", provider = $"{MirrorWithOrigin.Host}/example/*" });
        long id = (await added.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetInt64();

        using var changed = await mirror.Server.AdminClient.PutAsJsonAsync(
            $"{Policy}/rules/{id}", new { kind = "deny", provider = $"{MirrorWithOrigin.Host}/example/*", comment = "later", enabled = false });
        var rule = (await mirror.GetJsonAsync(Policy)).GetProperty("rules")[0];
        using var missing = await mirror.Server.AdminClient.PutAsJsonAsync(
            $"{Policy}/rules/{id + 1}", new { kind = "deny", provider = "example/*" });

        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal(
            (false, "later", "admin", "admin"),
            (rule.GetProperty("enabled").GetBoolean(), rule.GetProperty("comment").GetString(),
                rule.GetProperty("createdBy").GetString(), rule.GetProperty("changedBy").GetString()));
        Assert.True(await ListsAsync(mirror, "2.0.0"));
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task Preview_OfAChange_CountsWhatIsStoredAndListedAndChangesNothing()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();
        await mirror.Client.GetByteArrayAsync($"{MirrorWithOrigin.Base}terraform-provider-hello_1.0.0_linux_amd64.zip");
        await mirror.WhenIdleAsync();
        var rule = new { kind = "deny", provider = $"{MirrorWithOrigin.Host}/example/*" };

        var add = await PreviewAsync(mirror, new { rule });
        using var added = await mirror.Server.AdminClient.PostAsJsonAsync(Policy + "/rules", rule);
        long id = (await added.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetInt64();
        var again = await PreviewAsync(mirror, new { rule });
        var remove = await PreviewAsync(mirror, new { ruleId = id });
        var narrow = await PreviewAsync(mirror, new { ruleId = id, rule = new { rule.kind, rule.provider, versions = ">= 2.0" } });
        var disable = await PreviewAsync(mirror, new { ruleId = id, rule = new { rule.kind, rule.provider, enabled = false } });

        Assert.Equal(((1, 2), (0, 0)), add);
        Assert.Equal(((0, 0), (0, 0)), again);
        Assert.Equal(((0, 0), (1, 2)), remove);
        Assert.Equal(((0, 0), (1, 1)), narrow);
        Assert.Equal(((0, 0), (1, 2)), disable);
        Assert.Single((await mirror.GetJsonAsync(Policy)).GetProperty("rules").EnumerateArray());
    }

    [Fact]
    public async Task Preview_WithoutThePermissionToChangeThePolicy_IsRefused()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();

        using var anonymous = await mirror.Client.PostAsJsonAsync(Policy + "/preview", new { minimumReleaseAge = "3d" });
        using var unknown = await mirror.Server.AdminClient.PostAsJsonAsync(Policy + "/preview", new { ruleId = 9 });
        using var invalid = await mirror.Server.AdminClient.PostAsJsonAsync(Policy + "/preview", new { minimumReleaseAge = "soon" });

        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, invalid.StatusCode);
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

    private static async Task<((int Stored, int Listed) Hidden, (int Stored, int Listed) Shown)> PreviewAsync(
        MirrorWithOrigin mirror, object change)
    {
        using var response = await mirror.Server.AdminClient.PostAsJsonAsync(Policy + "/preview", change);
        var effect = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
        return (Count(effect.GetProperty("hidden")), Count(effect.GetProperty("shown")));

        static (int, int) Count(JsonElement affected) =>
            (affected.GetProperty("stored").GetInt32(), affected.GetProperty("listed").GetInt32());
    }

    private static async Task<string?> MinimumReleaseAgeAsync(MirrorWithOrigin mirror) =>
        (await mirror.GetJsonAsync(Policy)).GetProperty("minimumReleaseAge").GetString();

    private static async Task<bool> ListsAsync(MirrorWithOrigin mirror, string version) =>
        (await mirror.GetJsonAsync(MirrorWithOrigin.Base + "index.json")).GetProperty("versions").TryGetProperty(version, out _);
}
