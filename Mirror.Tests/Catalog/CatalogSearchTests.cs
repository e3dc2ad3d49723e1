using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching;
using Mirror.Core.Fetching.Packages;
using Mirror.Core.Storage;
using Mirror.Tests.Hosting;
using Mirror.Tests.Ui;
using Mirror.Tests.Verification;

namespace Mirror.Tests.Catalog;

public sealed class CatalogSearchTests : IAsyncLifetime, IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);
    private static readonly Principal Person = new(PrincipalKind.User, "mira");

    private readonly string _directory = Directory.CreateTempSubdirectory("mirror-search-").FullName;
    private CatalogDatabase _database = null!;
    private FileSystemPackageStore _store = null!;
    private CatalogSeed _seed = null!;
    private CatalogSearch _search = null!;

    public async Task InitializeAsync()
    {
        var options = await MigratedDatabase.ChooseAsync(new MirrorOptions { DataDirectory = _directory });
        _database = new CatalogDatabase(options);
        await _database.MigrateAsync(CancellationToken.None);
        _store = new FileSystemPackageStore(options.PackagesDirectory, options.StagingDirectory);
        _seed = new CatalogSeed(_database, _store, Now);
        _search = new CatalogSearch(_database);
    }

    public Task DisposeAsync()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
        return Task.CompletedTask;
    }

    public void Dispose() => _database.Dispose();

    [Theory]
    [InlineData(VersionSort.Provider, false, new[] { "dns 1.0.0", "aws 5.1.0", "aws 4.9.0" })]
    [InlineData(VersionSort.Provider, true, new[] { "aws 5.1.0", "aws 4.9.0", "dns 1.0.0" })]
    [InlineData(VersionSort.Size, true, new[] { "aws 4.9.0", "dns 1.0.0", "aws 5.1.0" })]
    [InlineData(VersionSort.LastUsedAt, true, new[] { "aws 5.1.0", "dns 1.0.0", "aws 4.9.0" })]
    [InlineData(VersionSort.CachedAt, false, new[] { "aws 4.9.0", "dns 1.0.0", "aws 5.1.0" })]
    public async Task Versions_Sorted_AreInTheRequestedOrder(VersionSort sort, bool descending, string[] expected)
    {
        await SeedAsync();

        Assert.Equal(expected, await FindAsync(new VersionQuery(Sort: sort, Descending: descending)));
    }

    [Theory]
    [InlineData(VersionSort.Trust, false, new[] { "http 3.0.0", "vpn 0.1.0-beta1", "dns 1.0.0", "aws 5.1.0" })]
    [InlineData(VersionSort.Trust, true, new[] { "aws 5.1.0", "dns 1.0.0", "vpn 0.1.0-beta1", "http 3.0.0" })]
    [InlineData(VersionSort.Platforms, false, new[] { "http 3.0.0", "dns 1.0.0", "aws 5.1.0", "vpn 0.1.0-beta1" })]
    [InlineData(VersionSort.CachedBy, false, new[] { "dns 1.0.0", "http 3.0.0", "aws 5.1.0", "vpn 0.1.0-beta1" })]
    public async Task Versions_SortedByTheirPackages_AreInTheRequestedOrder(VersionSort sort, bool descending, string[] expected)
    {
        await SeedVariedAsync();

        Assert.Equal(expected, await FindAsync(new VersionQuery(Sort: sort, Descending: descending)));
    }

    [Theory]
    [InlineData(VersionSort.Trust, new[] { "http", "vpn", "dns", "aws" })]
    [InlineData(VersionSort.Platforms, new[] { "http", "dns", "vpn", "aws" })]
    public async Task Providers_SortedByTheirPackages_AreInTheRequestedOrder(VersionSort sort, string[] expected)
    {
        await SeedVariedAsync();

        var found = await _search.SearchProvidersAsync(MirrorDbContext.DefaultGroupId, new VersionQuery(Sort: sort), CancellationToken.None);

        Assert.Equal(expected, found.Items.Select(item => item.Provider.Type));
    }

    [Theory]
    [InlineData("hashicorp/aws", new[] { "aws 5.1.0", "aws 4.9.0" })]
    [InlineData("AWS 5", new[] { "aws 5.1.0" })]
    [InlineData("example.com", new[] { "dns 1.0.0" })]
    [InlineData("hashicorp dns", new string[0])]
    public async Task Versions_Searched_ContainEveryWord(string search, string[] expected)
    {
        await SeedAsync();

        Assert.Equal(expected, await FindAsync(new VersionQuery(SearchText.Parse(search))));
    }

    [Theory]
    [InlineData("imported", new[] { "vpn 0.1.0-beta1" })]
    [InlineData("verif", new[] { "aws 5.1.0" })]
    [InlineData("unsigned", new[] { "dns 1.0.0" })]
    [InlineData("windows", new[] { "vpn 0.1.0-beta1", "dns 1.0.0" })]
    [InlineData("linux/arm64", new[] { "aws 5.1.0" })]
    [InlineData("arm acme", new[] { "vpn 0.1.0-beta1" })]
    [InlineData("li", new string[0])]
    public async Task Versions_SearchedByTrustAndPlatform_AreThoseThatHaveIt(string search, string[] expected)
    {
        await SeedVariedAsync();

        Assert.Equal(expected, await FindAsync(new VersionQuery(SearchText.Parse(search))));
    }

    public static TheoryData<VersionFilter, string[]> Filters => new()
    {
        { new VersionFilter { Trust = TrustLevel.Imported }, ["vpn 0.1.0-beta1"] },
        { new VersionFilter { Trust = TrustLevel.Verified }, ["aws 5.1.0"] },
        { new VersionFilter { Empty = true }, ["http 3.0.0"] },
        { new VersionFilter { Hostname = ProviderHostname.Parse("example.com") }, ["dns 1.0.0"] },
        { new VersionFilter { Platform = Platform.Parse("windows_amd64") }, ["dns 1.0.0"] },
        { new VersionFilter { Platform = Platform.Parse("windows_arm") }, [] },
        { new VersionFilter { CachedBy = "run-7" }, ["vpn 0.1.0-beta1", "aws 5.1.0"] },
        { new VersionFilter { CachedBy = "run" }, [] },
        { new VersionFilter { CachedFrom = Now.AddDays(-9) }, ["vpn 0.1.0-beta1", "dns 1.0.0"] },
        { new VersionFilter { CachedBefore = Now.AddDays(-9) }, ["aws 5.1.0", "http 3.0.0"] },
        // Each was used after two thirds of its age, except the empty one.
        { new VersionFilter { UnusedSince = Now.AddDays(-9.5) }, ["aws 5.1.0", "http 3.0.0"] },
        { new VersionFilter { UnusedSince = Now.AddDays(-9.5), Trust = TrustLevel.Verified }, ["aws 5.1.0"] },
    };

    [Theory]
    [MemberData(nameof(Filters))]
    public async Task Versions_Filtered_MeetEveryCondition(VersionFilter filter, string[] expected)
    {
        await SeedVariedAsync();

        Assert.Equal(expected, await FindAsync(new VersionQuery { Filter = filter }));
    }

    [Fact]
    public async Task Versions_WithAPackageOfLowerTrust_CountAsThat()
    {
        await _seed.AddAsync("acme/vpn", "1.0.0", ["linux_amd64"], 1_000, TrustLevel.Verified, TimeSpan.FromDays(1), Person);
        await _seed.AddAsync("acme/vpn", "1.0.0", ["linux_arm64"], 1_000, TrustLevel.Chained, TimeSpan.FromDays(1), Person);

        Assert.Empty(await FindAsync(new VersionQuery { Filter = new VersionFilter { Trust = TrustLevel.Verified } }));
        Assert.Single(await FindAsync(new VersionQuery { Filter = new VersionFilter { Trust = TrustLevel.Chained } }));
    }

    [Fact]
    public async Task Choices_OfARootGroup_AreTheValuesThatOccur()
    {
        await SeedVariedAsync();

        var choices = await _search.FindChoicesAsync(MirrorDbContext.DefaultGroupId, anonymous: true, CancellationToken.None);

        Assert.Equal(["example.com", "registry.terraform.io"], choices.Hostnames.Select(hostname => hostname.Value));
        Assert.Equal(
            ["darwin_arm64", "linux_amd64", "linux_arm64", "windows_386", "windows_amd64"], choices.Platforms.Select(platform => platform.Value));
        Assert.Equal(["mira", "run-7"], choices.CachedBy);
    }

    [Fact]
    public async Task Providers_WithPrereleases_HaveTheirNewestStableLeastTrustAndPlatforms()
    {
        await _seed.AddAsync("acme/vpn", "1.9.0", ["linux_amd64"], 1_000, TrustLevel.Verified, TimeSpan.FromDays(1), Person);
        await _seed.AddAsync("acme/vpn", "1.10.0", ["darwin_arm64"], 1_000, TrustLevel.Chained, TimeSpan.FromDays(1), Person);
        await _seed.AddAsync("acme/vpn", "2.0.0-rc1", ["linux_amd64"], 1_000, TrustLevel.Verified, TimeSpan.FromDays(1), Person);
        await _seed.AddAsync("acme/wan", "0.1.0-beta1", [], 0, TrustLevel.Imported, TimeSpan.FromDays(1), Person);

        var found = (await _search.SearchProvidersAsync(MirrorDbContext.DefaultGroupId, new VersionQuery(), CancellationToken.None)).Items;

        Assert.Equal(("1.10.0", "2.0.0-rc1", TrustLevel.Chained), (found[0].NewestStable?.Value, found[0].Newest.Value, found[0].Trust));
        Assert.Equal(["darwin_arm64", "linux_amd64"], found[0].Platforms.Select(platform => platform.Value));
        Assert.Equal((null, "0.1.0-beta1", null), (found[1].NewestStable, found[1].Newest.Value, found[1].Trust));
        Assert.Empty(found[1].Platforms);
    }

    [Fact]
    public async Task Versions_SortedByProvider_AreInTheOrderOfTheirShortAddresses()
    {
        foreach (string provider in new[] { "zeta/dns", "example.com/acme/wan", "acme/dns", "hashicorp/aws", "registry.opentofu.org/a/b" })
        {
            await _seed.AddAsync(provider, "1.0.0", ["linux_amd64"], 1_000, TrustLevel.Verified, TimeSpan.FromDays(1), Person);
        }

        var found = await _search.SearchVersionsAsync(MirrorDbContext.DefaultGroupId, new VersionQuery(), CancellationToken.None);

        Assert.Equal(
            ["acme/dns", "example.com/acme/wan", "hashicorp/aws", "registry.opentofu.org/a/b", "zeta/dns"],
            found.Items.Select(item => item.Provider.Display));
    }

    [Fact]
    public async Task Providers_OfMatchingVersions_HaveTheirTotals()
    {
        await SeedAsync();

        var all = await _search.SearchProvidersAsync(MirrorDbContext.DefaultGroupId, new VersionQuery(), CancellationToken.None);
        var fives = await _search.SearchProvidersAsync(
            MirrorDbContext.DefaultGroupId, new VersionQuery(SearchText.Parse("5.1"), VersionSort.Size, true), CancellationToken.None);

        Assert.Equal(["example.com/acme/dns", "hashicorp/aws"], all.Items.Select(item => item.Provider.Display));
        Assert.Equal(
            (2, 2, "5.1.0", Now.AddHours(-1)), (all.Total, all.Items[1].Versions, all.Items[1].Newest.Value, all.Items[1].CachedAt));
        Assert.Equal((1, "5.1.0"), (Assert.Single(fives.Items).Versions, fives.Items[0].Newest.Value));
    }

    [Fact]
    public async Task Figures_OfAVersion_AreUpdatedByEveryPackageChange()
    {
        await _seed.AddAsync(
            "hashicorp/aws", "5.1.0", ["linux_amd64", "darwin_arm64"], 1_000, TrustLevel.Imported, TimeSpan.FromHours(6), Person);
        await AssertFiguresAsync();
        var aws = ProviderAddress.Parse("hashicorp/aws");
        var version = ProviderVersion.Parse("5.1.0");
        var time = new FixedTime(Now);
        var usage = new PackageUsage(_database, time);

        usage.Record(MirrorDbContext.DefaultGroupId, aws, version, Platform.Parse("darwin_arm64"));
        await usage.FlushAsync(CancellationToken.None);
        Assert.Equal(Now, await AssertFiguresAsync());

        using var blobs = new StoredBlobs(_database, _store, NullLogger<StoredBlobs>.Instance);
        var writer = new CatalogWriter(_database, _store, blobs, new PendingBlobs(_database, blobs, time), new CatalogChanges(), new MirrorOptions { DataDirectory = "" }, time);
        await writer.DeletePackageAsync(
            MirrorDbContext.DefaultGroupId, aws, version, Platform.Parse("darwin_arm64"), Person, CancellationToken.None);
        Assert.NotEqual(Now, await AssertFiguresAsync());

        await writer.DeletePackageAsync(
            MirrorDbContext.DefaultGroupId, aws, version, Platform.Parse("linux_amd64"), Person, CancellationToken.None);
        Assert.Null(await AssertFiguresAsync());
    }

    [Fact]
    public async Task AnonymousList_WithAPackageFetchedWithACredential_OmitsItsProvider()
    {
        await SeedAsync();
        await using var db = _database.CreateDbContext();
        await db.Packages.Where(package => package.Version.Version == "4.9.0")
            .ExecuteUpdateAsync(set => set.SetProperty(package => package.Credential, "server"));

        Assert.Equal(["dns 1.0.0"], await FindAsync(new VersionQuery(Anonymous: true)));
        Assert.Equal(3, (await FindAsync(new VersionQuery())).Length);
    }

    private async Task SeedAsync()
    {
        await _seed.AddAsync("hashicorp/aws", "4.9.0", ["linux_amd64"], 9_000_000, TrustLevel.Imported, TimeSpan.FromDays(9), Person);
        await _seed.AddAsync(
            "example.com/acme/dns", "1.0.0", ["linux_amd64"], 3_000_000, TrustLevel.Imported, TimeSpan.FromDays(2), Person);
        await _seed.AddAsync("hashicorp/aws", "5.1.0", ["linux_amd64"], 1_000_000, TrustLevel.Imported, TimeSpan.FromHours(1), Person);
    }

    private async Task SeedVariedAsync()
    {
        var job = new Principal(PrincipalKind.Job, "run-7");
        await _seed.AddAsync(
            "hashicorp/aws", "5.1.0", ["linux_amd64", "linux_arm64"], 1_000, TrustLevel.Verified, TimeSpan.FromDays(30), job);
        await _seed.AddAsync("acme/vpn", "0.1.0-beta1", ["darwin_arm64", "windows_386"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(9), job);
        await _seed.AddAsync("example.com/acme/dns", "1.0.0", ["windows_amd64"], 1_000, TrustLevel.Unsigned, TimeSpan.FromDays(3), Person);
        await _seed.AddAsync("hashicorp/http", "3.0.0", [], 0, TrustLevel.Verified, TimeSpan.FromDays(40), Person);
    }

    private async Task<string[]> FindAsync(VersionQuery query) =>
        [.. (await _search.SearchVersionsAsync(MirrorDbContext.DefaultGroupId, query, CancellationToken.None)).Items.Select(item => $"{item.Provider.Type} {item.Version}")];

    /// <summary>Compares the totals of the only version with its packages, and returns the time of its last use.</summary>
    private async Task<DateTimeOffset?> AssertFiguresAsync()
    {
        await using var db = _database.CreateDbContext();
        var row = await db.Versions.AsNoTracking().Include(version => version.Packages).SingleAsync();
        Assert.Equal(
            (row.Packages.Sum(package => package.Size), row.Packages.Max(package => package.LastUsedAt)), (row.Size, row.LastUsedAt));
        return row.LastUsedAt;
    }
}
