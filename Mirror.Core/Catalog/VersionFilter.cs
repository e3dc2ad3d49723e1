using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Catalog;

/// <summary>Conditions that listed versions must all meet. Null values do not filter.</summary>
public sealed record VersionFilter
{
    public static VersionFilter None { get; } = new();

    /// <summary>The lowest trust of the version's packages.</summary>
    public TrustLevel? Trust { get; init; }

    /// <summary>Only versions without packages.</summary>
    public bool Empty { get; init; }

    /// <summary>The origin registry.</summary>
    public ProviderHostname? Hostname { get; init; }

    /// <summary>A platform that is stored.</summary>
    public Platform? Platform { get; init; }

    /// <summary>The full name of the principal that caused the version to be stored.</summary>
    public string? CachedBy { get; init; }

    /// <summary>The start of the period in which the version was stored, inclusive.</summary>
    public DateTimeOffset? CachedFrom { get; init; }

    /// <summary>The end of that period, exclusive.</summary>
    public DateTimeOffset? CachedBefore { get; init; }

    /// <summary>Versions stored before this time and not used since.</summary>
    public DateTimeOffset? UnusedSince { get; init; }

    /// <summary>Whether the policy hides the version from clients.</summary>
    public bool? Hidden { get; init; }
}

/// <summary>The values that occur in a root group, from which a filter is chosen.</summary>
/// <param name="CachedBy">The names of principals, at most <see cref="MaxPrincipals"/>.</param>
public sealed record VersionFilterChoices(
    IReadOnlyList<ProviderHostname> Hostnames, IReadOnlyList<Platform> Platforms, IReadOnlyList<string> CachedBy)
{
    public const int MaxPrincipals = 200;
}

/// <summary>The stored versions that a policy hides.</summary>
/// <param name="Providers">The ids of providers of which every version is hidden.</param>
/// <param name="Numbers">Hidden versions of other providers, by their numbers.</param>
/// <param name="Versions">The ids of further hidden versions.</param>
internal sealed record HiddenVersions(
    IReadOnlyCollection<long> Providers, IReadOnlyList<HiddenNumbers> Numbers, IReadOnlyCollection<long> Versions)
{
    public static HiddenVersions None { get; } = new([], [], []);
}

/// <summary>Versions that are hidden of each of some providers.</summary>
/// <param name="Providers">The ids of the providers.</param>
internal sealed record HiddenNumbers(IReadOnlyCollection<long> Providers, IReadOnlyCollection<string> Versions);

/// <summary>A proof of a stored version.</summary>
/// <param name="Id">The id of the version.</param>
/// <param name="Credential">The credential that fetched the proof.</param>
internal sealed record SignedVersion(long Id, long ProviderId, string Credential, DateTimeOffset VerifiedAt, DateTimeOffset? SignedAt);
