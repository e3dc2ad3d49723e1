using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;

namespace Mirror.Tests.Sync;

public sealed class SyncSchedulerTests
{
    private static readonly ProviderAddress Hello = ProviderAddress.Parse($"{MirrorWithOrigin.Host}/example/hello");

    [Fact]
    public async Task Schedule_WithAnInterval_SyncsAtStartAsTheServer()
    {
        await using var mirror = await MirrorWithOrigin.StartAsync(configure: options => options with { Sync = [Entry("6h")] });

        await mirror.Origin.WhenRequested(RequestKind.Package);
        await WhenEndedAsync(mirror);

        var task = await mirror.QueryAsync(db => db.SyncTasks.SingleAsync());
        Assert.Equal((PrincipalKind.System, SyncState.Succeeded), (task.CreatedByKind, task.State));
        Assert.Equal(1, await mirror.CountPackageRowsAsync());
    }

    private static SyncOptions Entry(string schedule) => new()
    {
        Group = NamespacePath.Default,
        Provider = Hello,
        Versions = VersionConstraint.Parse("~> 1.0.0"),
        Platforms = [Platform.Parse("linux_amd64")],
        Schedule = Schedule.TryParse(schedule, out var parsed) ? parsed : throw new FormatException(schedule),
    };

    private static async Task WhenEndedAsync(MirrorWithOrigin mirror)
    {
        var syncs = (Core.Sync.SyncService)mirror.Server.Services.GetService(typeof(Core.Sync.SyncService))!;
        await foreach (var _ in syncs.WatchAsync(MirrorDbContext.DefaultGroupId, 1, CancellationToken.None))
        {
            // Reads until the stream ends.
        }
    }
}
