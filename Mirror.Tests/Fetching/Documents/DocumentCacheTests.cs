using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Policy;
using Mirror.Tests.Hosting;
using Mirror.Tests.Protocols;
using Mirror.Tests.Protocols.Registry;
using Mirror.Tests.Time;

namespace Mirror.Tests.Fetching.Documents;

/// <summary>The changes that invalidate a cached document, and those that do not.</summary>
public sealed class DocumentCacheTests : IDisposable
{
    private const long Group = 1, OtherGroup = 2;
    private static readonly ResolvedNamespace Scope = new(Group, NamespacePath.Default, Group, AutomaticCaching: true, AnonymousRead: true);
    private static readonly MirrorOptions Options = new() { DataDirectory = "unused" };
    private static readonly ProviderAddress Hello = ProviderAddress.Parse("registry.example.com/example/hello");
    private static readonly ProviderAddress Other = ProviderAddress.Parse("registry.example.com/example/other");

    private readonly ManualTimeProvider _time = new();
    private readonly CatalogChanges _changes = new();
    private readonly PolicyChanges _policies = new();
    private readonly Directory _namespaces;
    private readonly DocumentCache _cache;

    public DocumentCacheTests()
    {
        _namespaces = new Directory(_time);
        _cache = new DocumentCache(new CacheSpace(Options), _changes, _policies, _namespaces, _time);
    }

    public void Dispose() => _cache.Dispose();

    [Theory]
    [InlineData(MirrorWithOrigin.Base + "index.json")]
    [InlineData(MirrorWithOrigin.Base + "1.0.0.json")]
    [InlineData(RegistryAddresses.Versions)]
    [InlineData(RegistryAddresses.Download)]
    [InlineData(RegistryAddresses.Sums)]
    public async Task FirstDocument_AfterItsListWasFetched_IsServedFromMemoryNextTime(string path)
    {
        var statements = new CountedStatements(() => MarkedRequests.IsCurrent);
        await using var mirror = await MirrorWithOrigin.StartAsync(
            time: _time,
            services: services => services.AddSingleton<IStartupFilter>(new MarkedRequests()).AddSingleton<IDbContextFactory<MirrorDbContext>>(
                provider => InterceptedDatabase.Over(provider.GetRequiredService<MirrorOptions>(), statements)));
        byte[] first = await mirror.Client.GetByteArrayAsync(path);
        int before = statements.Count;

        byte[] second = await mirror.Client.GetByteArrayAsync(path);

        Assert.Equal(first, second);
        Assert.NotEqual(0, before);
        Assert.Equal(0, statements.Count - before);
    }

    [Fact]
    public async Task Document_WhileOthersChange_IsCreatedOnceAndCached()
    {
        int made = await MakeAsync(() =>
        {
            _changes.Publish(new CatalogChange(Group, Other));
            _changes.Publish(new CatalogChange(OtherGroup, Hello));
            _policies.Publish(OtherGroup);
            _cache.Forget(OtherGroup, new HashSet<long> { OtherGroup }, null);
        });

        Assert.Equal((1, "1"), (made, Kept()));
    }

    [Theory]
    [InlineData("catalog")]
    [InlineData("policy")]
    [InlineData("refresh")]
    [InlineData("refresh of all")]
    [InlineData("namespaces")]
    public async Task Document_ChangedDuringCreation_IsCreatedAgainAndCached(string what)
    {
        int made = await MakeAsync(() => Change(what));

        Assert.Equal((2, "2"), (made, Kept()));
    }

    [Theory]
    [InlineData("catalog")]
    [InlineData("policy")]
    [InlineData("refresh")]
    [InlineData("refresh of all")]
    [InlineData("namespaces")]
    public async Task Document_ChangedRepeatedlyDuringCreation_IsNotCached(string what)
    {
        await MakeAsync(() => Change(what), changes: 2);

        Assert.Null(Kept());
    }

