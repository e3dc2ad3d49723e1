using System.Text.Json.Serialization;
using Microsoft.Net.Http.Headers;
using Mirror.Core.Access;
using Mirror.Web.Http;

namespace Mirror.Web.Protocols.Oci;

/// <summary>The response of the token endpoint. Clients read either of the two names.</summary>
internal sealed record OciToken(
    [property: JsonPropertyName("token")] string Token,
    [property: JsonPropertyName("access_token")] string AccessToken,
    [property: JsonPropertyName("expires_in")] int ExpiresIn);

/// <summary>
/// The token endpoint of the OCI protocol. It checks the Mirror token that the client has as a password, and returns it as the access
/// token, so that there is no second kind of token to revoke. Anonymous clients get a token that means none.
/// See https://distribution.github.io/distribution/spec/auth/token/ and https://distribution.github.io/distribution/spec/auth/oauth/.
/// </summary>
internal static class OciTokens
{
    /// <summary>In seconds, after which clients ask again.</summary>
    private const int Lifetime = 300;

    public static bool IsAnonymous(HttpRequest request) =>
        request.Headers[HeaderNames.Authorization] == $"Bearer {OciErrors.AnonymousToken}";

    public static Task GetAsync(HttpContext context) => AnswerAsync(
        context,
        // A credential that cannot be read is not that of an anonymous client: an empty token is refused.
        AccessControl.PresentedToken(context.Request)
            ?? (context.Request.Headers.ContainsKey(HeaderNames.Authorization) && !IsAnonymous(context.Request) ? "" : null));

    /// <summary>The OAuth 2 form of the same request.</summary>
    public static async Task PostAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType)
        {
            await OciErrors.WriteErrorAsync(context, StatusCodes.Status400BadRequest, "UNSUPPORTED", "Expected a form.");
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        string? token = form["grant_type"].ToString() switch
        {
            "password" => form["password"],
            "refresh_token" => form["refresh_token"],
            _ => "",
        };
        if (string.IsNullOrEmpty(token))
        {
            await OciErrors.WriteErrorAsync(
                context,
                StatusCodes.Status400BadRequest,
                "UNSUPPORTED",
                "grant_type: expected password or refresh_token, with a token of this instance as the password or refresh_token.");
            return;
        }

        await AnswerAsync(context, token);
    }

    private static async Task AnswerAsync(HttpContext context, string? token)
    {
        context.Response.Headers.CacheControl = "no-store";
        var limits = context.RequestServices.GetRequiredService<RateLimits>();
        if (limits.HasFailedTooOften(context))
        {
            await RateLimitResponses.Prepare(context).WriteAsync(context);
            return;
        }

        var subject = token is null
            ? AccessSubject.Anonymous
            : await context.RequestServices.GetRequiredService<AccessControl>().IdentifyAsync(context, token);
        if (token is not null && subject.IsAnonymous)
        {
            limits.TryCountFailure(context);
            context.Response.Headers[HeaderNames.WWWAuthenticate] = "Basic realm=\"mirror\"";
            await OciErrors.WriteErrorAsync(
                context,
                StatusCodes.Status401Unauthorized,
                "UNAUTHORIZED",
                "The token is invalid, revoked or expired. Use a token of this instance as the password; the user name can be any.");
            return;
        }

        string given = token ?? OciErrors.AnonymousToken;
        await context.Response.WriteAsJsonAsync(
            new OciToken(given, given, Lifetime), OciJson.Default.OciToken, contentType: "application/json", context.RequestAborted);
    }
}

[JsonSerializable(typeof(OciToken))]
internal sealed partial class OciJson : JsonSerializerContext;
