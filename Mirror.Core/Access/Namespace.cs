using System.Text.Json;
using System.Text.Json.Serialization;
using Mirror.Core.Catalog;
using Mirror.Core.Database;

namespace Mirror.Core.Access;

/// <summary>A group or workspace with its settings.</summary>
/// <param name="Name">The last part of its path.</param>
/// <param name="AnonymousRead">Whether its root group can be read without signing in.</param>
/// <param name="Role">The caller's role there, including inherited ones; null if there is none.</param>
public sealed record Namespace(
    string Path, string Name, NamespaceKind Kind, AutomaticCaching AutomaticCaching, bool AnonymousRead, Role? Role)
{
    public static Namespace Of(ResolvedNamespace scope, AccessSubject caller) => new(
        scope.Path.Value,
        scope.Path.Name,
        scope.Kind,
        new AutomaticCaching(
            scope.AutomaticCaching,
            scope.AutomaticCachingSetting,
            scope.AutomaticCachingFrom is { } from && from != scope.Path ? from.Value : null),
        scope.AnonymousRead,
        AccessPolicy.RoleIn(caller, scope));
}

/// <summary>Whether missing packages are fetched.</summary>
/// <param name="Setting">The setting of the namespace itself.</param>
/// <param name="InheritedFrom">The group whose setting applies; null if it is the namespace's own, or none is set and it is off.</param>
public sealed record AutomaticCaching(bool Enabled, CachingSetting Setting, string? InheritedFrom);

/// <summary>Groups and workspaces, by path.</summary>
public sealed record NamespaceList(IReadOnlyList<Namespace> Items);

/// <param name="Name">Lower-case letters, digits, <c>-</c> and <c>_</c>.</param>
public sealed record NamespaceName(string Name);

/// <summary>Settings to change; null values are not changed.</summary>
/// <param name="AutomaticCaching">on, off or inherit; or the object that the API returns, of which only <c>setting</c> is used.</param>
/// <param name="AnonymousRead">Only for root groups other than <c>default</c>, which follows the configuration.</param>
public sealed record SettingsUpdate(
    [property: JsonConverter(typeof(CachingChoice))] CachingSetting? AutomaticCaching = null, bool? AnonymousRead = null);

/// <summary>
/// Reads a setting as a text, <c>"on"</c>, or as the object that the API returns, <c>{"setting":"on",…}</c>, so that a response can be sent
/// back.
/// </summary>
public sealed class CachingChoice : JsonConverter<CachingSetting>
{
    private static readonly Dictionary<string, CachingSetting> Settings = Enum.GetValues<CachingSetting>()
        .ToDictionary(setting => JsonNamingPolicy.CamelCase.ConvertName($"{setting}"));

    /// <summary>The accepted texts.</summary>
    public static IEnumerable<string> Names => Settings.Keys;

    public override CachingSetting Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.StartObject =>
                ((AutomaticCaching)JsonSerializer.Deserialize(ref reader, options.GetTypeInfo(typeof(AutomaticCaching)))!).Setting,
            // The serializer adds the position to an exception without a message.
            JsonTokenType.String => Settings.TryGetValue(reader.GetString()!, out var setting) ? setting : throw new JsonException(),
            _ => throw new JsonException(),
        };

    public override void Write(Utf8JsonWriter writer, CachingSetting value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, options.GetTypeInfo(typeof(CachingSetting)));
}
