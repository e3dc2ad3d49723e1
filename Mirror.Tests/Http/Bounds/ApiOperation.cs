using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Mirror.Tests.Http.Bounds;

/// <summary>A parameter of an operation in the OpenAPI document.</summary>
/// <param name="In"><c>path</c> or <c>query</c>.</param>
public sealed record ApiParameter(string Name, string In, JsonObject Schema, bool IsRequired);

/// <summary>An operation of the OpenAPI document.</summary>
/// <param name="Body">The schema of its JSON body; null: it has none.</param>
/// <param name="Answers">The schemas of its responses.</param>
public sealed record ApiOperation(
    string Method,
    string Path,
    IReadOnlyList<ApiParameter> Parameters,
    JsonObject? Body,
    IReadOnlyList<JsonObject> Answers,
    JsonObject Document)
{
    public static async Task<IReadOnlyList<ApiOperation>> ReadAsync(HttpClient client)
    {
        var document = (await client.GetFromJsonAsync<JsonObject>("/openapi/v1.json"))!;
        return
        [
            .. from path in document["paths"]!.AsObject()
               from operation in path.Value!.AsObject()
               select new ApiOperation(
                   operation.Key.ToUpperInvariant(),
                   path.Key,
                   [.. (operation.Value!["parameters"]?.AsArray() ?? [])
                       .Select(item => new ApiParameter(
                           (string)item!["name"]!, (string)item["in"]!, item["schema"]!.AsObject(), (bool?)item["required"] == true))],
                   operation.Value["requestBody"]?["content"]?["application/json"]?["schema"]?.AsObject(),
                   [.. operation.Value["responses"]!.AsObject()
                       .Select(answer => answer.Value!["content"]?["application/json"]?["schema"]?.AsObject())
                       .OfType<JsonObject>()],
                   document),
        ];
    }

    public override string ToString() => $"{Method} {Path}";

    /// <summary>The address of the operation, with a value for each path parameter.</summary>
    /// <param name="parameter">The parameter that gets <paramref name="value"/>.</param>
    /// <param name="value">Percent-encoded.</param>
    public string Address(ApiParameter? parameter = null, string value = "")
    {
        string path = Parameters.Where(item => item.In == "path").Aggregate(Path, (url, item) =>
            url.Replace($"{{{item.Name}}}", item == parameter ? value : Usual(item.Name), StringComparison.Ordinal));
        string others = string.Concat(
            Parameters.Where(item => item is { In: "query", IsRequired: true } && item != parameter).Select(item => $"&{item.Name}=x"));
        return parameter is { In: "query" } ? $"{path}?{parameter.Name}={value}{others}" : path;
    }

    /// <summary>Returns the schema, or the schema that it references.</summary>
    public JsonObject Resolve(JsonObject schema)
    {
        if ((string?)schema["$ref"] is { } reference)
        {
            return Document["components"]!["schemas"]![reference.Split('/')[^1]]!.AsObject();
        }

        var choices = (schema["oneOf"] ?? schema["anyOf"])?.AsArray();
        return choices is null
            ? schema
            : Resolve(choices.Select(choice => choice!.AsObject()).First(choice => !ApiSchema.Is(choice, "null")));
    }

    /// <summary>Every part of a schema with its path. A list has one item, <c>[0]</c>.</summary>
    public IEnumerable<(string[] Path, JsonObject Schema)> Parts(JsonObject schema, params string[] path)
    {
        var resolved = Resolve(schema);
        yield return (path, resolved);
        List<(string Name, JsonNode? Schema)> inner =
        [
            .. (resolved["properties"]?.AsObject() ?? []).Select(member => (member.Key, member.Value)),
            ("[0]", resolved["items"]),
            ("key", resolved["additionalProperties"]),
        ];
        foreach (var part in inner.SelectMany(child => child.Schema is JsonObject described ? Parts(described, [.. path, child.Name]) : []))
        {
            yield return part;
        }
    }

    /// <summary>A document that is valid for the schema.</summary>
    public JsonNode Sample(JsonObject schema)
    {
        var resolved = Resolve(schema);
        if (resolved["enum"] is JsonArray names)
        {
            return names.First(name => name is not null)!.DeepClone();
        }

        if (resolved["items"] is JsonObject item)
        {
            return new JsonArray(Sample(item));
        }

        if (resolved["properties"] is JsonObject members)
        {
            return new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, (JsonNode?)Sample(member.Value!.AsObject()))));
        }

        return resolved["additionalProperties"] is JsonObject value ? new JsonObject { ["key"] = Sample(value) }
            : ApiSchema.Is(resolved, "boolean") ? false
            : ApiSchema.Is(resolved, "integer") ? 1
            : (string?)resolved["format"] == "byte" ? "eHh4"
            : "x";
    }

    /// <summary>The default value of a path parameter.</summary>
    private static string Usual(string name) => name switch
    {
        "group" => "default",
        "hostname" => "registry.example.com",
        "host" => "registry.example.com",
        "namespace" => "example",
        "type" => "p1",
        "version" => "1.1.0",
        "platform" => "linux_amd64",
        "id" => "1",
        _ => "x",
    };
}

internal static class ApiSchema
{
    public static bool Is(JsonObject schema, string type) =>
        schema["type"] is JsonArray several ? several.Any(item => (string?)item == type) : (string?)schema["type"] == type;

    /// <summary>The limit that a schema declares.</summary>
    public static int? Bound(JsonObject schema, string name) => (int?)schema[name];
}
