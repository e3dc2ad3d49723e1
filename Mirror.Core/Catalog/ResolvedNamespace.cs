using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Catalog;

/// <summary>A namespace as resolved for a request: its effective settings and its root group, whose mirror it shares.</summary>
/// <param name="AutomaticCaching">Whether missing packages are fetched, with inheritance resolved.</param>
/// <param name="AnonymousRead">Whether the root group can be read without signing in.</param>
public sealed record ResolvedNamespace(long NamespaceId, NamespacePath Path, long RootGroupId, bool AutomaticCaching, bool AnonymousRead)
{
    /// <summary>
    /// The namespace and its ancestors up to the root group: roles, settings and variables are inherited along this path.
    /// </summary>
    public IReadOnlyList<long> Ancestry { get; init; } = NamespaceId == RootGroupId ? [NamespaceId] : [NamespaceId, RootGroupId];

    public NamespaceKind Kind { get; init; }

    /// <summary>Origin documents fetched earlier are not used, for example in a sync that fetches everything again.</summary>
    public DateTimeOffset DocumentsSince { get; init; }

    /// <summary>Null for requests; a sync may have its own tokens.</summary>
    public CallerTokens? Tokens { get; init; }

    /// <summary>The namespace that sets <see cref="AutomaticCaching"/>; null if none does, and it is off.</summary>
    public NamespacePath? AutomaticCachingFrom { get; init; }

    /// <summary>The routes of the root group: from namespaces of other registries to its own registry namespaces; null if it has none.</summary>
    internal IReadOnlyDictionary<(ProviderHostname, string), string>? Routes { get; init; }

    public bool IsRoot => NamespaceId == RootGroupId;

    /// <summary>The setting of the namespace itself.</summary>
    public CachingSetting AutomaticCachingSetting =>
        AutomaticCachingFrom != Path ? CachingSetting.Inherit : AutomaticCaching ? CachingSetting.On : CachingSetting.Off;

    /// <summary>
    /// The registry namespace that replaces the origin of a provider or module, which is then not queried; null if there is no route.
    /// </summary>
    public string? FindRoute(ISourceAddress source) => Routes?.GetValueOrDefault((source.Hostname, source.Namespace.ToLowerInvariant()));
}

/// <summary>Whether a namespace fetches missing packages.</summary>
public enum CachingSetting
{
    /// <summary>Use the setting of the nearest ancestor that has one; off if none has.</summary>
    Inherit,
    On,
    Off,
}
