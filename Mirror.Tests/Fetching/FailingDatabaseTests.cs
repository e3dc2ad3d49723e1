using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching;
using Mirror.Core.Fetching.Packages;
using Mirror.Core.Sync;
using Mirror.Tests.Fetching.Documents;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Fetching;

/// <summary>A failing database statement affects one response, but not later ones.</summary>
public sealed class FailingDatabaseTests
{
    [Fact]
    public async Task Package_WithAFailingLookup_ReturnsAProblemToAllWaitingClients()
    {
        var refused = new RefusedStatements(text => text.StartsWith("SELECT", StringComparison.Ordinal)
            && text.Contains("FROM \"Versions\"", StringComparison.Ordinal));
        using var pause = new PausedQuery("Versions");
        await using var mirror = await StartAsync(refused, pause);
        await mirror.GetJsonAsync(Base + "1.0.0.json");

        // After another fill has ended, a fill repeats the lookup of its request. This second lookup fails.
        pause.Arm();
        var asking = mirror.Client.GetAsync(Base + Package);
        await pause.Gate.WhenReached();
        await mirror.Client.GetByteArrayAsync(Base + Package.Replace("1.0.0", "2.0.0", StringComparison.Ordinal));
        await mirror.WhenIdleAsync();
        refused.Arm();
        pause.Gate.Open();
        using var response = await asking;
        byte[] next = await mirror.Client.GetByteArrayAsync(Base + Package);

        Assert.Equal(1, refused.Count);
        await OriginFaultTests.AssertProblemAsync(response, 503);
        Assert.Equal(mirror.OriginPackage().Content, next);
    }

    [Fact]
    public async Task OriginDocument_ThatCannotBeStored_IsStillServed()
    {
        var refused = new RefusedStatements(text => text.Contains("INSERT INTO \"OriginDocuments\"", StringComparison.Ordinal)
            || text.Contains("INSERT INTO \"Proofs\"", StringComparison.Ordinal));
        await using var mirror = await StartAsync(refused);
        refused.Arm(times: int.MaxValue);

        var index = await mirror.GetJsonAsync(Base + "index.json");
        var document = await mirror.GetJsonAsync(Base + "1.0.0.json");
        byte[] package = await mirror.Client.GetByteArrayAsync(Base + Package);

        Assert.True(refused.Count >= 2);
        Assert.Equal(3, index.GetProperty("versions").EnumerateObject().Count());
        Assert.True(document.GetProperty("archives").TryGetProperty("linux_amd64", out _));
        Assert.Equal(mirror.OriginPackage().Content, package);
        Assert.Equal(1, mirror.Origin.Count(RequestKind.Versions));
        // The highest version, which is verified with the list, and the requested version.
        Assert.Equal(2, mirror.Origin.Count(RequestKind.Sums));
    }

    [Fact]
    public async Task Sync_WhoseResultCannotBeStored_EndsForItsWatchers()
    {
        var refused = new RefusedStatements(text => text.StartsWith("UPDATE \"SyncTasks\"", StringComparison.Ordinal)
            && text.Contains("\"EndedAt\" =", StringComparison.Ordinal));
        using var gate = new OpenedGate();
        await using var mirror = await StartAsync(refused);
        mirror.Origin.Misbehave(RequestKind.Versions, Fault.Hang(gate.Gate));
        refused.Arm(times: int.MaxValue);
        var syncs = mirror.Server.Services.GetRequiredService<SyncService>();
        var scope = await mirror.Server.Services.GetRequiredService<NamespaceDirectory>()
            .FindAsync(NamespacePath.Default, CancellationToken.None);
        var request = new SyncRequest([new SyncSelection(ProviderAddress.Parse($"{Host}/example/hello"), null)], []);

        long id = (await syncs.StartAsync(scope!, request, Principal.Admin, CancellationToken.None)).Id;
        SyncStatus? last = null;
        await foreach (var status in syncs.WatchAsync(scope!.RootGroupId, id, CancellationToken.None))
        {
            last = status;
            gate.Gate.Open();
        }

        Assert.Equal(SyncState.Failed, last!.State);
        Assert.True(refused.Count > 0);
    }

    [Fact]
    public async Task ContentHash_ThatCannotBeStored_DoesNotBlockOthers()
    {
        var refused = new RefusedStatements(text => text.StartsWith("UPDATE", StringComparison.Ordinal)
            && text.Contains("\"ContentHash\" =", StringComparison.Ordinal));
        await using var mirror = await StartAsync(refused);
        refused.Arm();

        await mirror.Client.GetByteArrayAsync(Base + Package);
        await mirror.WhenIdleAsync();
        await mirror.Client.GetByteArrayAsync(Base + Package.Replace("1.0.0", "2.0.0", StringComparison.Ordinal));
        await mirror.WhenIdleAsync();

        Assert.Equal(1, refused.Count);
        Assert.NotNull(await mirror.QueryAsync(db =>
            db.Packages.Where(row => row.Version.Version == "2.0.0").Select(row => row.ContentHash).SingleAsync()));
    }

    [Fact]
    public async Task DownloadCounts_ThatCannotBeStored_AreStoredTheNextTime()
    {
        var refused = new RefusedStatements(text => text.StartsWith("UPDATE", StringComparison.Ordinal)
            && text.Contains("\"Downloads\" =", StringComparison.Ordinal));
        await using var mirror = await StartAsync(refused);
        var usage = mirror.Server.Services.GetRequiredService<PackageUsage>();
        await mirror.Client.GetByteArrayAsync(Base + Package);
        await mirror.WhenIdleAsync();
        await mirror.Server.WhenAnsweredAsync();

        refused.Arm();
        await Assert.ThrowsAnyAsync<DbException>(() => usage.FlushAsync(CancellationToken.None));
        await usage.FlushAsync(CancellationToken.None);

        Assert.Equal(1, await mirror.QueryAsync(db => db.Packages.Select(row => row.Downloads).SingleAsync()));
    }

    private static Task<MirrorWithOrigin> StartAsync(params IInterceptor[] interceptors) =>
        MirrorWithOrigin.StartAsync(services: services =>
            services.AddSingleton<IDbContextFactory<MirrorDbContext>>(
                provider => InterceptedDatabase.Over(provider.GetRequiredService<MirrorOptions>(), interceptors)));
}
