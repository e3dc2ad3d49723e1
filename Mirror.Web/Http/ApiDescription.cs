using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Mirror.Web.Http;

/// <summary>The OpenAPI document. It is made once: making it costs a hundred times what sending it does, and everyone may ask.</summary>
internal sealed class ApiDescription([FromKeyedServices(ApiDescription.Name)] IOpenApiDocumentProvider documents)
{
    public const string Name = "v1";

    private readonly Lazy<Task<byte[]>> _json = new(() => MakeAsync(documents));

    public async Task<FileContentHttpResult> GetAsync() => TypedResults.Bytes(await _json.Value, "application/json; charset=utf-8");

    private static async Task<byte[]> MakeAsync(IOpenApiDocumentProvider documents)
    {
        var document = await documents.GetOpenApiDocumentAsync(CancellationToken.None);
        // Clients reach the server under more than one address; without one, that of the document itself holds.
        document.Servers = null;
        using var json = new MemoryStream();
        await document.SerializeAsJsonAsync(json, OpenApiSpecVersion.OpenApi3_1, CancellationToken.None);
        return json.ToArray();
    }
}
