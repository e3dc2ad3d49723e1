using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Web.Features.Groups;
using Mirror.Web.Features.Mirrors;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Accounts;

/// <summary>Access tokens: of the service accounts of groups and workspaces, and users' own.</summary>
internal static class TokenEndpoints
{
    private const string Tokens = "/groups/{group}/tokens";
    private const string Own = "/user/tokens";
    private const int MaxNameLength = 64;

    public static void MapTokens(this IEndpointRouteBuilder owners)
    {
        var tokens = owners.MapGroup("").WithTags("Tokens");
        tokens.MapGet(Tokens, ListAsync).WithName("ListTokens").WithSummary("The tokens of the service accounts of a group or workspace");
        tokens.MapPost(Tokens, CreateAsync).WithName("CreateToken")
            .WithSummary("Makes a token of a service account; where none is named, one is made for it").ProducesProblem(StatusCodes.Status409Conflict);
        tokens.MapDelete(Tokens + "/{id:long}", RevokeAsync).WithName("RevokeToken").WithSummary("Ends a token at once");
    }

    public static void MapAccountTokens(this IEndpointRouteBuilder users)
    {
        var tokens = users.MapGroup("").WithTags("Tokens");
        tokens.MapGet(Own, ListOwnAsync).WithName("ListAccountTokens").WithSummary("The caller's own tokens");
        tokens.MapPost(Own, CreateOwnAsync).WithName("CreateAccountToken").WithSummary("Makes a token that may do what the caller may");
        tokens.MapDelete(Own + "/{id:long}", RevokeOwnAsync).WithName("RevokeAccountToken").WithSummary("Ends a token at once");
    }

    private static async Task<Ok<TokenListDocument>> ListAsync(string group, ServiceAccountTokens tokens, HttpContext context, CancellationToken cancellationToken)
    {
        var list = await tokens.ListAsync(context.Scope(), cancellationToken);
        return TypedResults.Ok(new TokenListDocument([.. list.Select(item => TokenDocument.From(item.Token, Document(item.Account)))]));
    }

    private static async Task<Created<CreatedTokenDocument>> CreateAsync(string group, NewTokenDocument token, ServiceAccountTokens tokens, HttpContext context, CancellationToken cancellationToken)
    {
        var scope = context.Scope();
        string? account = AccountName(token.ServiceAccount, context);
        var role = account is null ? MemberEndpoints.Required(token.Role) : token.Role;
        string? name = CheckName(token.Name);
        var created = await tokens.CreateAsync(scope, new ServiceAccountTokenRequest(name, role, ParseLifetime(token.Expires), account), context.Subject(), cancellationToken);
        switch (created.Outcome)
        {
            case TokenOutcome.NoSuchServiceAccount:
                throw ServiceAccountEndpoints.Unknown(context, token.ServiceAccount!);
            case TokenOutcome.HasAnotherRole:
                throw ApiProblemException.Conflict(
                    $"'{created.Account}' is {Word(created.Role)} at '{scope.Path}', not {Word(role)}: make it a member with that role first, or leave the role out.");
            case TokenOutcome.MoreThanGiverHas:
                throw MemberEndpoints.MoreThanGiverHas(context);
        }

        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created(
            FormattableString.Invariant($"/api/v1/groups/{Uri.EscapeDataString(scope.Path.Value)}/tokens/{created.Token!.Id}"),
            new CreatedTokenDocument(created.Token.Id, created.Token.Text, name ?? created.Account!.Name, Document(created.Account!), created.Role, created.Token.ExpiresAt));
    }

    private static async Task<NoContent> RevokeAsync(string group, long id, ServiceAccountTokens tokens, HttpContext context, CancellationToken cancellationToken) =>
        await tokens.RevokeAsync(context.Scope(), id, context.Caller(), cancellationToken)
            ? TypedResults.NoContent()
            : throw ApiProblemException.NotFound($"No service account of '{context.Scope().Path}' has a token {id}.");

    private static async Task<Ok<TokenListDocument>> ListOwnAsync(AccessTokens tokens, HttpContext context, CancellationToken cancellationToken)
    {
        var list = await tokens.ListAsync(UserOf(context), cancellationToken);
        var principal = PrincipalDocument.From(context.Caller());
        return TypedResults.Ok(new TokenListDocument([.. list.Select(token => TokenDocument.From(token, principal))]));
    }

    private static async Task<Created<CreatedTokenDocument>> CreateOwnAsync(NewAccountTokenDocument token, AccessTokens tokens, HttpContext context, CancellationToken cancellationToken)
    {
        string name = CheckName(token.Name) ?? "token";
        var created = await tokens.CreateAsync(UserOf(context), name, ParseLifetime(token.Expires), context.Caller(), cancellationToken);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created(
            FormattableString.Invariant($"/api/v1/user/tokens/{created.Id}"),
            new CreatedTokenDocument(created.Id, created.Text, name, PrincipalDocument.From(context.Caller()), null, created.ExpiresAt));
    }

    private static async Task<NoContent> RevokeOwnAsync(long id, AccessTokens tokens, HttpContext context, CancellationToken cancellationToken) =>
        await tokens.RevokeAsync(UserOf(context), id, context.Caller(), cancellationToken)
            ? TypedResults.NoContent()
            : throw ApiProblemException.NotFound($"{context.Caller()} has no token {id}.");

    private static long UserOf(HttpContext context) => context.Subject().PrincipalId ?? throw new InvalidOperationException("A user has a row.");

    /// <summary>The name in the namespace, given as that or with the namespace in front.</summary>
    private static string? AccountName(string? text, HttpContext context)
    {
        string start = context.Scope().Path.Value + "/";
        string? name = text?.StartsWith(start, StringComparison.Ordinal) == true ? text[start.Length..] : text;
        return name is null || NamespacePath.IsName(name) ? name : throw ServiceAccountEndpoints.Unknown(context, text!);
    }

    private static string? CheckName(string? name) =>
        name is null || name.Length is > 0 and <= MaxNameLength && !name.Any(char.IsControl) && name.Trim() == name
            ? name
            : throw ApiProblemException.Invalid($"name: expected up to {MaxNameLength} characters that say what the token is for.");

    private static TimeSpan? ParseLifetime(string? text) =>
        text is null ? null
        : Quantity.TryParseDuration(text, out var lifetime) && lifetime > TimeSpan.Zero ? lifetime
        : throw ApiProblemException.Invalid($"expires: '{text}' is not a duration; expected one such as '30d' or '12h'.");

    private static PrincipalDocument Document(PrincipalName account) => new(PrincipalKind.ServiceAccount, account.ToString());

    private static string Word(Role? role) => $"{role}".ToLowerInvariant();
}
