using System.Globalization;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Sync;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Syncs;

/// <summary>A row of the list of syncs, in a form that travels from the prerendered page to its circuit.</summary>
/// <param name="Ended">How many of its packages are done with, one way or another.</param>
/// <param name="Fetched">Bytes.</param>
public sealed record ListedSync(
    long Id,
    string What,
    string Platforms,
    SyncState State,
    int Packages,
    int Ended,
    int Failed,
    long Fetched,
    DateTimeOffset CreatedAt,
    PrincipalKind CreatedByKind,
    string CreatedBy)
{
    public static ListedSync From(SyncSummary sync) => new(
        sync.Id,
        SyncRequestText.Short(sync.Request),
        SyncRequestText.Platforms(sync.Request),
        sync.State,
        sync.Packages.Values.Sum(),
        sync.Packages.Where(entry => entry.Key is not (SyncPackageState.Waiting or SyncPackageState.Fetching)).Sum(entry => entry.Value),
        sync.Packages.GetValueOrDefault(SyncPackageState.Failed),
        sync.Fetched,
        sync.CreatedAt,
        sync.CreatedBy.Kind,
        sync.CreatedBy.Name);
}

/// <summary>What the page of a sync shows, in a form that travels from the prerendered page to its circuit.</summary>
/// <param name="Providers">What was asked for.</param>
/// <param name="Counts">How many packages there are in each state that occurs.</param>
/// <param name="Received">Bytes that have come so far.</param>
/// <param name="Packages">Those of the page that is shown.</param>
/// <param name="Matching">How many there are on all pages.</param>
public sealed record ShownSync(
    long Id,
    SyncState State,
    string? Error,
    DateTimeOffset CreatedAt,
    PrincipalKind CreatedByKind,
    string CreatedBy,
    DateTimeOffset? EndedAt,
    IReadOnlyList<string> Providers,
    string Platforms,
    bool Force,
    IReadOnlyDictionary<SyncPackageState, int> Counts,
    long Received,
    IReadOnlyList<ShownSyncPackage> Packages,
    int Matching)
{
    private const int MaxProviders = 50;

    public bool HasEnded => EndedAt is not null;

    public int Total => Counts.Values.Sum();

    public int Ended => Counts.Where(entry => entry.Key is not (SyncPackageState.Waiting or SyncPackageState.Fetching)).Sum(entry => entry.Value);

    /// <summary>How many packages are done with; null while nothing is known of them, and something goes on.</summary>
    public int? Progress() => Total > 0 ? Ended : HasEnded ? 1 : null;

    /// <summary>How far it is, in a sentence.</summary>
    public string Summarize() => this switch
    {
        { Total: 0, HasEnded: true } => "There was nothing to fetch.",
        { Total: 0, State: SyncState.Queued } => "It waits for other syncs to end.",
        { Total: 0 } => "The origin is asked which packages there are…",
        _ => string.Create(
            CultureInfo.InvariantCulture,
            $"{Ended:N0} of {Total:N0} {(Total == 1 ? "package" : "packages")}{(Received == 0 ? "" : $", {Quantity.FormatSize(Received)} received")}"),
    };

    /// <param name="group">For links.</param>
    public static ShownSync From(string group, SyncStatus sync, SyncView view)
    {
        var matching = view.Show is null ? sync.Packages : [.. sync.Packages.Where(package => package.State == view.Show)];
        var requested = sync.Request.Providers;
        return new ShownSync(
            sync.Id,
            sync.State,
            sync.Error,
            sync.CreatedAt,
            sync.CreatedBy.Kind,
            sync.CreatedBy.Name,
            sync.EndedAt,
            [.. requested.Take(MaxProviders).Select(SyncRequestText.Of), .. requested.Count > MaxProviders ? [$"and {requested.Count - MaxProviders} more"] : Array.Empty<string>()],
            SyncRequestText.Platforms(sync.Request),
            sync.Request.Force,
            sync.Packages.GroupBy(package => package.State).ToDictionary(state => state.Key, state => state.Count()),
            sync.Packages.Sum(package => package.State == SyncPackageState.Present ? 0 : package.Received),
            [.. matching.Skip((view.Page - 1) * SyncView.PageSize).Take(SyncView.PageSize).Select(package => ShownSyncPackage.From(group, package))],
            matching.Count);
    }
}

/// <param name="Url">Of its version's page; null until it is stored.</param>
/// <param name="Size">Bytes; null until it is known.</param>
public sealed record ShownSyncPackage(string Provider, string Version, string Platform, string? Url, SyncPackageState State, long Received, long? Size, string? Error)
{
    public static ShownSyncPackage From(string group, SyncPackageStatus package) => new(
        package.Provider.Display,
        package.Version.Value,
        package.Platform.Display,
        package.State is SyncPackageState.Fetched or SyncPackageState.Present ? Urls.Version(group, package.Provider, package.Version) : null,
        package.State,
        package.Received,
        package.Size,
        package.Error);
}
