using System.ComponentModel.DataAnnotations;

namespace Mirror.Core.Identity.Federation;

/// <summary>A foreign issuer whose tokens a service account accepts as its own.</summary>
/// <param name="Issuer">As the claim <c>iss</c> has it.</param>
/// <param name="Audience">That the claim <c>aud</c> is or contains.</param>
/// <param name="Claims">What further claims must be, <c>*</c> standing for anything.</param>
public sealed record FederatedIdentity(
    long Id, string Issuer, string Audience, IReadOnlyDictionary<string, string> Claims, DateTimeOffset CreatedAt, string CreatedBy);

/// <summary>The foreign issuers that a service account trusts.</summary>
public sealed record FederatedIdentityList(IReadOnlyList<FederatedIdentity> Items);

public sealed record NewFederatedIdentity(
    [MaxLength(FederatedIdentities.MaxLength)] string Issuer,
    [MaxLength(FederatedIdentities.MaxLength)] string Audience,
    [MaxLength(ClaimConditions.MaxConditions), ItemLength(ClaimConditions.MaxLength)] IReadOnlyDictionary<string, string?> Claims);

/// <param name="Account">The service account's name in its namespace.</param>
public sealed record ServiceAccountIdentity(string Account, FederatedIdentity Identity);
