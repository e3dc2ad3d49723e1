using System.Text.Json;
using Mirror.Core.Configuration;
using Mirror.Core.Fetching.Documents;
using Mirror.Web.Http;

namespace Mirror.Web.Protocols.Registry;

/// <summary>
/// The service discovery document of this instance as a registry host. Public: it reveals only URLs.
/// See https://developer.hashicorp.com/terraform/internals/remote-service-discovery.
/// </summary>
internal static class ServiceDiscoveryEndpoint
{
    public static void MapServiceDiscovery(this IEndpointRouteBuilder routes, MirrorOptions options)
    {
        // Relative to this document, so that they work at any name and port of this instance.
        string root = options.PublicUrl?.AbsolutePath.TrimEnd('/') ?? "";
        var services = new Dictionary<string, object>
        {
            ["login.v1"] = new Dictionary<string, object>
            {
                ["client"] = LoginRequest.ClientId,
                ["grant_types"] = new[] { "authz_code" },
                ["authz"] = $"{root}/{Urls.TerraformLogin}",
                ["token"] = $"{root}/{Urls.TerraformLoginToken}",
                ["ports"] = new[] { LoginRequest.FirstPort, LoginRequest.LastPort },
            },
        };
        if (options.Protocols.Registry)
        {
            services["providers.v1"] = root + "/v1/providers/";
            services["modules.v1"] = root + "/v1/modules/";
        }

        var document = new ReadyDocument(JsonSerializer.SerializeToUtf8Bytes(services));
        routes.MapMethods(
            "/.well-known/terraform.json",
            ProtocolRequests.Methods,
            (HttpContext context) => DocumentResponses.WriteAsync(context, document, DocumentResponses.Json))
            .ExcludeFromDescription();
    }
}
