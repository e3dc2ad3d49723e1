using System.Net;
using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Tests.Access;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using Mirror.Tests.Time;

namespace Mirror.Tests.Fetching.Documents;

public sealed class DocumentRefreshTests
{
    [Theory]
    [InlineData($"{MirrorWithOrigin.Host}/example/hello")]
    [InlineData(null)]
    public async Task Refresh_OfOneGroup_DoesNotAffectOthers(string? provider)
    {
        await using var mirror = await StartAsync();
        await GetAsync(mirror, "default");
        await GetAsync(mirror, "other");
        mirror.Origin.Misbehave(RequestKind.Versions, Fault.Status(503));

        await RefreshAsync(mirror, "default", provider);

        Assert.Equal(HttpStatusCode.OK, await GetAsync(mirror, "other"));
        Assert.Equal(1, mirror.Origin.Count(RequestKind.Versions));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await GetAsync(mirror, "default"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(mirror, "other"));
    }

    [Fact]
    public async Task Refresh_OfANestedGroup_AffectsOnlyItsDescendants()
    {
        await using var mirror = await StartAsync();
        foreach (string path in new[] { "other", "other%2Fteam", "other%2Fteam%2Fprod" })
        {
            await GetAsync(mirror, path);
        }

        await RefreshAsync(mirror, "other%2Fteam", null);

        await GetAsync(mirror, "other");
        Assert.Equal(1, mirror.Origin.Count(RequestKind.Versions));
        await GetAsync(mirror, "other%2Fteam%2Fprod");
        Assert.Equal(2, mirror.Origin.Count(RequestKind.Versions));
        await GetAsync(mirror, "other%2Fteam");
        Assert.Equal(2, mirror.Origin.Count(RequestKind.Versions));
    }

    [Fact]
    public async Task Refresh_OfAnotherGroup_IsDeniedToADeployer()
    {
        await using var mirror = await StartAsync();
        var deployer = await mirror.Server.AddUserAsync("ada", Role.Deployer, "other/team");

        using var theirs = await deployer.PostAsJsonAsync("/api/v1/groups/other%2Fteam/refresh", new { });
        using var above = await deployer.PostAsJsonAsync("/api/v1/groups/other/refresh", new { });
        using var elsewhere = await deployer.PostAsJsonAsync("/api/v1/groups/default/refresh", new { });

        Assert.Equal(
            (HttpStatusCode.NoContent, HttpStatusCode.NotFound, HttpStatusCode.Forbidden),
            (theirs.StatusCode, above.StatusCode, elsewhere.StatusCode));
    }

    [Fact]
    public async Task Refresh_DuringAnotherRequestsCheck_IsNotMissed()
    {
        var time = new ManualTimeProvider();
        using var pause = new PausedQuery("DocumentRefreshes");
        await using var mirror = await MirrorWithOrigin.StartAsync(
            time: time,
            services: services => services.AddSingleton<IDbContextFactory<MirrorDbContext>>(
                provider => InterceptedDatabase.Over(provider.GetRequiredService<MirrorOptions>(), pause)));
        await mirror.GetJsonAsync(MirrorWithOrigin.Base + "index.json");
        time.Advance(TimeSpan.FromSeconds(2));

        pause.Arm();
        var before = mirror.GetJsonAsync(MirrorWithOrigin.Base + "1.0.0.json");
        await pause.Gate.WhenReached();
        await RefreshAsync(mirror, "default", null);
        pause.Gate.Open();
        await before;
        await mirror.GetJsonAsync(MirrorWithOrigin.Base + "index.json");

        Assert.Equal(2, mirror.Origin.Count(RequestKind.Versions));
    }

    private static async Task<MirrorWithOrigin> StartAsync()
    {
        var mirror = await MirrorWithOrigin.StartAsync();
        await mirror.Server.AddNamespacesAsync("other", "other/team", "other/team/prod*");
        await mirror.Server.Services.GetRequiredService<NamespaceWriter>()
            .ChangeSettingsAsync(NamespacePath.Parse("other"), CachingSetting.On, null, Principal.Admin, CancellationToken.None);
        return mirror;
    }

    private static async Task<HttpStatusCode> GetAsync(MirrorWithOrigin mirror, string group)
    {
        using var response = await mirror.Server.AdminClient.GetAsync(
            $"/v1/provider-mirror/providers/{group.Replace("%2F", "/", StringComparison.Ordinal)}/{MirrorWithOrigin.Host}/example/hello/index.json");
        return response.StatusCode;
    }

    private static async Task RefreshAsync(MirrorWithOrigin mirror, string group, string? provider)
    {
        using var response = await mirror.Server.AdminClient.PostAsJsonAsync($"/api/v1/groups/{group}/refresh", new { provider });
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }
}
