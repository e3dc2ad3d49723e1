using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Sync;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Syncs;

/// <summary>A row of the list of syncs, in a form that passes from the prerendered page to its circuit.</summary>
/// <param name="What">The requested providers.</param>
public sealed record ListedSync(SyncSummary Sync, string What, string Platforms)
{
    public static ListedSync From(SyncSummary sync) =>
        new(sync, SyncRequestText.Short(sync.Request), SyncRequestText.Platforms(sync.Request));

    /// <summary>The number of packages, and how many are done or failed.</summary>
    public string PackagesText()
    {
        var (total, ended, failed) = (
            Sync.Packages.Values.Sum(), ShownSync.CountEnded(Sync.Packages), Sync.Packages.GetValueOrDefault(SyncPackageState.Failed));
        string packages = TextFormat.Count(total, Texts.OnePackage, Texts.ManyPackages);
        string done = ended == total ? packages : Texts.EndedOf.With(SyncRequestText.Number(ended), packages);
        return failed == 0 ? done : Texts.WithFailed.With(done, SyncRequestText.Number(failed));
    }
}

/// <summary>The content of a sync's page, in a form that passes from the prerendered page to its circuit.</summary>
/// <param name="Sync">With the packages of one page.</param>
/// <param name="Providers">The requested providers.</param>
/// <param name="Counts">The number of packages in each state that occurs.</param>
/// <param name="Received">In bytes.</param>
/// <param name="Matching">The number of packages on all pages.</param>
public sealed record ShownSync(
    SyncStatus Sync,
    IReadOnlyList<string> Providers,
    string Platforms,
    bool Force,
    IReadOnlyDictionary<SyncPackageState, int> Counts,
    long Received,
    int Matching)
{
    private const int MaxProviders = 50;

    public bool HasEnded => Sync.HasEnded;

    public int Total => Counts.Values.Sum();

    /// <summary>The number of completed packages; null while the number of packages is unknown.</summary>
    public int? Progress() => Total > 0 ? CountEnded(Counts) : HasEnded ? 1 : null;

    /// <summary>The progress as a sentence.</summary>
    public string Summarize() => this switch
    {
        { Total: 0, HasEnded: true } => Texts.NothingToFetch,
        { Total: 0, Sync.State: SyncState.Queued } => Texts.WaitingForSlot,
        { Total: 0 } => Texts.Querying,
        { Received: 0 } => Ended,
        _ => Texts.WithReceived.With(Ended, Quantity.FormatSize(Received)),
    };

    private string Ended => Texts.EndedOf.With(
        SyncRequestText.Number(CountEnded(Counts)), TextFormat.Count(Total, Texts.OnePackage, Texts.ManyPackages));

    public static int CountEnded(IReadOnlyDictionary<SyncPackageState, int> counts) =>
        counts.Where(entry => entry.Key is not (SyncPackageState.Waiting or SyncPackageState.Fetching)).Sum(entry => entry.Value);

    public static ShownSync From(SyncStatus sync, SyncView view)
    {
        var matching = view.Show is null ? sync.Packages : [.. sync.Packages.Where(package => package.State == view.Show)];
        var requested = sync.Request.Providers;
        return new ShownSync(
            sync with { Packages = [.. matching.Skip((view.Page - 1) * SyncView.PageSize).Take(SyncView.PageSize)] },
            [.. requested.Take(MaxProviders).Select(SyncRequestText.Of),
                .. requested.Count > MaxProviders ? [Texts.MoreItems.With(requested.Count - MaxProviders)] : Array.Empty<string>()],
            SyncRequestText.Platforms(sync.Request),
            sync.Request.Force,
            sync.Packages.GroupBy(package => package.State).ToDictionary(state => state.Key, state => state.Count()),
            sync.Packages.Sum(package => package.State == SyncPackageState.Present ? 0 : package.Received),
            matching.Count);
    }
}
