using System.Text.Json.Serialization;
using Mirror.Core.Addresses;

namespace Mirror.Core.Sync;

/// <summary>The providers to sync; stored with the task as JSON, so that it can be resumed after a restart.</summary>
/// <param name="Platforms">Empty for all that the origin offers.</param>
/// <param name="Force">Fetch stored packages again and replace them.</param>
public sealed record SyncRequest(IReadOnlyList<SyncSelection> Providers, IReadOnlyList<Platform> Platforms, bool Force = false)
{
    public const int MaxProviders = 1000;

    /// <summary>The request was sent with tokens, so its providers are not visible to all readers.</summary>
    public bool BringsTokens { get; init; }
}

/// <param name="Versions">Null for the latest stable version.</param>
public sealed record SyncSelection(ProviderAddress Provider, VersionConstraint? Versions);

[JsonSerializable(typeof(SyncRequest))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class SyncJson : JsonSerializerContext;
