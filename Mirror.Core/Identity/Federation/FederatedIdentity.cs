using System.ComponentModel.DataAnnotations;

namespace Mirror.Core.Identity.Federation;

/// <summary>An external issuer whose tokens are accepted for a service account.</summary>
/// <param name="Issuer">The value of the claim <c>iss</c>.</param>
/// <param name="Audience">The value of the claim <c>aud</c>, or one of its elements.</param>
/// <param name="Claims">Patterns for other claims, in which <c>*</c> matches any text.</param>
public sealed record FederatedIdentity(
    long Id, string Issuer, string Audience, IReadOnlyDictionary<string, string> Claims, DateTimeOffset CreatedAt, string CreatedBy);

/// <summary>The external issuers that a service account trusts.</summary>
public sealed record FederatedIdentityList(IReadOnlyList<FederatedIdentity> Items);

public sealed record NewFederatedIdentity(
    [MaxLength(FederatedIdentities.MaxLength)] string Issuer,
    [MaxLength(FederatedIdentities.MaxLength)] string Audience,
    [MaxLength(ClaimConditions.MaxConditions), ItemLength(ClaimConditions.MaxLength)] IReadOnlyDictionary<string, string?> Claims);

/// <param name="Account">The service account's name in its namespace.</param>
public sealed record ServiceAccountIdentity(string Account, FederatedIdentity Identity);
