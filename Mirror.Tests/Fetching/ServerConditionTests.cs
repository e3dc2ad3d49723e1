using System.Net.Http.Json;
using System.Text.Json;
using Mirror.Tests.Fetching.Documents;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Fetching;

/// <summary>The API shows server issues to authorized users.</summary>
public sealed class ServerConditionTests
{
    [Fact]
    public async Task Host_Suspended_IsShownUntilItResponds()
    {
        await using var mirror = await StartAsync(
            upstream: options => options with { Limits = options.Limits with { BreakerFailures = 2, BreakerPause = TimeSpan.Zero } });
        mirror.Origin.Misbehave(_ => true, Fault.Status(500));
        using var failed = await mirror.Client.GetAsync(Base + "index.json");

        var server = await mirror.Client.GetFromJsonAsync<JsonElement>("/api/v1/server");
        mirror.Origin.Behave();
        await mirror.GetJsonAsync(Base + "1.0.0.json");
        var after = await mirror.Client.GetFromJsonAsync<JsonElement>("/api/v1/server");

        Assert.Equal(
            [new Uri(mirror.Origin.ProvidersUrl).Authority],
            server.GetProperty("originsLeftAlone").EnumerateArray().Select(host => host.GetString()));
        Assert.Equal(0, after.GetProperty("originsLeftAlone").GetArrayLength());
    }

    [Fact]
    public async Task Storage_Full_IsShownToReaders()
    {
        await using var mirror = await OriginFaultTests.StartLargeAsync(
            configure: options => options with { Packages = options.Packages with { Quota = 1000 }, Auth = options.Auth with { AnonymousRead = false } });
        using var fetched = await mirror.Server.AdminClient.GetAsync(Base + Package);
        await fetched.Content.ReadAsByteArrayAsync();

        var server = await mirror.Server.AdminClient.GetFromJsonAsync<JsonElement>("/api/v1/server");
        using var signIn = await mirror.Client.GetAsync("/sign-in");

        Assert.Contains("Mirror:Packages:Quota", server.GetProperty("storageProblem").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("could not be stored", await signIn.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
