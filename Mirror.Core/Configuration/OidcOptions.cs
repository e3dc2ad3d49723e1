namespace Mirror.Core.Configuration;

public enum OidcProvider
{
    /// <summary>Any provider with a discovery document.</summary>
    OpenIdConnect,

    /// <summary>Microsoft Entra ID, with one tenant.</summary>
    EntraId,
}

/// <summary>The <see href="security.md#openid-providers">OpenID provider</see> that users can sign in with.</summary>
public sealed record OidcOptions
{
    /// <summary>The kind of OpenID provider.</summary>
    public OidcProvider Provider { get; init; }

    /// <summary>The base URL of <c>.well-known/openid-configuration</c>. For Entra ID, the sign-in host of a national cloud.</summary>
    /// <value>required; for Entra ID <c>https://login.microsoftonline.com</c></value>
    /// <example><c>https://keycloak.example.com/realms/main</c></example>
    public required Uri Authority { get; init; }

    /// <summary>
    /// The tenant's ID or one of its domain names. Only for Entra ID, where it is required. <c>common</c> and <c>organizations</c> are not
    /// accepted.
    /// </summary>
    /// <example><c>contoso.onmicrosoft.com</c></example>
    public string? TenantId { get; init; }

    /// <summary>The client ID that the provider issued for this instance.</summary>
    /// <value>required</value>
    public required string ClientId { get; init; }

    /// <summary>The proxy for the server's own requests to the provider. Proxies from the environment are not used.</summary>
    /// <value>requests are sent directly</value>
    /// <example><c>http://user:password@proxy.example.com:3128</c></example>
    public OutboundProxy? Proxy { get; init; }

    /// <summary>The client secret. Without it, this instance is a public client.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>A PEM file with a certificate and its unencrypted RSA key, instead of a secret. Only for Entra ID.</summary>
    /// <example><c>/etc/mirror/entra.pem</c></example>
    public string? ClientCertificatePath { get; init; }

    /// <summary>The requested scopes.</summary>
    /// <value><c>openid</c>, <c>profile</c>, <c>email</c>; for Entra ID also <c>User.Read</c></value>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>The claim that contains the user's groups. The claim <c>roles</c> is also used.</summary>
    /// <value><c>groups</c></value>
    public string GroupsClaim { get; init; } = DefaultGroupsClaim;

    /// <summary>The groups whose members are administrators of this instance.</summary>
    /// <value>administrators are managed in Mirror</value>
    /// <example><c>mirror-admins</c></example>
    public IReadOnlyList<string> AdminGroups { get; init; } = [];

    public const string DefaultGroupsClaim = "groups";

    public override string ToString() => $"{ClientId} at {Authority}";
}
