namespace Mirror.Core.Configuration;

/// <summary>Reads <c>Mirror:Auth:Oidc</c>.</summary>
internal static class OidcOptionsReader
{
    private const string OpenIdScope = "openid";

    /// <returns>Null where none of it is set, or it has faults.</returns>
    public static OidcOptions? Read(ConfigurationSectionReader oidc)
    {
        var authority = oidc.OptionalUrl("Authority", "https", "http");
        string? clientId = oidc.OptionalText("ClientId");
        string? secret = oidc.OptionalText("ClientSecret");
        var scopes = oidc.List("Scopes");
        string? groupsClaim = oidc.OptionalText("GroupsClaim");
        var adminGroups = oidc.List("AdminGroups");
        if (oidc.OptionalText("Authority") is null && clientId is null && secret is null && scopes is null && groupsClaim is null && adminGroups is null)
        {
            return null;
        }

        if (oidc.OptionalText("Authority") is null)
        {
            oidc.Fault("Authority", "is missing; expected the URL of an OpenID provider, below which it has '.well-known/openid-configuration'");
        }
        else if (authority is { Scheme: "http", IsLoopback: false })
        {
            oidc.Fault("Authority", $"'{authority}' is not encrypted; expected https, since what it answers decides who signs in");
        }

        if (clientId is null)
        {
            oidc.Fault("ClientId", "is missing; expected the id under which the OpenID provider knows this instance");
        }

        foreach (string scope in (scopes ?? []).Where(scope => scope.Any(char.IsWhiteSpace)))
        {
            oidc.Fault("Scopes", $"'{scope}' is not a scope; expected a list, one scope each");
        }

        var defaults = new OidcOptions { Authority = new Uri("https://localhost"), ClientId = "" };
        return authority is null || clientId is null ? null : new OidcOptions
        {
            Authority = authority,
            ClientId = clientId,
            ClientSecret = secret,
            Scopes = scopes is null ? defaults.Scopes : [.. scopes.Prepend(OpenIdScope).Distinct(StringComparer.Ordinal)],
            GroupsClaim = groupsClaim ?? defaults.GroupsClaim,
            AdminGroups = adminGroups ?? defaults.AdminGroups,
        };
    }
}
