using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Accounts;

/// <summary>Access tokens of service accounts, and users' own.</summary>
internal static class TokenEndpoints
{
    public static void MapTokens(this IEndpointRouteBuilder api)
    {
        var tokens = api.MapGroup("/groups/{group}/tokens").WithTags("Tokens").RequireAccess(AccessAction.ManageMembers);
        tokens.MapGet("", ListAsync).WithName("ListTokens").WithSummary("List the tokens of the service accounts in a group or workspace");
        tokens.MapPost("", CreateAsync).WithName("CreateToken")
            .WithSummary("Create a token for a service account, which is created if none is named")
            .ProducesProblem(StatusCodes.Status409Conflict);
        tokens.MapDelete("/{id:long}", RevokeAsync).WithName("RevokeToken").WithSummary("Revoke a token immediately");

        var own = api.MapGroup("/user/tokens").WithTags("Tokens").RequireAccess(AccessAction.UseOwnAccount);
        own.MapGet("", ListOwnAsync).WithName("ListAccountTokens").WithSummary("List the caller's own tokens");
        own.MapPost("", CreateOwnAsync).WithName("CreateAccountToken").WithSummary("Create a token with the caller's permissions");
        own.MapDelete("/{id:long}", RevokeOwnAsync).WithName("RevokeAccountToken").WithSummary("Revoke a token immediately");
    }

    private static async Task<Ok<AccessTokenList>> ListAsync(
        ServiceAccountTokens tokens, ResolvedNamespace scope, CancellationToken cancellationToken) =>
        TypedResults.Ok(new AccessTokenList(await tokens.ListAsync(scope, cancellationToken)));

    private static async Task<Created<CreatedToken>> CreateAsync(
        NewServiceAccountToken token, ServiceAccountTokens tokens, ResolvedNamespace scope, CurrentUser user, HttpContext context,
        CancellationToken cancellationToken)
    {
        string? account = AccountName(token.ServiceAccount, scope);
        var role = account is null
            ? token.Role ?? throw ApiProblemException.Invalid("role: expected owner, deployer or viewer.")
            : token.Role;
        var request = new ServiceAccountTokenRequest(CheckName(token.Name), role, ParseLifetime(token.Expires), account);
        var created = await tokens.CreateAsync(scope, request, user.Subject, cancellationToken);
        return created.Outcome switch
        {
            TokenOutcome.NoSuchServiceAccount => throw ServiceAccountEndpoints.Unknown(scope, token.ServiceAccount!),
            TokenOutcome.HasAnotherRole => throw ApiProblemException.Conflict(
                $"'{scope.Path}/{account}' is {Word(created.Role)} at '{scope.Path}', not {Word(role)}. "
                    + "Change its role first, or omit the role."),
            TokenOutcome.ExceedsOwnRole => throw ApiProblemException.ExceedsOwnRole(user),
            _ => Created($"/api/v1/groups/{Uri.EscapeDataString(scope.Path.Value)}/tokens", created.Token!, context),
        };
    }

    private static async Task<NoContent> RevokeAsync(
        long id, ServiceAccountTokens tokens, ResolvedNamespace scope, CurrentUser user, CancellationToken cancellationToken) =>
        await tokens.RevokeAsync(scope, id, user.Principal, cancellationToken)
            ? TypedResults.NoContent()
            : throw ApiProblemException.NotFound($"No service account of '{scope.Path}' has a token {id}.");

    private static async Task<Ok<AccessTokenList>> ListOwnAsync(
        AccessTokens tokens, CurrentUser user, CancellationToken cancellationToken) =>
        TypedResults.Ok(new AccessTokenList(await tokens.ListAsync(user.Subject, cancellationToken)));

    private static async Task<Created<CreatedToken>> CreateOwnAsync(
        NewAccountToken token, AccessTokens tokens, CurrentUser user, HttpContext context, CancellationToken cancellationToken) =>
        Created(
            "/api/v1/user/tokens",
            await tokens.CreateAsync(
                UserOf(user), CheckName(token.Name) ?? "token", ParseLifetime(token.Expires), user.Principal, cancellationToken),
            context);

    private static async Task<NoContent> RevokeOwnAsync(
        long id, AccessTokens tokens, CurrentUser user, CancellationToken cancellationToken) =>
        await tokens.RevokeAsync(UserOf(user), id, user.Principal, cancellationToken)
            ? TypedResults.NoContent()
            : throw ApiProblemException.NotFound($"{user.Principal} has no token {id}.");

    private static Created<CreatedToken> Created(string url, CreatedToken token, HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created(FormattableString.Invariant($"{url}/{token.Id}"), token);
    }

    private static long UserOf(CurrentUser user) =>
        user.Subject.PrincipalId ?? throw new InvalidOperationException("The caller is not a user.");

    /// <summary>The name of a service account in the namespace, given with or without the namespace.</summary>
    private static string? AccountName(string? text, ResolvedNamespace scope)
    {
        string start = scope.Path.Value + "/";
        string? name = text?.StartsWith(start, StringComparison.Ordinal) == true ? text[start.Length..] : text;
        return name is null || NamespacePath.IsName(name) ? name : throw ServiceAccountEndpoints.Unknown(scope, text!);
    }

    private static string? CheckName(string? name) =>
        name is null || name.Length is > 0 and <= AccessToken.MaxNameLength && !name.Any(char.IsControl) && name.Trim() == name
            ? name
            : throw ApiProblemException.Invalid(
                $"name: expected up to {AccessToken.MaxNameLength} characters that describe the token's purpose.");

    private static TimeSpan? ParseLifetime(string? text) =>
        text is null ? null
        : Quantity.TryParseDuration(text, out var lifetime) && lifetime > TimeSpan.Zero ? lifetime
        : throw ApiProblemException.Invalid($"expires: '{text}' is not a duration; expected a value such as '30d' or '12h'.");

    private static string Word(Role? role) => $"{role}".ToLowerInvariant();
}
