using Mirror.Core.Database;

namespace Mirror.Web.Features.Syncs;

/// <summary>The display of a sync's or package's state.</summary>
/// <param name="Name">One or two words.</param>
/// <param name="Icon">A shape of the icon sprite.</param>
/// <param name="Tone">A CSS class: <c>good</c>, <c>busy</c>, <c>caution</c>, <c>danger</c> or <c>neutral</c>.</param>
public sealed record SyncStateText(string Name, string Icon, string Tone)
{
    public static SyncStateText Of(SyncState state) => state switch
    {
        SyncState.Queued => new("queued", "clock", "neutral"),
        SyncState.Running => new("running", "sync", "busy"),
        SyncState.Succeeded => new("succeeded", "check", "good"),
        SyncState.Failed => new("failed", "warning", "danger"),
        SyncState.Stale => new("stale", "warning", "caution"),
        _ => new("cancelled", "close", "neutral"),
    };

    /// <param name="hasEnded">Whether the sync has ended; waiting packages were then not started.</param>
    public static SyncStateText Of(SyncPackageState state, bool hasEnded) => state switch
    {
        SyncPackageState.Waiting when hasEnded => new("not started", "clock", "neutral"),
        SyncPackageState.Waiting => new("waiting", "clock", "neutral"),
        SyncPackageState.Fetching => new("fetching", "import", "busy"),
        SyncPackageState.Fetched => new("fetched", "check", "good"),
        SyncPackageState.Present => new("already stored", "packages", "neutral"),
        SyncPackageState.Failed => new("failed", "warning", "danger"),
        _ => new("cancelled", "close", "neutral"),
    };
}
