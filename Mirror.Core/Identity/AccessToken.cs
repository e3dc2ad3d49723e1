using Mirror.Core.Database;

namespace Mirror.Core.Identity;

/// <summary>A token that has not been revoked.</summary>
/// <param name="Principal">The owner of the token.</param>
/// <param name="Prefix">The first characters of the token.</param>
/// <param name="ExpiresAt">Null if the token does not expire.</param>
public sealed record AccessToken(
    long Id,
    string Name,
    Principal Principal,
    string Prefix,
    DateTimeOffset CreatedAt,
    string CreatedBy,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt)
{
    /// <summary>The maximum length of a name, in characters.</summary>
    public const int MaxNameLength = 64;

    internal static AccessToken From(AccessTokenRow row, Principal principal) =>
        new(row.Id, row.Name, principal, row.Prefix, row.CreatedAt, row.CreatedBy, row.ExpiresAt, row.LastUsedAt);
}

public sealed record AccessTokenList(IReadOnlyList<AccessToken> Items);

/// <summary>A request for a token of a service account.</summary>
/// <param name="Name">The purpose of the token.</param>
/// <param name="Role">The role in the namespace: owner, deployer or viewer. Required unless a service account is given.</param>
/// <param name="Expires">A duration such as <c>30d</c>; null for a token that does not expire.</param>
/// <param name="ServiceAccount">The owner of the token; null to create a service account for it.</param>
public sealed record NewServiceAccountToken(string? Name = null, Role? Role = null, string? Expires = null, string? ServiceAccount = null);

/// <summary>A request for a token of the caller.</summary>
/// <param name="Name">The purpose of the token.</param>
/// <param name="Expires">A duration such as <c>30d</c>; null for a token that does not expire.</param>
public sealed record NewAccountToken(string? Name = null, string? Expires = null);

/// <summary>A new token.</summary>
/// <param name="Token">The token; shown only once.</param>
/// <param name="Role">The owner's role in the namespace; null if it has none, or for a user's token.</param>
public sealed record CreatedToken(long Id, string Token, string Name, Principal Principal, Role? Role, DateTimeOffset? ExpiresAt);
