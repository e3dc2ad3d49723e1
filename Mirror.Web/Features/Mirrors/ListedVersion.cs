using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Mirrors;

/// <summary>A row of the list, in a form that travels from the prerendered page to its circuit.</summary>
/// <param name="Hostname">For people; null where it is the default one.</param>
/// <param name="Platforms">As <c>os_arch</c>.</param>
/// <param name="Size">Bytes of all its packages.</param>
public sealed record ListedVersion(
    long Id,
    string Url,
    string? Hostname,
    string Namespace,
    string Type,
    string Version,
    TrustLevel? Trust,
    string? SignedBy,
    IReadOnlyList<string> Platforms,
    long Size,
    DateTimeOffset CachedAt,
    PrincipalKind CachedByKind,
    string CachedBy,
    DateTimeOffset? LastUsedAt)
{
    public static ListedVersion From(string group, VersionSummary version) => new(
        version.Id,
        Urls.Version(group, version.Provider, version.Version),
        version.Provider.Hostname.IsDefault ? null : version.Provider.Hostname.Display,
        version.Provider.Namespace,
        version.Provider.Type,
        version.Version.Value,
        version.Trust,
        version.SignedBy,
        [.. version.Platforms.Select(platform => platform.Value)],
        version.Size,
        version.CachedAt,
        version.CachedBy.Kind,
        version.CachedBy.Name,
        version.LastUsedAt);
}
