using System.ComponentModel.DataAnnotations;
using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Web.Features.Mirrors;

namespace Mirror.Web.Features.Groups;

/// <summary>Who has which role in a group or workspace.</summary>
public sealed record MemberListDocument(IReadOnlyList<MemberDocument> Members, IReadOnlyList<GroupMappingDocument> GroupMappings);

/// <summary>A role that a user or service account has.</summary>
/// <param name="From">The group or workspace in which it was given.</param>
public sealed record MemberDocument(PrincipalDocument Principal, Role Role, string From, bool Inherited)
{
    public static MemberDocument Of(Member member, MirrorScope scope) =>
        new(PrincipalDocument.From(member.Principal), member.Role, member.From.Value, member.From != scope.Path);
}

/// <summary>A role that everybody has whom the OpenID provider counts to a group.</summary>
/// <param name="OidcGroup">As the groups claim has it.</param>
public sealed record GroupMappingDocument(string OidcGroup, Role Role, string From, bool Inherited)
{
    public static GroupMappingDocument Of(GroupMapping mapping, MirrorScope scope) =>
        new(mapping.OidcGroup, mapping.Role, mapping.From.Value, mapping.From != scope.Path);
}

/// <param name="Role">owner, deployer or viewer.</param>
public sealed record RoleDocument(Role Role);

/// <param name="OidcGroup">As the groups claim has it.</param>
/// <param name="Role">owner, deployer or viewer.</param>
public sealed record NewGroupMappingDocument([MaxLength(GroupMappings.MaxNameLength)] string OidcGroup, Role Role);

/// <summary>The service accounts of a group or workspace.</summary>
public sealed record ServiceAccountListDocument(IReadOnlyList<ServiceAccountDocument> Items);

/// <param name="Principal">How it is named as a member: its namespace and its name.</param>
/// <param name="Role">In its own namespace; null: none there.</param>
/// <param name="Tokens">How many valid ones it has.</param>
public sealed record ServiceAccountDocument(
    string Name, string Principal, Role? Role, int Tokens, DateTimeOffset? LastUsedAt, DateTimeOffset CreatedAt, string CreatedBy)
{
    public static ServiceAccountDocument From(ServiceAccount account) =>
        new(account.Name.Name, account.Name.ToString(), account.Role, account.Tokens, account.LastUsedAt, account.CreatedAt, account.CreatedBy);
}

/// <param name="Name">Lower-case letters, digits, <c>-</c> and <c>_</c>.</param>
/// <param name="Role">Its role in the namespace; null: none until it is made a member.</param>
public sealed record NewServiceAccountDocument(string Name, Role? Role = null);

public sealed record TokenListDocument(IReadOnlyList<TokenDocument> Items);

/// <summary>A token that was not revoked.</summary>
/// <param name="Principal">Whose it is.</param>
/// <param name="Prefix">Its first characters.</param>
/// <param name="ExpiresAt">Null: it does not end by itself.</param>
public sealed record TokenDocument(
    long Id, string Name, PrincipalDocument Principal, string Prefix, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt)
{
    public static TokenDocument From(AccessToken token, PrincipalDocument principal) =>
        new(token.Id, token.Name, principal, token.Prefix, token.CreatedAt, token.CreatedBy, token.ExpiresAt, token.LastUsedAt);
}

/// <summary>A token to be made.</summary>
/// <param name="Name">What it is for.</param>
/// <param name="Role">What it may do in the namespace: owner, deployer or viewer. Needed unless a service account is named.</param>
/// <param name="Expires">A duration such as <c>30d</c>; null: it does not end by itself.</param>
/// <param name="ServiceAccount">Whose it is to be; null: one is made for it.</param>
public sealed record NewTokenDocument(string? Name = null, Role? Role = null, string? Expires = null, string? ServiceAccount = null);

/// <param name="Name">What it is for.</param>
/// <param name="Expires">A duration such as <c>30d</c>; null: it does not end by itself.</param>
public sealed record NewAccountTokenDocument(string? Name = null, string? Expires = null);

/// <summary>A token just made.</summary>
/// <param name="Token">Shown this once.</param>
/// <param name="Role">In the namespace it was made in; null: none there, or it is a user's.</param>
public sealed record CreatedTokenDocument(long Id, string Token, string Name, PrincipalDocument Principal, Role? Role, DateTimeOffset? ExpiresAt);
