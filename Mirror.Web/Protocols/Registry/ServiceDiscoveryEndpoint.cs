using System.Text.Json;
using Mirror.Core.Configuration;
using Mirror.Core.Fetching;

namespace Mirror.Web.Protocols.Registry;

/// <summary>
/// Says where this instance, as a registry host, speaks which protocol. Open to everybody: it tells nothing but addresses.
/// See https://developer.hashicorp.com/terraform/internals/remote-service-discovery.
/// </summary>
internal static class ServiceDiscoveryEndpoint
{
    public static void MapServiceDiscovery(this IEndpointRouteBuilder routes, MirrorOptions options)
    {
        if (!options.Protocols.Registry)
        {
            return;
        }

        // Relative to this document, so that they hold under whatever name and port this instance is reached.
        string root = options.PublicUrl?.AbsolutePath.TrimEnd('/') ?? "";
        var document = new ReadyDocument(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string>
        {
            ["providers.v1"] = root + "/v1/providers/",
        }));
        routes.MapMethods("/.well-known/terraform.json", ProtocolRequests.Methods, (HttpContext context) => DocumentAnswers.WriteAsync(context, document, DocumentAnswers.Json))
            .ExcludeFromDescription();
    }
}
