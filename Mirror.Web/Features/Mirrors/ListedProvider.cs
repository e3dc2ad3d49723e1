using Mirror.Core.Catalog;

namespace Mirror.Web.Features.Mirrors;

/// <summary>A row of the list by provider, in a form that travels from the prerendered page to its circuit.</summary>
/// <param name="Address">For people: the default hostname is hidden.</param>
/// <param name="Hostname">For people; null where it is the default one.</param>
/// <param name="Count">How many versions match.</param>
/// <param name="Versions">Null: folded; else the newest of them.</param>
public sealed record ListedProvider(
    string Address,
    string? Hostname,
    string Namespace,
    string Type,
    int Count,
    string Newest,
    long Size,
    DateTimeOffset CachedAt,
    DateTimeOffset? LastUsedAt,
    IReadOnlyList<ListedVersion>? Versions)
{
    /// <summary>How many versions an unfolded provider shows.</summary>
    public const int MaxVersions = 20;

    public static ListedProvider From(ProviderSummary provider, IReadOnlyList<ListedVersion>? versions) => new(
        provider.Provider.Display,
        provider.Provider.Hostname.IsDefault ? null : provider.Provider.Hostname.Display,
        provider.Provider.Namespace,
        provider.Provider.Type,
        provider.Versions,
        provider.Newest.Value,
        provider.Size,
        provider.CachedAt,
        provider.LastUsedAt,
        versions);
}
