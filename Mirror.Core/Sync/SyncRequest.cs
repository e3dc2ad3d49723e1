using System.Text.Json.Serialization;
using Mirror.Core.Addresses;

namespace Mirror.Core.Sync;

/// <summary>What a sync is to fetch; as JSON it is kept with the task, so that a restart can go on with it.</summary>
/// <param name="Platforms">Empty: all that the origin offers.</param>
/// <param name="Force">Fetch also what is stored, and put it in its place.</param>
public sealed record SyncRequest(IReadOnlyList<SyncSelection> Providers, IReadOnlyList<Platform> Platforms, bool Force = false)
{
    public const int MaxProviders = 1000;

    /// <summary>Tokens came along with it, so that what it names is not for everybody.</summary>
    public bool BringsTokens { get; init; }
}

/// <param name="Versions">Null: the latest stable version.</param>
public sealed record SyncSelection(ProviderAddress Provider, VersionConstraint? Versions);

[JsonSerializable(typeof(SyncRequest))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class SyncJson : JsonSerializerContext;
