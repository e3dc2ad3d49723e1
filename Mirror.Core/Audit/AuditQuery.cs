using Mirror.Core.Addresses;
using Mirror.Core.Catalog;

namespace Mirror.Core.Audit;

/// <summary>Which events, newest first. What is null restricts nothing.</summary>
/// <param name="Below">What happened in this namespace and below it; null: in the whole instance.</param>
public sealed record AuditQuery(ResolvedNamespace? Below)
{
    public const int MaxTake = 500;

    /// <summary>The name of who did it, whole.</summary>
    public string? Principal { get; init; }

    /// <summary>What the action begins with: <c>package</c>, <c>package.cache</c>.</summary>
    public string? Action { get; init; }

    /// <summary>True: what was done; false: what was refused or failed.</summary>
    public bool? Succeeded { get; init; }

    public ProviderAddress? Provider { get; init; }

    /// <summary>Not before.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before, not at.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Words that must each stand in what it is about, the detail, the address, the principal or the action.</summary>
    public SearchText? Text { get; init; }

    /// <summary>Where the page before ended (<see cref="AuditPage.Next"/>); null: from the newest.</summary>
    public long? Before { get; init; }

    public int Take { get; init; } = 50;
}
