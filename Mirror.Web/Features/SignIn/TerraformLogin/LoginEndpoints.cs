using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Access;
using Mirror.Core.Identity;
using Mirror.Web.Http;
using Mirror.Web.Http.Bounds;

namespace Mirror.Web.Features.SignIn.TerraformLogin;

/// <summary>The token response. See https://www.rfc-editor.org/rfc/rfc6749#section-5.1.</summary>
internal sealed record LoginToken(
    [property: JsonPropertyName("access_token")] string AccessToken,
    [property: JsonPropertyName("token_type")] string TokenType,
    [property: JsonPropertyName("expires_in")] long ExpiresIn);

/// <summary>The error response. See https://www.rfc-editor.org/rfc/rfc6749#section-5.2.</summary>
internal sealed record LoginTokenProblem(
    [property: JsonPropertyName("error")] string Error,
    [property: JsonPropertyName("error_description")] string Description);

/// <summary>Receives the consent, and exchanges its code for a token of the user.</summary>
internal static class LoginEndpoints
{
    public static readonly TimeSpan TokenLifetime = TimeSpan.FromDays(90);

    public static void MapTerraformLogin(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost(Urls.TerraformLoginConsent, AnswerConsentAsync)
            .ExcludeFromDescription()
            .RequireAuthorization()
            .WithMetadata(UiEndpoint.Instance, ReadsForm.Instance);
        endpoints.MapPost(Urls.TerraformLoginToken, ExchangeAsync)
            .ExcludeFromDescription()
            .DisableAntiforgery()
            .WithMetadata(ReadsForm.Instance);
    }

    private static async Task<IResult> AnswerConsentAsync(HttpContext context, IAntiforgery antiforgery, CurrentUser user, LoginCodes codes)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            return TypedResults.BadRequest();
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (request, _) = LoginRequest.Parse(name => form[name]);
        if (request is null || user.Subject.PrincipalId is not { } id)
        {
            return TypedResults.BadRequest();
        }

        bool accepted = form["answer"] == "allow";
        string next = accepted
            ? request.Accepted(await codes.CreateAsync(
                id, request.Client.Id, request.Challenge, request.RedirectUri, context.RequestAborted))
            : request.Denied();
        await RedirectPage.WriteAsync(context, request.Client.Command, accepted ? "Access allowed." : "Access denied.", next);
        return TypedResults.Empty;
    }

    private static async Task<IResult> ExchangeAsync(
        HttpContext context, LoginCodes codes, Subjects subjects, AccessTokens tokens, RateLimits limits)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (limits.HasFailedTooOften(context))
        {
            return RateLimitResponses.Prepare(context).ToResult();
        }

        if (!context.Request.HasFormContentType)
        {
            return Refuse("invalid_request", "expected a form");
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (form["grant_type"] != "authorization_code")
        {
            return Refuse("unsupported_grant_type", "expected authorization_code");
        }

        // Consumed first: a code presented with a wrong verifier must not be tried again.
        if (await codes.TakeAsync(form["code"].ToString(), context.RequestAborted) is not { } grant
            || form["client_id"] != grant.ClientId
            || LoginClient.Find(grant.ClientId) is not { } client
            || form["redirect_uri"] != grant.RedirectUri
            || !grant.IsProvenBy(form["code_verifier"].ToString())
            || await subjects.FindAsync(grant.PrincipalId, context.RequestAborted) is not { } subject)
        {
            limits.TryCountFailure(context);
            return Refuse("invalid_grant", "the code is unknown, used, expired or issued to another client");
        }

        var by = subject.Principal with { RemoteAddress = context.Connection.RemoteIpAddress?.ToString() };
        var token = await tokens.CreateAsync(grant.PrincipalId, client.Command, TokenLifetime, by, context.RequestAborted);
        return TypedResults.Json(new LoginToken(token.Token, "bearer", (long)TokenLifetime.TotalSeconds));
    }

    private static JsonHttpResult<LoginTokenProblem> Refuse(string error, string description) =>
        TypedResults.Json(new LoginTokenProblem(error, description), statusCode: StatusCodes.Status400BadRequest);
}
