using Mirror.Core.Addresses;

namespace Mirror.Core.Hosted.Publishing;

/// <summary>A provider version that was published.</summary>
/// <param name="Fingerprint">The key that signed it.</param>
/// <param name="Protocols">The plugin protocol versions, from the manifest.</param>
/// <param name="Packages">By platform.</param>
public sealed record PublishedProvider(
    ProviderAddress Provider,
    ProviderVersion Version,
    string Fingerprint,
    IReadOnlyList<string> Protocols,
    IReadOnlyList<PublishedPackage> Packages);

/// <param name="Hashes"><c>zh:</c>, then <c>h1:</c>.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Warning">For display; null if there is none.</param>
public sealed record PublishedPackage(Platform Platform, IReadOnlyList<PackageHash> Hashes, long Size, string? Warning);
