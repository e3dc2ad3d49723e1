using System.ComponentModel.DataAnnotations;

namespace Mirror.Core.Identity.Federation;

/// <summary>A remote host that trusts this instance as an issuer.</summary>
/// <param name="Audience">The audience of tokens issued for it.</param>
/// <param name="Subject">The subject of the tokens: the path of the group or workspace that configures the host.</param>
/// <param name="Inherited">Whether it is inherited from a group above.</param>
public sealed record FederatedRegistry(
    string Host, string Audience, string Subject, bool Inherited, DateTimeOffset CreatedAt, string CreatedBy);

/// <summary>The remote registries that a group or workspace queries with tokens issued by this instance.</summary>
/// <param name="Issuer">The issuer that these registries have to trust; null if the server has no URL.</param>
public sealed record FederatedRegistryList(string? Issuer, IReadOnlyList<FederatedRegistry> Items);

public sealed record NewFederatedRegistry([MaxLength(FederatedRegistries.MaxAudience)] string Audience);
