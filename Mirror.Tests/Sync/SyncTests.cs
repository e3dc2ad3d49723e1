using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Core.Sync;
using Mirror.Tests.Access;
using Mirror.Tests.Hosting;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using Mirror.Tests.Time;

namespace Mirror.Tests.Sync;

public sealed class SyncTests
{
    private const string Syncs = "/api/v1/groups/default/syncs";
    private const string Hello = $"{MirrorWithOrigin.Host}/example/hello";

    [Fact]
    public async Task Sync_WithoutVersion_DownloadsTheLatestStableForAllPlatforms()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync(
            origin => origin.AddProvider("example/hello").AddVersions("1.0.0", "2.0.0", "3.0.0-beta1"));

        var ended = await SyncAsync(mirror, new { providers = new[] { new { provider = Hello } } });

        Assert.Equal("succeeded", ended.GetProperty("state").GetString());
        Assert.Equal(["2.0.0"], Values(ended, "version").Distinct());
        Assert.Equal(["fetched", "fetched", "fetched", "fetched"], Values(ended, "state"));
        Assert.Equal(4, await mirror.CountPackageRowsAsync());
        mirror.Origin.AssertNoViolations();
    }

    [Fact]
    public async Task Sync_WithConstraintAndPlatforms_DownloadsThemAndReportsMissingOnes()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();

        var ended = await SyncAsync(
            mirror,
            new { providers = new[] { new { provider = Hello, versions = "~> 1.0" } }, platforms = new[] { "linux_amd64", "plan9_mips" } });

        Assert.Equal("failed", ended.GetProperty("state").GetString());
        Assert.Equal(2, await mirror.CountPackageRowsAsync());
        var missing = ended.GetProperty("packages")
            .EnumerateArray()
            .Where(package => package.GetProperty("state").GetString() == "failed")
            .ToList();
        Assert.Equal(["plan9_mips", "plan9_mips"], missing.Select(package => package.GetProperty("platform").GetString()));
        Assert.Contains("plan9_mips", missing[0].GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_WithACredential_IsHiddenFromUnauthorizedReaders()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync(
            upstream: upstream => upstream with { Hosts = [upstream.Hosts[0] with { Token = "the-token-of-the-server" }] });
        await SyncAsync(
            mirror, new { providers = new[] { new { provider = Hello, versions = "1.0.0" } }, platforms = new[] { "linux_amd64" } });

        Assert.Empty((await mirror.GetJsonAsync(Syncs)).GetProperty("items").EnumerateArray());
        Assert.Equal(HttpStatusCode.NotFound, (await mirror.Client.GetAsync($"{Syncs}/1")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await mirror.Client.GetAsync($"{Syncs}/1/events")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await mirror.Server.AdminClient.GetAsync($"{Syncs}/1")).StatusCode);
    }

    [Fact]
    public async Task Sync_WithAStaleList_WaitsForTheOriginsNewest()
    {
        var time = new ManualTimeProvider();
        await using var mirror = await MirrorWithOrigin.StartAsync(time: time);
        var order = new { providers = new[] { new { provider = Hello } }, platforms = new[] { "linux_amd64" } };
        await SyncAsync(mirror, order);
        mirror.Origin.Provider("example/hello").AddVersions("3.0.0");
        time.Advance(TimeSpan.FromHours(1));

        var ended = await SyncAsync(mirror, order);

        Assert.Equal("succeeded", ended.GetProperty("state").GetString());
        Assert.Equal(["3.0.0"], Values(ended, "version"));
    }

    [Fact]
    public async Task Sync_OfStoredPackages_RequestsNoPackage()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();
        var order = new { providers = new[] { new { provider = Hello, versions = "1.0.0" } }, platforms = new[] { "linux_amd64" } };
        await SyncAsync(mirror, order);

        var again = await SyncAsync(mirror, order);

        Assert.Equal(["present"], Values(again, "state"));
        Assert.Equal(1, mirror.Origin.Count(RequestKind.Package));
    }

    [Fact]
    public async Task Sync_WithAConstraintWithoutMatches_ReportsTheAvailableVersions()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();

        var ended = await SyncAsync(mirror, new { providers = new[] { new { provider = Hello, versions = "> 9" } } });

        Assert.Equal("failed", ended.GetProperty("state").GetString());
        Assert.Contains("2.0.0", ended.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_Canceled_EndsWithoutPartialPackages()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();
        using var gate = new GateHolder();
        mirror.Origin.Misbehave(RequestKind.Package, Fault.HangAfter(100, gate.Gate));
        long id = await StartAsync(
            mirror, new { providers = new[] { new { provider = Hello, versions = "1.0.0" } }, platforms = new[] { "linux_amd64" } });
        await mirror.Origin.WhenRequested(RequestKind.Package);

        using var cancelled = await mirror.Server.AdminClient.DeleteAsync($"{Syncs}/{id}");
        var ended = await WatchToEndAsync(mirror, id);

        Assert.Equal(HttpStatusCode.NoContent, cancelled.StatusCode);
        Assert.Equal("cancelled", ended.GetProperty("state").GetString());
    }

    [Fact]
    public async Task Sync_OfTheParentGroup_CannotBeCanceledFromBelow()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();
        await mirror.Server.AddNamespacesAsync("default/team");
        var below = await mirror.Server.AddUserAsync("below", Role.Deployer, "default/team");
        using var gate = new GateHolder();
        mirror.Origin.Misbehave(RequestKind.Package, Fault.HangAfter(100, gate.Gate));
        long id = await StartAsync(
            mirror, new { providers = new[] { new { provider = Hello, versions = "1.0.0" } }, platforms = new[] { "linux_amd64" } });
        await mirror.Origin.WhenRequested(RequestKind.Package);

        using var refused = await below.DeleteAsync($"/api/v1/groups/default%2Fteam/syncs/{id}");
        using var cancelled = await mirror.Server.AdminClient.DeleteAsync($"{Syncs}/{id}");

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.NoContent), (refused.StatusCode, cancelled.StatusCode));
        await WatchToEndAsync(mirror, id);
    }

    [Fact]
    public async Task Sync_InterruptedByARestart_Continues()
    {
        string directory = Directory.CreateTempSubdirectory("mirror-tests-").FullName;
        try
        {
            using var gate = new GateHolder();
            await using var first = await MirrorWithOrigin.StartAsync(configure: options => options with { DataDirectory = directory });
            first.Origin.Misbehave(RequestKind.Package, Fault.HangAfter(100, gate.Gate), times: 1);
            long id = await StartAsync(
                first, new { providers = new[] { new { provider = Hello, versions = "1.0.0" } }, platforms = new[] { "linux_amd64" } });
            await first.Origin.WhenRequested(RequestKind.Package);
            var upstream = first.Server.Host.Options.Upstream;
            await first.Server.DisposeAsync();

            await using var second = await MirrorServer.StartAsync(
                options => options with { DataDirectory = directory, Upstream = upstream });
            var syncs = second.Services.GetRequiredService<SyncService>();
            // It is resumed at some time after the start.
            await Eventually.TrueAsync(async () =>
                (await syncs.FindAsync(MirrorDbContext.DefaultGroupId, id, CancellationToken.None))!.HasEnded);

            var last = (await syncs.FindAsync(MirrorDbContext.DefaultGroupId, id, CancellationToken.None))!;
            Assert.Equal(SyncState.Succeeded, last.State);
            Assert.Equal(SyncPackageState.Fetched, Assert.Single(last.Packages).State);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task Sync_WithInvalidInput_IsRejectedByName()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync();

        using var provider = await mirror.Server.AdminClient.PostAsJsonAsync(Syncs, new { providers = new[] { new { provider = "aws" } } });
        using var versions = await mirror.Server.AdminClient.PostAsJsonAsync(
            Syncs, new { providers = new[] { new { provider = Hello, versions = "latest" } } });
        using var platform = await mirror.Server.AdminClient.PostAsJsonAsync(
            Syncs, new { providers = new[] { new { provider = Hello } }, platforms = new[] { "linux" } });
        using var anonymous = await mirror.Client.PostAsJsonAsync(Syncs, new { providers = new[] { new { provider = Hello } } });

        Assert.Equal(HttpStatusCode.BadRequest, provider.StatusCode);
        Assert.Contains("'aws'", await provider.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, versions.StatusCode);
        Assert.Contains("'latest'", await versions.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, platform.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        Assert.Empty(mirror.Origin.Requests);
    }

    [Fact]
    public void SelectVersions_ByConstraint_IncludesPrereleasesOnlyIfNamed()
    {
        Assert.True(VersionConstraint.Parse("~> 5.1").Matches(ProviderVersion.Parse("5.9.0")));
        Assert.False(VersionConstraint.Parse("~> 5.1").Matches(ProviderVersion.Parse("6.0.0")));
        Assert.False(VersionConstraint.Parse("~> 5.1.2").Matches(ProviderVersion.Parse("5.2.0")));
        Assert.False(VersionConstraint.Parse(">= 5.0").Matches(ProviderVersion.Parse("6.0.0-beta1")));
        Assert.False(VersionConstraint.Parse("~> 5").Matches(ProviderVersion.Parse("6.0.0")));
        Assert.True(VersionConstraint.Parse("~> 5").Matches(ProviderVersion.Parse("5.9.0")));
        Assert.True(VersionConstraint.Parse("6.0.0-beta1").Matches(ProviderVersion.Parse("6.0.0-beta1")));
        Assert.False(VersionConstraint.Parse(">= 4.1, != 5.0.0, < 6").Matches(ProviderVersion.Parse("5.0.0")));
    }

    private static IEnumerable<string?> Values(JsonElement sync, string name) =>
        sync.GetProperty("packages").EnumerateArray().Select(package => package.GetProperty(name).GetString());

    private static async Task<JsonElement> SyncAsync(MirrorWithOrigin mirror, object order) =>
        await WatchToEndAsync(mirror, await StartAsync(mirror, order));

    private static async Task<long> StartAsync(MirrorWithOrigin mirror, object order)
    {
        using var response = await mirror.Server.AdminClient.PostAsJsonAsync(Syncs, order);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetInt64();
    }

    /// <summary>Reads the events until the last one, like the command line.</summary>
    private static async Task<JsonElement> WatchToEndAsync(MirrorWithOrigin mirror, long id)
    {
        string events = await mirror.Server.AdminClient.GetStringAsync($"{Syncs}/{id}/events");
        string last = events.Split('\n').Last(line => line.StartsWith("data: ", StringComparison.Ordinal));
        return JsonSerializer.Deserialize<JsonElement>(last["data: ".Length..]);
    }

    private sealed class GateHolder : IDisposable
    {
        public Gate Gate { get; } = new();

        public void Dispose() => Gate.Open();
    }
}
