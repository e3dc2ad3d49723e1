using System.Text;
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

    // A placeholder for the path of the server, which differs between requests.
    private const string Server = "https://server.invalid";

    private readonly Lazy<Task<(byte[] Before, byte[] After)>> _parts = new(() => MakeAsync(documents));

    /// <param name="basePath">The path below which the client sees the API. The host is that of the document.</param>
    public async Task<FileContentHttpResult> GetAsync(PathString basePath)
    {
        var (before, after) = await _parts.Value;
        byte[] server = Encoding.ASCII.GetBytes(basePath.HasValue ? basePath.ToUriComponent() : "/");
        return TypedResults.Bytes((byte[])[.. before, .. server, .. after], "application/json; charset=utf-8");
    }

    private static async Task<(byte[] Before, byte[] After)> MakeAsync(IOpenApiDocumentProvider documents)
    {
        var document = await documents.GetOpenApiDocumentAsync(CancellationToken.None);
        document.Servers = [new OpenApiServer { Url = Server }];
        using var json = new MemoryStream();
        await document.SerializeAsJsonAsync(json, OpenApiSpecVersion.OpenApi3_1, CancellationToken.None);
        json.Position = 0;
        var described = (await JsonNode.ParseAsync(json))!;
        JoinLines(described);
        byte[] text = JsonSerializer.SerializeToUtf8Bytes(described, Indented);
        byte[] server = Encoding.ASCII.GetBytes(Server);
        int at = text.AsSpan().IndexOf(server);
        return (text[..at], text[(at + server.Length)..]);
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
