using Mirror.Core.Identity.Federation;

namespace Mirror.Web.Protocols;

/// <summary>This instance as an OpenID issuer: the documents with which others validate its tokens.</summary>
public static class IssuerEndpoints
{
    private const string MaxAge = "public, max-age=300";

    public static void MapIssuer(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapMethods("/.well-known/openid-configuration", ProtocolRequests.Methods, (HttpContext context, InstanceIssuer issuer) =>
        {
            context.Response.Headers.CacheControl = MaxAge;
            return issuer.Discovery() is { } document
                ? Results.Bytes(document, "application/json")
                : Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }).ExcludeFromDescription();
        endpoints.MapMethods("/.well-known/jwks.json", ProtocolRequests.Methods, async (HttpContext context, InstanceIssuer issuer) =>
        {
            context.Response.Headers.CacheControl = MaxAge;
            return Results.Bytes(await issuer.KeySetAsync(context.RequestAborted), "application/json");
        }).ExcludeFromDescription();
    }
}
