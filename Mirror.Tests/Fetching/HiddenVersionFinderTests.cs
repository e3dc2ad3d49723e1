using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching;
using Mirror.Core.Policy;
using Mirror.Tests.Ui;

namespace Mirror.Tests.Fetching;

/// <summary>
/// The filter by policy, and the preview of a rule. Both concern all stored versions, so that they must not read, parse or decide each.
/// </summary>
public sealed class HiddenVersionFinderTests : UiFixture
{
    private static readonly Principal Person = new(PrincipalKind.User, "mira");
    private readonly ReadRows _rows;

    public HiddenVersionFinderTests()
        : this(new ReadRows())
    {
    }

    private HiddenVersionFinderTests(ReadRows rows)
        : base(services: services => services.AddSingleton(
            provider => InterceptedDatabase.Over(provider.GetRequiredService<MirrorOptions>(), rows))) => _rows = rows;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Filter_OfManyVersionsWithTheSameNumbers_ReadsEachNumberOnce(bool hidden)
    {
        await SeedAsync(providers: 6, versions: 20);
        await DenyAsync("*/*/*", ">= 1.10.0");
        await FindAsync(hidden, take: 5);
        _rows.Reset();

        var found = await FindAsync(hidden, take: 5);

        Assert.Equal(60, found.Total);
        // 20 numbers, 6 providers, and a few for the page itself, but not 120 versions.
        Assert.InRange(_rows.Count, 20, 60);
    }

    [Fact]
    public async Task Filter_WithDifferentRulesForEachProvider_FindsWhatEachHides()
    {
        const int Providers = 12;
        await SeedAsync(Providers, versions: 2);
        for (int i = 0; i < Providers; i++)
        {
            await DenyAsync($"acme/p{i}", i % 2 == 0 ? ">= 1.1.0" : "< 1.1.0");
        }

        var hidden = await FindAsync(hidden: true);
        var shown = await FindAsync(hidden: false);

        Assert.Equal(
            Enumerable.Range(0, Providers).Select(i => (i % 2 == 0 ? $"acme/p{i} 1.1.0" : $"acme/p{i} 1.0.0")).Order(StringComparer.Ordinal),
            hidden.Items.Select(item => $"{item.Provider.Display} {item.Version}").Order(StringComparer.Ordinal));
        Assert.Equal((Providers, Providers), (hidden.Total, shown.Total));
        Assert.All(hidden.Items, item => Assert.NotNull(item.BlockedBy));
        Assert.All(shown.Items, item => Assert.Null(item.BlockedBy));
    }

    [Fact]
    public async Task Filter_WithAMinimumReleaseAge_ReadsOnlyVersionsThatWereSignedSince()
    {
        for (int i = 0; i < 40; i++)
        {
            await Seed.SignedAsync("hashicorp/aws", $"1.{i}.0", ["linux_amd64"], 1_000, TimeSpan.FromDays(9), Person);
        }

        await Seed.SignedAsync("hashicorp/aws", "2.0.0", ["linux_amd64"], 1_000, TimeSpan.FromHours(2), Person);
        await Services.GetRequiredService<Policies>().SetMinimumReleaseAgeAsync(
            MirrorDbContext.DefaultGroupId, TimeSpan.FromHours(4), Person, CancellationToken.None);
        await FindAsync(hidden: true);
        _rows.Reset();

        var hidden = await FindAsync(hidden: true);

        Assert.Equal(["2.0.0"], hidden.Items.Select(item => item.Version.Value));
        Assert.InRange(_rows.Count, 1, 20);
        Assert.Equal(40, (await FindAsync(hidden: false)).Total);
    }

    [Fact]
    public async Task Preview_OfProvidersWithTheSameNumbers_ParsesEachNumberOnce()
    {
        await SeedAsync(providers: 3, versions: 4);
        var scope = (await Services.GetRequiredService<NamespaceDirectory>().FindAsync(NamespacePath.Default, CancellationToken.None))!;

        var effect = await Services.GetRequiredService<PolicyPreviews>().PreviewAsync(scope, policy => policy.With(Deny("acme/*", null)), CancellationToken.None);

        Assert.Equal((12, 3), (effect.Hidden.Stored, effect.Hidden.StoredProviders));
        Assert.All(
            effect.Hidden.Providers[0].Versions.Zip(effect.Hidden.Providers[1].Versions),
            versions => Assert.Same(versions.First, versions.Second));
    }

    private static PolicyRule Deny(string provider, string? versions) =>
        new(0, PolicyRuleKind.Deny, ProviderPattern.Parse(provider), versions is null ? null : VersionConstraint.Parse(versions), null);

    private Task DenyAsync(string provider, string versions) => Services.GetRequiredService<Policies>().AddRuleAsync(
        MirrorDbContext.DefaultGroupId, Deny(provider, versions), Person, CancellationToken.None);

    private async Task<Page<VersionSummary>> FindAsync(bool hidden, int take = 15)
    {
        var scope = (await Services.GetRequiredService<NamespaceDirectory>().FindAsync(NamespacePath.Default, CancellationToken.None))!;
        return await Services.GetRequiredService<StoredVersions>().SearchAsync(
            scope, new VersionQuery(Take: take) { Filter = new VersionFilter { Hidden = hidden } }, CancellationToken.None);
    }

    private async Task SeedAsync(int providers, int versions)
    {
        for (int p = 0; p < providers; p++)
        {
            for (int v = 0; v < versions; v++)
            {
                await Seed.AddAsync($"acme/p{p}", $"1.{v}.0", ["linux_amd64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(1), Person);
            }
        }
    }

    /// <summary>Counts the rows that the server reads from the database.</summary>
    private sealed class ReadRows : DbCommandInterceptor
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public void Reset() => Volatile.Write(ref _count, 0);

        public override InterceptionResult DataReaderDisposing(
            DbCommand command, DataReaderDisposingEventData eventData, InterceptionResult result)
        {
            Interlocked.Add(ref _count, eventData.ReadCount);
            return result;
        }
    }
}
