namespace Mirror.Core.Configuration;

public enum OidcProvider
{
    /// <summary>Any provider with a discovery document.</summary>
    OpenIdConnect,

    /// <summary>Microsoft Entra ID, one tenant.</summary>
    EntraId,
}

/// <summary>The OpenID provider that users may sign in with.</summary>
public sealed record OidcOptions
{
    public OidcProvider Provider { get; init; }

    /// <summary>The provider's URL, above its discovery document. For Entra ID the sign-in host of the cloud, above the tenants.</summary>
    public required Uri Authority { get; init; }

    /// <summary>Of Entra ID: the tenant's id or one of its domain names. Null for other providers.</summary>
    public string? TenantId { get; init; }

    public required string ClientId { get; init; }

    /// <summary>A secret. Null: there is a certificate instead, or the provider knows this instance as a public client.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>A PEM file with the certificate that is registered for this client in Entra ID, and its key. Null: there is none.</summary>
    public string? ClientCertificatePath { get; init; }

    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>The claim with the names of groups; those in <c>roles</c> count as well.</summary>
    public string GroupsClaim { get; init; } = DefaultGroupsClaim;

    /// <summary>The groups whose members administer the instance; empty: that is decided here.</summary>
    public IReadOnlyList<string> AdminGroups { get; init; } = [];

    public const string DefaultGroupsClaim = "groups";

    public override string ToString() => $"{ClientId} at {Authority}";
}
