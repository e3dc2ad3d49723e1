using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;

namespace Mirror.Web.Features.Mirrors;

/// <summary>What a version page shows, in a form that travels from the prerendered page to its circuit.</summary>
/// <param name="Provider">The full address.</param>
public sealed record ShownVersion(
    long RootGroupId,
    string Provider,
    string Version,
    DateTimeOffset CachedAt,
    PrincipalKind CachedByKind,
    string CachedBy,
    TrustLevel? Trust,
    ProofSummary? Proof,
    IReadOnlyList<ShownPackage> Packages)
{
    public long Size => Packages.Sum(package => package.Size);

    public long Downloads => Packages.Sum(package => package.Downloads);

    public DateTimeOffset? LastUsedAt => Packages.Max(package => package.LastUsedAt);

    public static ShownVersion From(VersionDetails version) => new(
        version.RootGroupId,
        version.Provider.ToString(),
        version.Version.Value,
        version.CachedAt,
        version.CachedBy.Kind,
        version.CachedBy.Name,
        version.Trust,
        version.Proof,
        [.. version.Packages.Select(ShownPackage.From)]);

    public string ToLockFileBlock() => LockFileBlock.Format(
        ProviderAddress.Parse(Provider),
        ProviderVersion.Parse(Version),
        Packages.SelectMany(package => new[] { package.ZipHash, package.ContentHash }).OfType<string>().Select(PackageHash.Parse));

    public string ToRequirement() => LockFileBlock.Requirement(ProviderAddress.Parse(Provider), ProviderVersion.Parse(Version));
}

/// <param name="Platform"><c>os_arch</c>.</param>
/// <param name="Name"><c>os/arch</c>.</param>
/// <param name="ContentHash"><c>h1:</c>; null until it has been computed.</param>
public sealed record ShownPackage(
    string Platform,
    string Name,
    string ZipHash,
    string? ContentHash,
    long Size,
    TrustLevel Trust,
    DateTimeOffset CachedAt,
    PrincipalKind CachedByKind,
    string CachedBy,
    DateTimeOffset? LastUsedAt,
    long Downloads)
{
    public static ShownPackage From(PackageDetails package) => new(
        package.Platform.Value,
        package.Platform.Display,
        package.Digest.ZipHash.Value,
        package.ContentHash?.Value,
        package.Size,
        package.Trust,
        package.CachedAt,
        package.CachedBy.Kind,
        package.CachedBy.Name,
        package.LastUsedAt,
        package.Downloads);
}
