using Microsoft.Extensions.Primitives;
using Mirror.Core.Fetching.Documents;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Documentation;

/// <summary>The images of the documentation.</summary>
internal static class DocumentationEndpoints
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];
    private static readonly StringValues Png = new("image/png");

    public static void MapDocumentationImages(this IEndpointRouteBuilder endpoints)
    {
        foreach (var (path, content) in DocumentationLibrary.Images())
        {
            var document = new ReadyDocument(content);
            endpoints.MapMethods(path, Methods, context => DocumentResponses.WriteAsync(context, document, Png)).ExcludeFromDescription();
        }
    }
}
