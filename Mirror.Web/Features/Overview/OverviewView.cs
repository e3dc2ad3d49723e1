using Mirror.Core.Storage.Retention;
using Mirror.Core.Upstream;
using Mirror.Core.Usage;

namespace Mirror.Web.Features.Overview;

/// <summary>What the overview of a group shows, in a form that travels from the prerendered page to its circuit.</summary>
/// <param name="Figures">Null: there is no such group, or the visitor may not read it.</param>
public sealed record OverviewView(string Group, int Span, OverviewFigures? Figures);

/// <param name="Shares">What is stored, the largest first.</param>
/// <param name="Origins">Null: the visitor has no role in the group, and hosts are not told.</param>
public sealed record OverviewFigures(
    IReadOnlyList<DateOnly> Days,
    IReadOnlyList<Traffic> Traffic,
    IReadOnlyList<long> Stored,
    IReadOnlyList<StorageShare> Shares,
    long Bytes,
    int Versions,
    IReadOnlyList<HostHealth>? Origins,
    SpaceView? Space)
{
    public Traffic Total => Traffic.Aggregate(default(Traffic), (sum, day) => sum + day);
}

/// <summary>What of the stored bytes a provider or a root group is.</summary>
/// <param name="Name">For people; null stands for all the others together.</param>
/// <param name="Url">Of what there is to see of it.</param>
public sealed record StorageShare(string? Name, string? Url, long Bytes, int Versions, Traffic Traffic);

/// <param name="Stored">Of the whole instance; null where there is no quota.</param>
/// <param name="Orphans">Null: there are none.</param>
public sealed record SpaceView(long? Quota, long? Stored, long? Free, long KeptFree, string? Problem, OrphanSummary? Orphans = null);
