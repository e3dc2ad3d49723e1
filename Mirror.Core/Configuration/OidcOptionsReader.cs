using System.Text.RegularExpressions;

namespace Mirror.Core.Configuration;

/// <summary>Reads <c>Mirror:Auth:Oidc</c>.</summary>
internal static partial class OidcOptionsReader
{
    private const string OpenIdScope = "openid";

    private static readonly Uri EntraCloud = new("https://login.microsoftonline.com/");

    /// <returns>Null if no key is set or there are faults.</returns>
    public static OidcOptions? Read(ConfigurationSectionReader oidc)
    {
        var kind = oidc.Choice("Provider", OidcProvider.OpenIdConnect);
        var authority = oidc.OptionalUrl("Authority", "https", "http");
        string? tenant = oidc.OptionalText("TenantId");
        string? clientId = oidc.OptionalText("ClientId");
        var proxy = oidc.Parsed("Proxy", text => OutboundProxy.Parse(text, "Mirror:Auth:Oidc:Proxy"), "URL");
        string? secret = oidc.Secret("ClientSecret");
        string? certificate = oidc.OptionalText("ClientCertificatePath", "path");
        var scopes = oidc.List("Scopes", "scopes");
        string? groupsClaim = oidc.OptionalText("GroupsClaim");
        var adminGroups = oidc.List("AdminGroups", "groups");
        if ((oidc.OptionalText("Provider") ?? oidc.OptionalText("Authority") ?? tenant ?? clientId ?? secret ?? certificate ?? groupsClaim) is null
            && scopes is null
            && adminGroups is null)
        {
            return null;
        }

        if (clientId is null)
        {
            oidc.Fault("ClientId", "is missing; expected the client id that the OpenID provider issued for this instance");
        }

        foreach (string scope in (scopes ?? []).Where(scope => scope.Any(char.IsWhiteSpace)))
        {
            oidc.Fault("Scopes", $"'{scope}' is not a scope; expected a list with one scope per item");
        }

        var url = CheckAuthority(oidc, kind, authority);
        if (kind == OidcProvider.EntraId)
        {
            (url, tenant) = SplitAuthority(oidc, url, tenant);
            CheckEntra(oidc, tenant, secret, certificate);
        }
        else
        {
            RefuseEntraKey(oidc, "TenantId", tenant);
            RefuseEntraKey(oidc, "ClientCertificatePath", certificate);
        }

        return url is null || clientId is null ? null : new OidcOptions
        {
            Provider = kind,
            Authority = url,
            TenantId = tenant,
            ClientId = clientId,
            Proxy = proxy,
            ClientSecret = secret,
            ClientCertificatePath = certificate,
            Scopes = scopes is null ? DefaultScopes(kind) : [.. scopes.Prepend(OpenIdScope).Distinct(StringComparer.Ordinal)],
            GroupsClaim = groupsClaim ?? OidcOptions.DefaultGroupsClaim,
            AdminGroups = adminGroups ?? [],
        };
    }

    // Microsoft Graph lists the groups that do not fit into a token; it requires a separate scope.
    private static IReadOnlyList<string> DefaultScopes(OidcProvider kind) =>
        kind == OidcProvider.EntraId ? [OpenIdScope, "profile", "email", "User.Read"] : [OpenIdScope, "profile", "email"];

    private static Uri? CheckAuthority(ConfigurationSectionReader oidc, OidcProvider kind, Uri? authority)
    {
        if (oidc.OptionalText("Authority") is null)
        {
            if (kind == OidcProvider.EntraId)
            {
                return EntraCloud;
            }

            oidc.Fault(
                "Authority", "is missing; expected the URL of an OpenID provider, the base of '.well-known/openid-configuration'");
        }
        else if (authority is { Scheme: "http", IsLoopback: false })
        {
            oidc.Fault("Authority", $"'{authority}' is not encrypted; expected https, because its responses decide who can sign in");
        }

        return authority;
    }

    /// <summary>Entra ID's documentation includes the tenant in the authority; Mirror has a separate key for it.</summary>
    private static (Uri? Cloud, string? Tenant) SplitAuthority(ConfigurationSectionReader oidc, Uri? authority, string? tenant)
    {
        if (authority?.AbsolutePath.Trim('/').Split('/') is not [{ Length: > 0 } named, .. var rest])
        {
            return (authority, tenant);
        }

        if (rest is not ([] or ["v2.0"]) || tenant is not null && !tenant.Equals(named, StringComparison.OrdinalIgnoreCase))
        {
            oidc.Fault(
                "Authority",
                $"'{authority}' is not the sign-in host of a cloud; expected one such as {EntraCloud}, with the tenant in TenantId");
        }

        return (new Uri(authority, "/"), tenant ?? named);
    }

    private static void CheckEntra(ConfigurationSectionReader oidc, string? tenant, string? secret, string? certificate)
    {
        if (tenant is null)
        {
            oidc.Fault("TenantId", "is missing; expected the tenant's id or one of its domain names");
        }
        else if (!Guid.TryParseExact(tenant, "D", out _) && !DomainName.IsMatch(tenant))
        {
            // Each tenant's administrators decide which roles their users have; with several tenants, users of any of them could become
            // administrators.
            oidc.Fault("TenantId", $"'{tenant}' is not a tenant; expected its id or one of its domain names");
        }

        if (secret is null && certificate is null)
        {
            oidc.Fault("ClientSecret", "is missing; expected a secret of the app registration, or ClientCertificatePath instead");
        }
        else if (secret is not null && certificate is not null)
        {
            oidc.Fault("ClientCertificatePath", "cannot be combined with ClientSecret; expected one of them");
        }
    }

    private static void RefuseEntraKey(ConfigurationSectionReader oidc, string key, string? value)
    {
        if (value is not null)
        {
            oidc.Fault(key, $"is only valid with Provider {OidcProvider.EntraId}");
        }
    }

    [GeneratedRegex(
        "^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z0-9-]+$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex DomainName { get; }
}
