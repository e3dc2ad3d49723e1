using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Database;

namespace Mirror.Web.Features.Groups;

/// <summary>Groups and workspaces, by path.</summary>
public sealed record NamespaceListDocument(IReadOnlyList<NamespaceDocument> Items);

/// <summary>A group or workspace with its settings.</summary>
/// <param name="Name">The last part of its path.</param>
/// <param name="AnonymousRead">Whether its root group may be read without signing in.</param>
/// <param name="Role">The caller's own role there, inherited ones included; null: none.</param>
public sealed record NamespaceDocument(string Path, string Name, NamespaceKind Kind, AutomaticCachingDocument AutomaticCaching, bool AnonymousRead, Role? Role)
{
    public static NamespaceDocument From(MirrorScope scope, AccessSubject subject) =>
        new(scope.Path.Value, scope.Path.Name, scope.Kind, AutomaticCachingDocument.From(scope), scope.AnonymousRead, AccessPolicy.RoleIn(subject, scope));
}

/// <summary>Whether what is not cached is fetched.</summary>
/// <param name="Setting">What is set on the namespace itself.</param>
/// <param name="InheritedFrom">The group whose setting holds; null where the namespace's own does, or nobody sets it and it is off.</param>
public sealed record AutomaticCachingDocument(bool Enabled, CachingSetting Setting, string? InheritedFrom)
{
    public static AutomaticCachingDocument From(MirrorScope scope) => new(
        scope.AutomaticCaching,
        scope.AutomaticCachingSetting,
        scope.AutomaticCachingFrom is { } from && from != scope.Path ? from.Value : null);
}

/// <param name="Name">Lower-case letters, digits, <c>-</c> and <c>_</c>.</param>
public sealed record NamespaceNameDocument(string Name);

/// <summary>Settings to change; null: as it is.</summary>
/// <param name="AutomaticCaching">on, off or inherit; also as the namespace tells it, an object of which <c>setting</c> counts.</param>
/// <param name="AnonymousRead">Root groups only, and not <c>default</c>, which follows the configuration.</param>
public sealed record SettingsDocument([property: JsonConverter(typeof(CachingChoice))] CachingSetting? AutomaticCaching = null, bool? AnonymousRead = null);

/// <summary>Reads a setting as it is written, <c>"on"</c>, or as a namespace tells it, <c>{"setting":"on",…}</c>: what was read can be sent back.</summary>
internal sealed class CachingChoice : JsonConverter<CachingSetting>
{
    private static readonly Dictionary<string, CachingSetting> Settings = Enum.GetValues<CachingSetting>().ToDictionary(setting => JsonNamingPolicy.CamelCase.ConvertName($"{setting}"));

    public override CachingSetting Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.StartObject => ((AutomaticCachingDocument)JsonSerializer.Deserialize(ref reader, options.GetTypeInfo(typeof(AutomaticCachingDocument)))!).Setting,
        // The serializer adds to an exception without a message where that was.
        JsonTokenType.String => Settings.TryGetValue(reader.GetString()!, out var setting) ? setting : throw new JsonException(),
        _ => throw new JsonException(),
    };

    public override void Write(Utf8JsonWriter writer, CachingSetting value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, options.GetTypeInfo(typeof(CachingSetting)));

    /// <summary>Describes it in the OpenAPI document, which cannot see what a converter reads.</summary>
    public static Task DescribeAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.JsonTypeInfo.Type == typeof(CachingSetting?) && context.JsonPropertyInfo is not null)
        {
            schema.Type = JsonSchemaType.String | JsonSchemaType.Null;
            schema.Enum = [.. Settings.Keys.Select(name => (JsonNode)name)];
        }

        return Task.CompletedTask;
    }
}
