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

    /// <summary>
    /// The base URL of the provider's discovery document. For Entra ID, the sign-in host of the cloud, without the tenant.
    /// </summary>
    public required Uri Authority { get; init; }

    /// <summary>For Entra ID: the tenant's id or one of its domain names. Null for other providers.</summary>
    public string? TenantId { get; init; }

    public required string ClientId { get; init; }

    /// <summary>A secret. Null if a certificate is used, or if this instance is registered as a public client.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>A PEM file with the certificate registered for this client in Entra ID and its key, or null.</summary>
    public string? ClientCertificatePath { get; init; }

    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>The claim that contains group names; the claim <c>roles</c> is used in addition.</summary>
    public string GroupsClaim { get; init; } = DefaultGroupsClaim;

    /// <summary>Groups whose members are administrators of this instance. If empty, administrators are managed in Mirror.</summary>
    public IReadOnlyList<string> AdminGroups { get; init; } = [];

    public const string DefaultGroupsClaim = "groups";

    public override string ToString() => $"{ClientId} at {Authority}";
}
