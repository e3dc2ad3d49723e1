using Mirror.Core.Addresses;

namespace Mirror.Core.Database;

/// <summary>Something that a root group has of a provider or module was added, changed or removed.</summary>
public sealed record CatalogChange(long RootGroupId, ISourceAddress Source)
{
    /// <summary>
    /// Which packages are stored, and with which credential they were fetched, is as before: a list, a proof or a failure was recorded.
    /// </summary>
    public bool LeavesPackages { get; init; }

    /// <summary>A list of versions was fetched; nothing else changed.</summary>
    public bool IsList { get; init; }

    /// <summary>A version of which the proofs were removed; null: something else changed.</summary>
    public ProviderVersion? Unproven { get; init; }
}

/// <summary>Tells caches and open pages that the catalog changed, after the change is committed.</summary>
public sealed class CatalogChanges
{
    /// <summary>Raised on the thread that made the change; handlers must be quick and not throw.</summary>
    public event Action<CatalogChange>? Changed;

    internal void Publish(CatalogChange change) => Changed?.Invoke(change);
}
