using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Storage;
using Mirror.Tests.Fetching.Documents;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using Mirror.Tests.Storage;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Fetching.Packages;

/// <summary>
/// A request finds nothing in the cache and is then slower than the complete fill of another request. It gets the package from that fill,
/// without another origin request.
/// </summary>
public sealed class LateRequestTests
{
    [Theory]
    [InlineData("index.json", "OriginDocuments", RequestKind.Versions)]
    [InlineData("1.0.0.json", "OriginDocuments", RequestKind.Versions)]
    [InlineData("1.0.0.json", "Proofs", RequestKind.Sums)]
    [InlineData("1.0.0.json", "Quarantine", RequestKind.Sums)]
    [InlineData(Package, "Packages", RequestKind.Package)]
    [InlineData(Package, "Quarantine", RequestKind.Package)]
    public async Task LateRequest_DelayedAfterItsLookup_GetsThePackageOfAnother(string file, string table, RequestKind kind)
    {
        using var pause = new PausedQuery(table);
        await using var mirror = await StartAsync(services: services =>
            services.AddSingleton<IDbContextFactory<MirrorDbContext>>(
                provider => InterceptedDatabase.Over(provider.GetRequiredService<MirrorOptions>(), pause)));
        pause.Arm();

        var late = mirror.Client.GetByteArrayAsync(Base + file);
        await pause.Gate.WhenReached();
        byte[] other = await mirror.Client.GetByteArrayAsync(Base + file);
        await mirror.WhenIdleAsync();
        pause.Gate.Open();

        byte[] own = await late;
        Assert.Equal(file == Package ? other : own, own);
        Assert.Equal(1, mirror.Origin.Count(kind));
        Assert.Equal(file == Package ? 1 : 0, await mirror.CountPackageRowsAsync());
    }

    [Fact]
    public async Task LateRequest_DelayedBeforeItsFill_GetsThePackageFromTheStore()
    {
        var gate = new Gate();
        await using var mirror = await StartAsync(
            services: services => services.AddSingleton<IPackageStore>(provider => new PausingStore(Store(provider), gate)));

        var late = mirror.Client.GetByteArrayAsync(Base + Package);
        await gate.WhenReached();
        byte[] other = await mirror.Client.GetByteArrayAsync(Base + Package);
        await mirror.WhenIdleAsync();
        gate.Open();

        Assert.Equal(other, await late);
        Assert.Equal(1, mirror.Origin.Count(RequestKind.Package));
    }

    [Fact]
    public async Task LateRequest_DelayedBeforeItsFill_GetsTheFailureOfAnother()
    {
        var gate = new Gate();
        await using var mirror = await OriginFaultTests.StartLargeAsync(
            services: services => services.AddSingleton<IPackageStore>(provider => new PausingStore(Store(provider), gate)));
        mirror.Origin.Misbehave(RequestKind.Package, Fault.Flip(5));

        var late = mirror.Client.GetAsync(Base + Package);
        await gate.WhenReached();
        await PackageFaultTests.AssertAbortedAsync(mirror);
        await mirror.WhenIdleAsync();
        gate.Open();

        using var response = await late;
        Assert.Equal(502, (int)response.StatusCode);
        Assert.Equal(1, mirror.Origin.Count(RequestKind.Package));
    }

    private static FileSystemPackageStore Store(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<MirrorOptions>();
        return new FileSystemPackageStore(options.PackagesDirectory, options.StagingDirectory);
    }

    /// <summary>Holds the first lookup of a package in the store, after it has its result.</summary>
    private sealed class PausingStore(IPackageStore inner, Gate gate) : StoreDecorator(inner)
    {
        private int _looks;

        public override async ValueTask<IPackageContent?> OpenAsync(Sha256Digest digest, CancellationToken cancellationToken)
        {
            var content = await base.OpenAsync(digest, cancellationToken);
            if (Interlocked.Increment(ref _looks) == 1)
            {
                await gate.PassThroughAsync(cancellationToken);
            }

            return content;
        }
    }

    [Fact]
    public async Task List_StoredByAnotherReplicaMeanwhile_IsStillServed()
    {
        using var pause = new PausedQuery("OriginDocuments");
        await using var mirror = await StartAsync(services: services =>
            services.AddSingleton<IDbContextFactory<MirrorDbContext>>(
                provider => InterceptedDatabase.Over(provider.GetRequiredService<MirrorOptions>(), pause)));
        pause.Arm();

        var answer = mirror.Client.GetAsync(Base + "index.json");
        await pause.Gate.WhenReached();
        await mirror.QueryAsync(async db =>
        {
            db.OriginDocuments.Add(new OriginDocumentRow { Key = $"versions {Host}/example/hello none", Body = "{}"u8.ToArray() });
            return await db.SaveChangesAsync();
        });
        pause.Gate.Open();

        using var response = await answer;
        Assert.Equal(200, (int)response.StatusCode);
    }
}
