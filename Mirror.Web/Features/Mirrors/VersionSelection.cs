using Mirror.Core.Addresses;
using Mirror.Core.Catalog;

namespace Mirror.Web.Features.Mirrors;

/// <summary>The selected rows of the list; only rows that are shown can be selected.</summary>
public sealed class VersionSelection
{
    private readonly Dictionary<(ProviderAddress, ProviderVersion), VersionSummary> _chosen = [];

    public int Count => _chosen.Count;

    /// <summary>In the order in which they were selected.</summary>
    public IReadOnlyList<VersionSummary> Versions => [.. _chosen.Values];

    public bool Contains(VersionSummary version) => _chosen.ContainsKey(KeyOf(version));

    public void Set(bool selected, IEnumerable<VersionSummary> versions)
    {
        foreach (var version in versions)
        {
            if (selected)
            {
                _chosen.TryAdd(KeyOf(version), version);
            }
            else
            {
                _chosen.Remove(KeyOf(version));
            }
        }
    }

    /// <summary>Drops rows that are no longer shown.</summary>
    public void Keep(IEnumerable<VersionSummary> shown)
    {
        var kept = shown.Where(Contains).ToList();
        Clear();
        Set(true, kept);
    }

    public void Clear() => _chosen.Clear();

    private static (ProviderAddress, ProviderVersion) KeyOf(VersionSummary version) => (version.Provider, version.Version);
}
