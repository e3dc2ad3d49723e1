using Mirror.Core.Addresses;

namespace Mirror.Core.Database;

/// <summary>A change to a root group's data about a provider or module.</summary>
public sealed record CatalogChange(long RootGroupId, ISourceAddress Source)
{
    /// <summary>
    /// The stored packages and their credentials have not changed: a list, a proof or a failure was recorded.
    /// </summary>
    public bool LeavesPackages { get; init; }

    /// <summary>Only a version list was fetched.</summary>
    public bool IsList { get; init; }

    /// <summary>The version whose proofs were removed; null for any other change.</summary>
    public ProviderVersion? Unproven { get; init; }
}

/// <summary>Notifies caches and open pages of changes to the catalog, after they have been committed.</summary>
public sealed class CatalogChanges
{
    /// <summary>Raised on the thread that made the change. Handlers must be fast and must not throw.</summary>
    public event Action<CatalogChange>? Changed;

    internal void Publish(CatalogChange change) => Changed?.Invoke(change);
}
