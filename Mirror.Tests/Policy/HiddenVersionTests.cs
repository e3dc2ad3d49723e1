using System.Net.Http.Json;
using System.Text.Json;
using Mirror.Tests.Cli;
using Mirror.Tests.Protocols;
using Mirror.Tests.Time;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Policy;

/// <summary>Stored versions that policy hides: clients do not get them, and the API and the commands report why.</summary>
public sealed class HiddenVersionTests
{
    private const string Versions = "/api/v1/groups/default/versions";
    private const string Policy = "/api/v1/groups/default/policy";

    [Fact]
    public async Task Version_ThatARuleDenies_IsMarkedInTheApi()
    {
        await using var mirror = await StartAsync();
        await StoreAsync(mirror, "1.0.0", "2.0.0");
        using var added = await mirror.Server.AdminClient.PostAsJsonAsync(
            Policy + "/rules", new { kind = "deny", provider = $"{Host}/example/*", versions = ">= 2.0", comment = "not yet" });
        long rule = (await added.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetInt64();

        var list = (await mirror.GetJsonAsync(Versions)).GetProperty("items").EnumerateArray().ToDictionary(
            item => item.GetProperty("version").GetString()!, item => item.GetProperty("blockedBy"));
        var version = (await mirror.GetJsonAsync(VersionUrl("2.0.0"))).GetProperty("blockedBy");

        Assert.Equal(JsonValueKind.Null, list["1.0.0"].ValueKind);
        Assert.Equal(JsonValueKind.Null, (await mirror.GetJsonAsync(VersionUrl("1.0.0"))).GetProperty("blockedBy").ValueKind);
        foreach (var block in new[] { list["2.0.0"], version })
        {
            Assert.Equal("Deny registry.example.com/example/* >= 2.0 (not yet)", block.GetProperty("rule").GetString());
            Assert.Equal(rule, block.GetProperty("ruleId").GetInt64());
            Assert.Equal(
                "the rule 'Deny registry.example.com/example/* >= 2.0 (not yet)' denies it", block.GetProperty("reason").GetString());
            Assert.Equal(JsonValueKind.Null, block.GetProperty("until").ValueKind);
        }
    }

    [Fact]
    public async Task Version_ThatIsTooNew_IsMarkedUntilItIsOldEnough()
    {
        var time = new ManualTimeProvider();
        await using var mirror = await StartAsync(time: time);
        await StoreAsync(mirror, "1.0.0");
        mirror.Origin.Provider("example/hello").AddVersions("3.0.0");
        time.Advance(TimeSpan.FromHours(1));
        await StoreAsync(mirror, "3.0.0");
        var seen = time.GetUtcNow();
        using var preview = await mirror.Server.AdminClient.PostAsJsonAsync(Policy + "/preview", new { minimumReleaseAge = "3d" });
        var hides = (await preview.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("hidden").GetProperty("stored").GetInt32();
        using var age = await mirror.Server.AdminClient.PutAsJsonAsync(
            Policy + "/minimum-release-age", new { minimumReleaseAge = "3d" });
        age.EnsureSuccessStatusCode();

        var young = (await mirror.GetJsonAsync(VersionUrl("3.0.0"))).GetProperty("blockedBy");
        using var refused = await mirror.Client.GetAsync(Base + "3.0.0.json");
        var listed = (await mirror.GetJsonAsync(Versions)).GetProperty("items").EnumerateArray().Select(
            item => (item.GetProperty("version").GetString(), item.GetProperty("blockedBy").ValueKind == JsonValueKind.Null)).ToList();
        var hidden = (await mirror.GetJsonAsync(Versions + "?hidden=true")).GetProperty("items").EnumerateArray()
            .Select(item => item.GetProperty("version").GetString()).ToList();
        time.Advance(TimeSpan.FromDays(3));
        var old = (await mirror.GetJsonAsync(VersionUrl("3.0.0"))).GetProperty("blockedBy");
        using var served = await mirror.Client.GetAsync(Base + "3.0.0.json");

        Assert.Equal(seen + TimeSpan.FromDays(3), young.GetProperty("until").GetDateTimeOffset(), TimeSpan.FromSeconds(1));
        Assert.Equal(JsonValueKind.Null, young.GetProperty("rule").ValueKind);
        Assert.Equal(1, hides);
        Assert.Equal([("3.0.0", false), ("1.0.0", true)], listed);
        Assert.Equal(["3.0.0"], hidden);
        Assert.Equal(JsonValueKind.Null, old.ValueKind);
        Assert.Equal((451, 200), ((int)refused.StatusCode, (int)served.StatusCode));
    }

    [Fact]
    public async Task Rule_OfAnotherRootGroup_MarksNothing()
    {
        await using var mirror = await StartAsync();
        await StoreAsync(mirror, "1.0.0");
        (await mirror.Server.AdminClient.PostAsJsonAsync("/api/v1/groups", new { name = "other" })).EnsureSuccessStatusCode().Dispose();
        using var added = await mirror.Server.AdminClient.PostAsJsonAsync(
            "/api/v1/groups/other/policy/rules", new { kind = "deny", provider = $"{Host}/example/*" });
        added.EnsureSuccessStatusCode();

        var version = await mirror.GetJsonAsync(VersionUrl("1.0.0"));

        Assert.Equal(JsonValueKind.Null, version.GetProperty("blockedBy").ValueKind);
    }

    [Fact]
    public async Task ListVersions_WithHiddenOnes_HasAColumnThatNamesTheRule()
    {
        await using var mirror = await StartAsync();
        await StoreAsync(mirror, "1.0.0", "2.0.0");
        var before = await CommandLine.RunAsync(mirror.Server, "list-versions", "default");
        using var added = await mirror.Server.AdminClient.PostAsJsonAsync(
            Policy + "/rules", new { kind = "deny", provider = $"{Host}/example/*", versions = ">= 2.0" });
        added.EnsureSuccessStatusCode();

        var list = await CommandLine.RunAsync(mirror.Server, "list-versions", "default");
        var version = await CommandLine.RunAsync(mirror.Server, "get-version", $"{Host}/example/hello", "2.0.0");
        var search = await CommandLine.RunAsync(mirror.Server, "search", "hello");

        string[] lines = list.Output.TrimEnd().Split('\n');
        Assert.DoesNotContain("HIDDEN", before.Output, StringComparison.Ordinal);
        Assert.EndsWith("HIDDEN BY POLICY", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("Deny registry.example.com/example/* >= 2.0", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(" -", lines[2], StringComparison.Ordinal);
        Assert.Contains(
            "hidden     by policy: the rule 'Deny registry.example.com/example/* >= 2.0' denies it", version.Output, StringComparison.Ordinal);
        Assert.Contains(", the newest hidden by policy", search.Output, StringComparison.Ordinal);
    }

    private static string VersionUrl(string version) => $"/api/v1/groups/default/providers/{Host}/example/hello/versions/{version}";

    private static async Task StoreAsync(MirrorWithOrigin mirror, params string[] versions)
    {
        foreach (string version in versions)
        {
            await mirror.Client.GetByteArrayAsync($"{Base}terraform-provider-hello_{version}_linux_amd64.zip");
        }

        await mirror.WhenIdleAsync();
    }
}
