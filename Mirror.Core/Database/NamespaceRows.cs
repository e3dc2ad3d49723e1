namespace Mirror.Core.Database;

public enum NamespaceKind
{
    Group,
    Workspace,
}

/// <summary>A group or workspace.</summary>
public sealed class NamespaceRow
{
    public long Id { get; set; }

    public long? ParentId { get; set; }

    /// <summary>The topmost group of the path; the row's own id for a root group.</summary>
    public long RootGroupId { get; set; }

    public NamespaceKind Kind { get; set; }

    public required string Path { get; set; }

    /// <summary>Null to inherit it from the nearest ancestor that sets it.</summary>
    public bool? AutomaticCaching { get; set; }

    /// <summary>Only for root groups; null for <c>default</c>, which follows the configuration.</summary>
    public bool? AnonymousRead { get; set; }

    /// <summary>Only for root groups: the minimum age of listed versions.</summary>
    public TimeSpan? MinimumReleaseAge { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>A small value of this instance, such as the hash of its administrator token.</summary>
public sealed class SettingRow
{
    public required string Name { get; set; }

    public required string Value { get; set; }
}
