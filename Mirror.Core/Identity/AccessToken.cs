using Mirror.Core.Database;

namespace Mirror.Core.Identity;

/// <summary>A token that was not revoked.</summary>
/// <param name="Principal">Whose it is.</param>
/// <param name="Prefix">Its first characters.</param>
/// <param name="ExpiresAt">Null: it does not expire.</param>
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
    /// <summary>Of a name, in characters.</summary>
    public const int MaxNameLength = 64;

    internal static AccessToken From(AccessTokenRow row, Principal principal) =>
        new(row.Id, row.Name, principal, row.Prefix, row.CreatedAt, row.CreatedBy, row.ExpiresAt, row.LastUsedAt);
}

public sealed record AccessTokenList(IReadOnlyList<AccessToken> Items);

/// <summary>A token to be made for a service account.</summary>
/// <param name="Name">What it is for.</param>
/// <param name="Role">What it may do in the namespace: owner, deployer or viewer. Needed unless a service account is named.</param>
/// <param name="Expires">A duration such as <c>30d</c>; null: it does not expire.</param>
/// <param name="ServiceAccount">Whose it is to be; null: one is made for it.</param>
public sealed record NewServiceAccountToken(string? Name = null, Role? Role = null, string? Expires = null, string? ServiceAccount = null);

/// <summary>A token to be made for the caller.</summary>
/// <param name="Name">What it is for.</param>
/// <param name="Expires">A duration such as <c>30d</c>; null: it does not expire.</param>
public sealed record NewAccountToken(string? Name = null, string? Expires = null);

/// <summary>A token just made.</summary>
/// <param name="Token">Shown this once.</param>
/// <param name="Role">In the namespace it was made in; null: none there, or it is a user's.</param>
public sealed record CreatedToken(long Id, string Token, string Name, Principal Principal, Role? Role, DateTimeOffset? ExpiresAt);
