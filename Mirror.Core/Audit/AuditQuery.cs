using Mirror.Core.Addresses;
using Mirror.Core.Catalog;

namespace Mirror.Core.Audit;

/// <summary>A filter for events, newest first. Null values do not filter.</summary>
/// <param name="Below">Only events of this namespace and below; null for the whole instance.</param>
public sealed record AuditQuery(ResolvedNamespace? Below)
{
    public const int MaxTake = 500;

    /// <summary>The full name of the principal.</summary>
    public string? Principal { get; init; }

    /// <summary>The prefix of the action: <c>package</c>, <c>package.cache</c>.</summary>
    public string? Action { get; init; }

    /// <summary>True for completed actions; false for denied and failed ones.</summary>
    public bool? Succeeded { get; init; }

    public ProviderAddress? Provider { get; init; }

    public ProviderVersion? Version { get; init; }

    /// <summary>The start of the period, inclusive.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The end of the period, exclusive.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Words that must each occur in the target, the detail, the address, the principal or the action.</summary>
    public SearchText? Text { get; init; }

    /// <summary>The end of the previous page (<see cref="AuditPage.Next"/>); null to start with the newest event.</summary>
    public long? Before { get; init; }

    /// <summary>Only events with a greater id, for what has happened since.</summary>
    public long? After { get; init; }

    /// <summary>Only events of this run.</summary>
    public string? Run { get; init; }

    public int Take { get; init; } = 50;
}
