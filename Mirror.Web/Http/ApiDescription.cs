using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Mirror.Web.Http;

/// <summary>The OpenAPI document, generated once: generating costs far more than sending it, and the endpoint is public.</summary>
internal sealed class ApiDescription([FromKeyedServices(ApiDescription.Name)] IOpenApiDocumentProvider documents)
{
    public const string Name = "v1";

    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lazy<Task<byte[]>> _json = new(() => MakeAsync(documents));

    public async Task<FileContentHttpResult> GetAsync() => TypedResults.Bytes(await _json.Value, "application/json; charset=utf-8");

    private static async Task<byte[]> MakeAsync(IOpenApiDocumentProvider documents)
    {
        var document = await documents.GetOpenApiDocumentAsync(CancellationToken.None);
        // Clients reach the server at more than one URL; without servers, the document's own URL applies.
        document.Servers = null;
        using var json = new MemoryStream();
        await document.SerializeAsJsonAsync(json, OpenApiSpecVersion.OpenApi3_1, CancellationToken.None);
        json.Position = 0;
        var described = (await JsonNode.ParseAsync(json))!;
        JoinLines(described);
        return JsonSerializer.SerializeToUtf8Bytes(described, Indented);
    }

    /// <summary>Joins the lines of descriptions, which come from wrapped doc comments.</summary>
    private static void JoinLines(JsonNode node)
    {
        foreach (var child in (node as JsonArray ?? Enumerable.Empty<JsonNode?>()).OfType<JsonNode>())
        {
            JoinLines(child);
        }

        foreach (var (name, value) in node is JsonObject members ? members.ToList() : [])
        {
            if (name == "description" && value is JsonValue text && text.GetValueKind() == JsonValueKind.String)
            {
                node[name] = string.Join(' ', text.GetValue<string>().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            }
            else if (value is not null)
            {
                JoinLines(value);
            }
        }
    }
}
