using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Verification;
using Mirror.Tests.Cli;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using Mirror.Tests.Time;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Fetching.Proofs;

public sealed class TrustAndPolicyTests
{
    [Theory]
    [InlineData(NewKeys.Accept, 200)]
    [InlineData(NewKeys.Refuse, 502)]
    public async Task NewKey_OfAKnownProvider_IsRecordedOrRejected(NewKeys newKeys, int status)
    {
        await using var mirror = await StartAsync(
            origin => origin.AddProvider("example/hello")
                .AddVersions("1.0.0")
                .AddVersion("2.0.0", version => version.SignedBy(TestKeys.Other).OfferKeys(TestKeys.Other)),
            options => options with { Trust = [new TrustOptions { Provider = $"{Host}/example/*", NewKeys = newKeys }] });
        await mirror.GetJsonAsync(Base + "1.0.0.json");

        using var second = await mirror.Client.GetAsync(Base + "2.0.0.json");

        Assert.Equal(status, (int)second.StatusCode);
        Assert.Equal(newKeys == NewKeys.Accept ? 2 : 1, await mirror.QueryAsync(db => db.SeenKeys.CountAsync()));
    }

    [Fact]
    public async Task PinnedKey_OtherThanTheSigner_Returns502NamingBoth()
    {
        string pinned = new('A', 40);
        await using var mirror = await StartAsync(configure: options =>
            options with { Trust = [new TrustOptions { Provider = $"{Host}/example/hello", Fingerprints = [pinned] }] });

        using var document = await mirror.Client.GetAsync(Base + "1.0.0.json");
        string problem = await document.Content.ReadAsStringAsync();

        Assert.Equal(502, (int)document.StatusCode);
        Assert.Contains(pinned, problem, StringComparison.Ordinal);
        Assert.Contains(TestKeys.Publisher.Fingerprint, problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExpiredKey_IsAcceptedAndShown()
    {
        await using var mirror = await StartAsync(origin =>
            origin.AddProvider("example/hello").AddVersion(
                "1.0.0", version => version.SignedBy(TestKeys.Expired).OfferKeys(TestKeys.Expired)));

        await mirror.GetJsonAsync(Base + "1.0.0.json");

        Assert.True(await mirror.QueryAsync(db => db.Proofs.Select(row => row.KeyExpired).SingleAsync()));
    }

    [Fact]
    public async Task UnsignedProvider_AllowedByPolicy_IsServedAsUnsigned()
    {
        await using var mirror = await StartAsync(
            origin => origin.AddProvider("example/hello").AddVersion("1.0.0", version => version.Unsigned()));
        using var refused = await mirror.Client.GetAsync(Base + "1.0.0.json");
        using var rule = await mirror.Server.AdminClient.PostAsJsonAsync(
            "/api/v1/groups/default/policy/rules", new { kind = "allowUnsigned", provider = $"{Host}/example/hello" });
        rule.EnsureSuccessStatusCode();

        using var allowed = await mirror.Client.GetAsync(Base + "1.0.0.json");
        byte[] package = await mirror.Client.GetByteArrayAsync(Base + Package);
        await mirror.WhenIdleAsync();

        Assert.Equal(502, (int)refused.StatusCode);
        Assert.Equal(200, (int)allowed.StatusCode);
        Assert.NotEmpty(package);
        Assert.Equal(TrustLevel.Unsigned, await mirror.QueryAsync(db => db.Packages.Select(row => row.Trust).SingleAsync()));
    }

    [Fact]
    public async Task Quarantine_AfterTheNegativeTtl_IsRetried()
    {
        var time = new ManualTimeProvider();
        await using var mirror = await StartAsync(time: time);
        mirror.Origin.Misbehave(RequestKind.Sums, Fault.Flip(0), times: 1);
        using var first = await mirror.Client.GetAsync(Base + "1.0.0.json");
        using var second = await mirror.Client.GetAsync(Base + "1.0.0.json");

        time.Advance(TimeSpan.FromMinutes(2));
        using var third = await mirror.Client.GetAsync(Base + "1.0.0.json");

        Assert.Equal([502, 502, 200], new[] { first, second, third }.Select(response => (int)response.StatusCode));
        Assert.Equal(2, mirror.Origin.Count(RequestKind.Sums));
    }

    [Fact]
    public async Task MinimumReleaseAge_OfANewVersion_HidesItUntilItIsOldEnough()
    {
        var time = new ManualTimeProvider();
        await using var mirror = await StartAsync(time: time);
        using var age = await mirror.Server.AdminClient.PutAsJsonAsync(
            "/api/v1/groups/default/policy/minimum-release-age", new { minimumReleaseAge = "3d" });
        age.EnsureSuccessStatusCode();
        await mirror.GetJsonAsync(Base + "index.json");
        mirror.Origin.Provider("example/hello").AddVersions("3.0.0");
        time.Advance(TimeSpan.FromHours(1));
        await mirror.GetJsonAsync(Base + "index.json");
        await mirror.Origin.WhenRequested(RequestKind.Versions, count: 2);

        bool listedAtFirst = await ListsAsync(mirror);
        using var hidden = await mirror.Client.GetAsync(Base + "terraform-provider-hello_3.0.0_linux_amd64.zip");
        time.Advance(TimeSpan.FromDays(4));
        await mirror.GetJsonAsync(Base + "index.json");
        bool listedLater = await ListsAsync(mirror);

        Assert.False(listedAtFirst);
        Assert.Equal(451, (int)hidden.StatusCode);
        Assert.True(listedLater);
    }

    [Fact]
    public async Task MinimumReleaseAge_OfTheFirstList_HidesAllNewVersions()
    {
        var time = new ManualTimeProvider(TestKeys.Created.AddDays(1));
        var former = OpenPgpSigner.Generate("Example Publisher <releases@example.com>", TestKeys.Created.AddDays(-100));
        await using var mirror = await StartAsync(
            origin => origin.AddProvider("example/hello")
                .AddVersion("1.0.0", version => version.SignedBy(former))
                .AddVersion("1.1.0", version => version.SignedBy(former))
                .AddVersion("1.2.0", version => version.SignedBy(TestKeys.Publisher))
                .AddVersion("2.0.0", version => version.SignedBy(TestKeys.Publisher)),
            time: time);
        using var age = await mirror.Server.AdminClient.PutAsJsonAsync(
            "/api/v1/groups/default/policy/minimum-release-age", new { minimumReleaseAge = "3d" });
        age.EnsureSuccessStatusCode();

        var first = await ListAsync(mirror);
        int asked = mirror.Origin.Count(RequestKind.Sums);
        time.Advance(TimeSpan.FromDays(4));
        var later = await ListAsync(mirror);

        Assert.Equal(["1.0.0", "1.1.0"], first.Order(StringComparer.Ordinal));
        Assert.Equal(3, asked);
        Assert.Equal(["1.0.0", "1.1.0", "1.2.0", "2.0.0"], later.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task UnknownVersion_Requested_RefreshesTheListAtMostOncePerInterval()
    {
        var time = new ManualTimeProvider();
        await using var mirror = await StartAsync(time: time);
        await mirror.GetJsonAsync(Base + "index.json");
        mirror.Origin.Provider("example/hello").AddVersions("3.0.0");
        time.Advance(TimeSpan.FromSeconds(6));

        using var found = await mirror.Client.GetAsync(Base + "3.0.0.json");
        using var missing = await mirror.Client.GetAsync(Base + "9.0.0.json");
        using var stillMissing = await mirror.Client.GetAsync(Base + "9.0.1.json");

        Assert.True((await found.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("archives").TryGetProperty("linux_amd64", out _));
        Assert.Equal(
            ["{\"archives\":{}}", "{\"archives\":{}}"],
            [await missing.Content.ReadAsStringAsync(), await stillMissing.Content.ReadAsStringAsync()]);
        Assert.Equal(2, mirror.Origin.Count(RequestKind.Versions));
    }

    [Fact]
    public async Task UnknownProvider_Requested_IsCachedForTheNegativeTtl()
    {
        var time = new ManualTimeProvider();
        await using var mirror = await StartAsync(time: time);
        const string Other = $"/v1/mirror/{Host}/example/other/index.json";

        using var first = await mirror.Client.GetAsync(Other);
        using var second = await mirror.Client.GetAsync(Other);
        mirror.Origin.AddProvider("example/other").AddVersions("1.0.0");
        time.Advance(TimeSpan.FromMinutes(2));
        using var third = await mirror.Client.GetAsync(Other);

        Assert.Equal([404, 404, 200], new[] { first, second, third }.Select(response => (int)response.StatusCode));
        Assert.Equal(2, mirror.Origin.Count(RequestKind.Versions));
    }

    [Fact]
    public async Task StaleList_Requested_IsServedAndRevalidatedInTheBackground()
    {
        var time = new ManualTimeProvider();
        await using var mirror = await StartAsync(time: time);
        mirror.Origin.EntityTags = true;
        await mirror.GetJsonAsync(Base + "index.json");
        time.Advance(TimeSpan.FromMinutes(11));

        await mirror.GetJsonAsync(Base + "index.json");
        var refreshed = await mirror.Origin.WhenRequested(RequestKind.Versions, count: 2);
        await refreshed.Ended;

        Assert.Equal(304, refreshed.Status);
    }

    [Fact]
    public async Task Origin_ListOfInvalidVersions_IsFilteredAndDirectoryEntriesAreHashed()
    {
        await using var mirror = await StartAsync(origin =>
            origin.AddProvider("example/hello").AddVersion(
                "1.0.0", version => version.DirectoryEntries()).ListAlso("not-a-version", "1.2.3.4", "v2.0.0"));

        var index = await mirror.GetJsonAsync(Base + "index.json");
        await mirror.Client.GetByteArrayAsync(Base + Package);
        await mirror.WhenIdleAsync();

        Assert.Equal(["1.0.0"], index.GetProperty("versions").EnumerateObject().Select(item => item.Name));
        Assert.Equal(
            mirror.OriginPackage().ContentHash, await mirror.QueryAsync(db => db.Packages.Select(row => row.ContentHash).SingleAsync()));
    }

    [Theory]
    [InlineData("docs/", "has directory entries")]
    [InlineData("./NOTICE.txt", "'./NOTICE.txt' has '.' as a directory in its name")]
    [InlineData("LICENSE.txt", "has two entries named 'LICENSE.txt'")]
    public async Task Archive_ThatClientsInstallOnlyOnce_IsServedWithItsProblemShown(string entry, string problem)
    {
        await using var mirror = await StartAsync(
            origin => origin.AddProvider("example/hello").AddVersion("1.0.0", version => version.ExtraEntry(entry)));

        byte[] package = await mirror.Client.GetByteArrayAsync(Base + Package);
        await mirror.WhenIdleAsync();

        Assert.Equal(mirror.OriginPackage().Content, package);
        var version = await mirror.GetJsonAsync($"/api/v1/groups/default/providers/{Host}/example/hello/versions/1.0.0");
        Assert.Contains(problem, Assert.Single(version.GetProperty("platforms").EnumerateArray()).GetProperty("archiveProblem").GetString(), StringComparison.Ordinal);
        var diagnosis = await mirror.GetJsonAsync($"/api/v1/groups/default/providers/{Host}/example/hello/diagnosis?version=1.0.0&platform=linux_amd64");
        string summary = diagnosis.GetProperty("verdict").GetProperty("summary").GetString()!;
        Assert.Contains(problem, summary, StringComparison.Ordinal);
        Assert.Contains("clients install it once", summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Origin_LikeOpenTofusWithUnconventionalNames_IsMirrored()
    {
        await using var mirror = await StartAsync(origin =>
        {
            origin.LikeOpenTofu = true;
            origin.AddProvider("example/hello").AddVersion("1.0.0", version => version.FileNames(platform => $"hello-{platform}.zip"));
        });

        var archives = (await mirror.GetJsonAsync(Base + "1.0.0.json")).GetProperty("archives");
        byte[] package = await mirror.Client.GetByteArrayAsync(Base + Package);

        Assert.Equal(4, archives.EnumerateObject().Count());
        Assert.Equal(mirror.OriginPackage().Content, package);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ChainedMirror_InsteadOfTheOrigin_IsTrustedForItsHashes(bool warm)
    {
        await using var first = await StartAsync();
        if (warm)
        {
            await first.Client.GetByteArrayAsync(Base + Package);
            await first.WhenIdleAsync();
        }

        var url = new Uri(first.Server.Url, "/v1/mirror/");
        await using var second = await StartAsync(
            upstream: options => options with { Hosts = [new UpstreamHostOptions { Name = Name, MirrorUrl = url }] });
        byte[] package = await second.Client.GetByteArrayAsync(Base + Package);
        await second.WhenIdleAsync();

        Assert.Equal(first.OriginPackage().Content, package);
        Assert.Empty(second.Origin.Requests);
        Assert.Equal(TrustLevel.Chained, await second.QueryAsync(db => db.Packages.Select(row => row.Trust).SingleAsync()));
        var shown = await CommandLine.RunAsync(second.Server, "get-version", $"{Host}/example/hello", "1.0.0");
        Assert.Contains("signed by  -  (no publisher signature)", shown.Output, StringComparison.Ordinal);
    }

    private static async Task<bool> ListsAsync(MirrorWithOrigin mirror) => (await ListAsync(mirror)).Contains("3.0.0");

    private static async Task<List<string>> ListAsync(MirrorWithOrigin mirror) =>
        [.. (await mirror.GetJsonAsync(Base + "index.json")).GetProperty("versions").EnumerateObject().Select(version => version.Name)];
}
