using Mirror.Core.Database;

namespace Mirror.Web.Features.Syncs;

/// <summary>What a state of a sync, or of one of its packages, is called.</summary>
/// <param name="Name">A word or two.</param>
/// <param name="Icon">A shape of the icon sprite.</param>
/// <param name="Tone">A class that colours it: <c>good</c>, <c>busy</c>, <c>caution</c>, <c>danger</c> or <c>neutral</c>.</param>
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

    /// <param name="hasEnded">The sync has: what waits then was never begun.</param>
    public static SyncStateText Of(SyncPackageState state, bool hasEnded) => state switch
    {
        SyncPackageState.Waiting when hasEnded => new("not begun", "clock", "neutral"),
        SyncPackageState.Waiting => new("waiting", "clock", "neutral"),
        SyncPackageState.Fetching => new("fetching", "import", "busy"),
        SyncPackageState.Fetched => new("fetched", "check", "good"),
        SyncPackageState.Present => new("was stored", "packages", "neutral"),
        SyncPackageState.Failed => new("failed", "warning", "danger"),
        _ => new("cancelled", "close", "neutral"),
    };
}
