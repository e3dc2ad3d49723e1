using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;

namespace Mirror.Tests.Diagnosis;

/// <summary>The diagnosis over HTTP, with an origin that fails.</summary>
public sealed class DiagnosisApiTests
{
    private const string Url = $"/api/v1/groups/default/providers/{MirrorWithOrigin.Host}/example/hello/diagnosis";

    [Fact]
    public async Task Diagnosis_WithoutACheck_SendsNoOriginRequest()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();

        var diagnosis = await mirror.GetJsonAsync(Url);

        Assert.Equal(("neverAsked", 0), (Cause(diagnosis), mirror.Origin.Count(RequestKind.Versions)));
    }

    [Fact]
    public async Task Diagnosis_WithACheck_ReportsOriginAndStoredPackages()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();
        (await mirror.Client.GetAsync(MirrorWithOrigin.Base + MirrorWithOrigin.Package)).EnsureSuccessStatusCode().Dispose();
        await mirror.WhenIdleAsync();

        var newest = await mirror.GetJsonAsync(Url + "?check=true");
        var stored = await mirror.GetJsonAsync(Url + "?version=1.0.0&platform=linux_amd64");
        var absent = await mirror.GetJsonAsync(Url + "?version=1.0.0&platform=plan9_mips");

        Assert.Equal(["fetchable", "stored", "platformAbsent"], new[] { newest, stored, absent }.Select(Cause));
        Assert.True(newest.GetProperty("origin").GetProperty("checked").GetBoolean());
        Assert.Equal(
            ["2.0.0", "1.1.0", "1.0.0"],
            newest.GetProperty("versions").EnumerateArray().Select(version => version.GetProperty("version").GetString()));
        Assert.Equal("linux_amd64", newest.GetProperty("versions")[2].GetProperty("storedPlatforms")[0].GetString());
    }

    [Fact]
    public async Task Diagnosis_OfAFailingOrigin_ReportsTheFailure()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();
        mirror.Origin.Misbehave(RequestKind.Versions, Fault.Status(401));

        var diagnosis = await mirror.GetJsonAsync(Url + "?check=true");

        Assert.Equal("originFails", Cause(diagnosis));
        Assert.False(diagnosis.GetProperty("verdict").GetProperty("works").GetBoolean());
        Assert.Contains("TF_TOKEN", diagnosis.GetProperty("verdict").GetProperty("advice").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diagnosis_OfAHiddenVersion_NamesThePolicyRule()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();
        using var added = await mirror.Server.AdminClient.PostAsJsonAsync(
            "/api/v1/groups/default/policy/rules",
            new { kind = "deny", provider = $"{MirrorWithOrigin.Host}/example/hello", versions = "2.0.0", comment = "broken" });
        added.EnsureSuccessStatusCode();

        var diagnosis = await mirror.GetJsonAsync(Url + "?check=true&version=2.0.0");

        Assert.Equal("policyHides", Cause(diagnosis));
        Assert.Contains("broken", diagnosis.GetProperty("versions")[0].GetProperty("hiddenBecause").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_InOfflineMode_SendsNoOriginRequest()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync(
            upstream: upstream => upstream with { Mode = Core.Configuration.UpstreamMode.Offline });

        var diagnosis = await mirror.GetJsonAsync(Url + "?check=true");

        Assert.Equal(
            ("offline", false, 0),
            (
                Cause(diagnosis),
                diagnosis.GetProperty("origin").GetProperty("checked").GetBoolean(),
                mirror.Origin.Count(RequestKind.Versions)));
    }

    [Theory]
    [InlineData("?version=newest", "'newest'")]
    [InlineData("?platform=linux", "'linux'")]
    public async Task Diagnosis_OfAnInvalidAddress_ReturnsAProblemThatNamesIt(string query, string named)
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();

        using var answer = await mirror.Client.GetAsync(Url + query);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(
            named, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static string? Cause(JsonElement diagnosis) => diagnosis.GetProperty("verdict").GetProperty("cause").GetString();
}
