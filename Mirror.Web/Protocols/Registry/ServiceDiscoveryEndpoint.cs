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
    public static void MapServiceDiscovery(this IEndpointRouteBuilder routes, MirrorOptions options) => routes.MapMethods(
        "/.well-known/terraform.json",
        ProtocolRequests.Methods,
        (HttpContext context) => DocumentResponses.WriteAsync(context, Write(options, RootOf(context.Request, options)), DocumentResponses.Json))
        .ExcludeFromDescription();

    /// <summary>
    /// Clients request the document at the root of the host, even if this instance is below a path. Without a public URL the addresses have
    /// no host, so that they are valid for any name and port of this instance.
    /// </summary>
    private static string RootOf(HttpRequest request, MirrorOptions options) => options.PublicUrl is null
        ? request.PathBase.ToString()
        : request.ClientUrl(options).AbsoluteUri.TrimEnd('/');

    private static ReadyDocument Write(MirrorOptions options, string root) => DocumentWriter.Write(json =>
    {
        json.WriteStartObject("login.v1");
        json.WriteString("client", LoginClient.Terraform.Id);
        json.WriteStartArray("grant_types");
        json.WriteStringValue("authz_code");
        json.WriteEndArray();
        json.WriteString("authz", $"{root}/{Urls.TerraformLogin}");
        json.WriteString("token", $"{root}/{Urls.TerraformLoginToken}");
        json.WriteStartArray("ports");
        json.WriteNumberValue(LoginRequest.FirstPort);
        json.WriteNumberValue(LoginRequest.LastPort);
        json.WriteEndArray();
        json.WriteEndObject();
        if (options.Protocols.Registry)
        {
            json.WriteString("providers.v1", root + "/v1/providers/");
            json.WriteString("modules.v1", root + "/v1/modules/");
        }
    });
}
