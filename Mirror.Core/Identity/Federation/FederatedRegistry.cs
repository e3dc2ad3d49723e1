using System.ComponentModel.DataAnnotations;

namespace Mirror.Core.Identity.Federation;

/// <summary>A remote host that trusts this instance as an issuer.</summary>
/// <param name="Audience">Of the tokens made for it.</param>
/// <param name="Subject">Of the tokens: the path of the group or workspace that names the host.</param>
/// <param name="Inherited">Whether that is one above the one asked for.</param>
public sealed record FederatedRegistry(
    string Host, string Audience, string Subject, bool Inherited, DateTimeOffset CreatedAt, string CreatedBy);

/// <summary>The remote registries that a group or workspace asks with tokens that this instance makes.</summary>
/// <param name="Issuer">What these registries have to trust; null where the server has no URL.</param>
public sealed record FederatedRegistryList(string? Issuer, IReadOnlyList<FederatedRegistry> Items);

public sealed record NewFederatedRegistry([MaxLength(FederatedRegistries.MaxAudience)] string Audience);
