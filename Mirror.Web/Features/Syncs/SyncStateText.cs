using Mirror.Core.Database;
using MudBlazor;

namespace Mirror.Web.Features.Syncs;

/// <summary>The display of a sync's or package's state.</summary>
/// <param name="Name">One or two words.</param>
public sealed record SyncStateText(string Name, string Icon, Color Color)
{
    public static SyncStateText Of(SyncState state) => state switch
    {
        SyncState.Queued => new(Texts.StateQueued, Icons.Material.Outlined.Schedule, Color.Default),
        SyncState.Running => new(Texts.StateRunning, Icons.Material.Outlined.Sync, Color.Info),
        SyncState.Succeeded => new(Texts.StateSucceeded, Icons.Material.Outlined.Check, Color.Success),
        SyncState.Failed => new(Texts.StateFailed, Icons.Material.Outlined.ErrorOutline, Color.Error),
        SyncState.Stale => new(Texts.StateStale, Icons.Material.Outlined.WarningAmber, Color.Warning),
        _ => new(Texts.StateCancelled, Icons.Material.Outlined.Block, Color.Default),
    };

    /// <param name="hasEnded">Whether the sync has ended; waiting packages were then not started.</param>
    public static SyncStateText Of(SyncPackageState state, bool hasEnded) => state switch
    {
        SyncPackageState.Waiting when hasEnded => new(Texts.PackageNotStarted, Icons.Material.Outlined.Schedule, Color.Default),
        SyncPackageState.Waiting => new(Texts.PackageWaiting, Icons.Material.Outlined.Schedule, Color.Default),
        SyncPackageState.Fetching => new(Texts.PackageFetching, Icons.Material.Outlined.Download, Color.Info),
        SyncPackageState.Fetched => new(Texts.PackageFetched, Icons.Material.Outlined.Check, Color.Success),
        SyncPackageState.Present => new(Texts.PackagePresent, Icons.Material.Outlined.Inventory2, Color.Default),
        SyncPackageState.Failed => new(Texts.PackageFailed, Icons.Material.Outlined.ErrorOutline, Color.Error),
        _ => new(Texts.PackageCancelled, Icons.Material.Outlined.Block, Color.Default),
    };
}
