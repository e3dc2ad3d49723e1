using System.Text.Json.Serialization;
using Mirror.Core.Addresses;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Documents;

// The stored forms of fetched documents other than version lists. They are this server's own, so invalid parts are removed once, when a
// document is fetched.

[JsonSerializable(typeof(StoredRelease))]
[JsonSerializable(typeof(StoredModuleLocation))]
[JsonSerializable(typeof(IReadOnlyList<OfferedKey>))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class StoredDocuments : JsonSerializerContext;

/// <param name="Address">The origin's address, made absolute.</param>
internal sealed record StoredModuleLocation(string Address);

internal sealed record StoredReleaseFile(string Platform, string FileName, string? Sha256, string? ContentHash);

internal sealed record StoredRelease(IReadOnlyList<string> Protocols, IReadOnlyList<StoredReleaseFile> Files, DateTimeOffset? SignedAt)
{
    public static StoredRelease From(ReleaseProof proof) => new(
        proof.Protocols,
        [.. proof.Files.Select(
            file => new StoredReleaseFile(file.Platform.Value, file.FileName, file.Digest?.Hex, file.ContentHash?.Value))],
        proof.SignedAt);

    public IReadOnlyList<ReleaseFile> RestoreFiles() =>
        [.. Files.Select(file => new ReleaseFile(
            Platform.Parse(file.Platform),
            file.FileName,
            file.Sha256 is null ? null : Sha256Digest.Parse(file.Sha256),
            file.ContentHash is null ? null : PackageHash.Parse(file.ContentHash)))];
}
