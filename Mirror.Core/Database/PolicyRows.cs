namespace Mirror.Core.Database;

public enum PolicyRuleKind
{
    Allow,
    Deny,
    AllowUnsigned,
}

/// <summary>A key that a root group pins for providers.</summary>
public sealed class KeyPinRow
{
    public long Id { get; set; }

    public long RootGroupId { get; set; }

    /// <summary><c>hostname/namespace/type</c>, each a name or <c>*</c>.</summary>
    public required string Provider { get; set; }

    /// <summary>40 hexadecimal digits in upper case.</summary>
    public required string Fingerprint { get; set; }

    public string? Comment { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public required string CreatedBy { get; set; }
}

/// <summary>A policy rule of a root group.</summary>
public sealed class PolicyRuleRow
{
    public long Id { get; set; }

    public long RootGroupId { get; set; }

    /// <summary>The place in the list; rules with the same place are ordered by id.</summary>
    public int Position { get; set; }

    /// <summary>The rule is kept, but not applied.</summary>
    public bool Disabled { get; set; }

    public PolicyRuleKind Kind { get; set; }

    /// <summary><c>hostname/namespace/type</c>, each a name or <c>*</c>.</summary>
    public required string Provider { get; set; }

    /// <summary>A version constraint; null for every version.</summary>
    public string? Versions { get; set; }

    public string? Comment { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public required string CreatedBy { get; set; }

    /// <summary>The time of the last change; null if there was none.</summary>
    public DateTimeOffset? ChangedAt { get; set; }

    public string? ChangedBy { get; set; }
}