    [Fact]
    public async Task Document_AfterManyOtherChanges_IsStillOutdated()
    {
        await MakeAsync(() =>
        {
            _changes.Publish(new CatalogChange(Group, Hello));
            for (int i = 0; i < 20_000; i++)
            {
                _changes.Publish(new CatalogChange(Group, ProviderAddress.Parse($"registry.example.com/example/p{i}")));
            }
        }, changes: 2);

        Assert.Null(Kept());
    }

    /// <summary>Its replacement has not been verified yet.</summary>
    [Fact]
    public async Task Document_Stale_IsNotCreatedAgain()
    {
        int made = await MakeAsync(() => Change("catalog"), freshUntil: _time.GetUtcNow());

        Assert.Equal((1, (string?)null), (made, Kept()));
    }

    /// <summary>
    /// The request read the namespace before the change, and the cache was notified before the request started to create the document.
    /// </summary>
    [Fact]
    public async Task Document_OfANamespaceThatChangedBefore_IsNotCached()
    {
        _namespaces.HasChanged = true;

        await MakeAsync(() => { }, changes: 0);

        Assert.Null(Kept());
    }

    [Fact]
    public async Task Namespace_WhoseSettingsChanged_IsNoLongerCurrent()
    {
        await using var server = await MirrorServer.StartAsync();
        var namespaces = server.Services.GetRequiredService<NamespaceDirectory>();
        var before = (await namespaces.FindAsync(NamespacePath.Default, CancellationToken.None))!;
        Assert.True(namespaces.IsCurrent(before));

        await server.Services.GetRequiredService<NamespaceWriter>()
            .ChangeSettingsAsync(
                NamespacePath.Default,
                before.AutomaticCaching ? CachingSetting.Off : CachingSetting.On,
                null,
                Principal.Admin,
                CancellationToken.None);
        var after = (await namespaces.FindAsync(NamespacePath.Default, CancellationToken.None))!;

        Assert.Equal((false, true), (namespaces.IsCurrent(before), namespaces.IsCurrent(after)));
    }

    private void Change(string what)
    {
        switch (what)
        {
            case "catalog":
                _changes.Publish(new CatalogChange(Group, Hello));
                break;
            case "policy":
                _policies.Publish(Group);
                break;
            case "refresh":
                _cache.Forget(Group, new HashSet<long> { Group }, Hello);
                break;
            case "refresh of all":
                _cache.Forget(Group, new HashSet<long> { Group }, null);
                break;
            default:
                _namespaces.Invalidate();
                break;
        }
    }

    /// <summary>Creates a document like the protocols do. Its body is the number of times that it was created.</summary>
    /// <param name="during">Runs during the creation.</param>
    private async Task<int> MakeAsync(Action during, int changes = 1, DateTimeOffset? freshUntil = null)
    {
        int made = 0;
        var (found, moment) = await _cache.GatherAsync<Offer>(Scope, Hello, _ =>
        {
            var offer = new Offer($"{++made}", freshUntil ?? DateTimeOffset.MaxValue);
            if (made <= changes)
            {
                during();
            }

            return Task.FromResult<Outcome<Offer>>(offer);
        });
        _cache.Add(Key, new ReadyDocument(System.Text.Encoding.ASCII.GetBytes(found.Value.Body)), found.Value.FreshUntil, moment);
        return made;
    }

    private string? Kept() => _cache.Find(Key) is { } document ? System.Text.Encoding.ASCII.GetString(document.Body) : null;

    private static DocumentKey Key => new("test", Group, Group, Hello, null);

    private sealed record Offer(string Body, DateTimeOffset FreshUntil) : IOffer;

    private sealed class Directory(TimeProvider time) : NamespaceDirectory(null!, Options, time)
    {
        public bool HasChanged { get; set; }

        public override bool IsCurrent(ResolvedNamespace resolved) => !HasChanged;
    }
}
