using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Catalog;

/// <summary>A namespace as a request sees it: whose settings hold, and which root group's mirror it shares.</summary>
/// <param name="AutomaticCaching">Whether what is not cached is fetched, inheritance resolved.</param>
/// <param name="AnonymousRead">Whether the root group may be read without signing in.</param>
public sealed record ResolvedNamespace(long NamespaceId, NamespacePath Path, long RootGroupId, bool AutomaticCaching, bool AnonymousRead)
{
    /// <summary>
    /// The namespace itself and those above it, up to the root group: roles, settings and variables are inherited along it.
    /// </summary>
    public IReadOnlyList<long> Ancestry { get; init; } = NamespaceId == RootGroupId ? [NamespaceId] : [NamespaceId, RootGroupId];

    public NamespaceKind Kind { get; init; }

    /// <summary>What was fetched of origins' documents before is no answer, as for a sync that fetches everything anew.</summary>
    public DateTimeOffset DocumentsSince { get; init; }

    /// <summary>Null for requests; a sync may bring tokens of its own.</summary>
    public CallerTokens? Tokens { get; init; }

    /// <summary>The namespace whose setting <see cref="AutomaticCaching"/> is; null: nobody sets it, and it is off.</summary>
    public NamespacePath? AutomaticCachingFrom { get; init; }

    public bool IsRoot => NamespaceId == RootGroupId;

    /// <summary>What is set on the namespace itself.</summary>
    public CachingSetting AutomaticCachingSetting =>
        AutomaticCachingFrom != Path ? CachingSetting.Inherit : AutomaticCaching ? CachingSetting.On : CachingSetting.Off;
}

/// <summary>Whether a namespace fetches what is not cached.</summary>
public enum CachingSetting
{
    /// <summary>As the nearest group above that sets it; where none does, it is off.</summary>
    Inherit,
    On,
    Off,
}
