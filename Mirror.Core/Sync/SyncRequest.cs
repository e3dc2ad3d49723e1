using System.Text.Json.Serialization;
using Mirror.Core.Addresses;

namespace Mirror.Core.Sync;

/// <summary>What a sync is to fetch.</summary>
/// <param name="Platforms">Empty: all that the origin offers.</param>
/// <param name="Force">Fetch also what is stored, and put it in its place.</param>
public sealed record SyncRequest(IReadOnlyList<SyncSelection> Providers, IReadOnlyList<Platform> Platforms, bool Force = false)
{
    public const int MaxProviders = 1000;

    /// <summary>Tokens came along with it, so that what it names is not for everybody.</summary>
    public bool BringsTokens { get; init; }

    internal StoredSyncRequest ToStored() => new(
        [.. Providers.Select(item => new StoredSyncSelection(item.Provider.ToString(), item.Versions?.ToString()))],
        [.. Platforms.Select(platform => platform.Value)],
        Force,
        BringsTokens);
}

/// <param name="Versions">Null: the latest stable version.</param>
public sealed record SyncSelection(ProviderAddress Provider, VersionConstraint? Versions);

[JsonSerializable(typeof(StoredSyncRequest))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class SyncJson : JsonSerializerContext;

internal sealed record StoredSyncSelection(string Provider, string? Versions);

internal sealed record StoredSyncRequest(IReadOnlyList<StoredSyncSelection> Providers, IReadOnlyList<string> Platforms, bool Force, bool BringsTokens = false)
{
    public SyncRequest Restore() => new(
        [.. Providers.Select(item => new SyncSelection(ProviderAddress.Parse(item.Provider), item.Versions is null ? null : VersionConstraint.Parse(item.Versions)))],
        [.. Platforms.Select(Platform.Parse)],
        Force)
    {
        BringsTokens = BringsTokens,
    };
}
