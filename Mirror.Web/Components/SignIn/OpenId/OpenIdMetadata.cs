using System.Text.Json;

namespace Mirror.Web.Components.SignIn.OpenId;

/// <summary>What a provider says of itself. See https://openid.net/specs/openid-connect-discovery-1_0.html.</summary>
/// <param name="Issuer">Entra ID's documents for several tenants hold <c>{tenantid}</c> in it.</param>
/// <param name="UserInfoEndpoint">Null: there is none.</param>
/// <param name="TakesBasic">The client's secret goes into a header, which is the default; otherwise into the form.</param>
internal sealed record OpenIdMetadata(string Issuer, Uri AuthorizationEndpoint, Uri TokenEndpoint, Uri? UserInfoEndpoint, Uri KeysUri, bool TakesBasic)
{
    private const string Tenant = "{tenantid}";

    /// <exception cref="OpenIdException">Something is missing, or not encrypted.</exception>
    public static OpenIdMetadata Parse(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || json.Text("issuer") is not { } issuer)
        {
            throw new OpenIdException("The provider's discovery document names no issuer.");
        }

        bool takesBasic = !json.TryGetProperty("token_endpoint_auth_methods_supported", out var methods)
            || methods.ValueKind == JsonValueKind.Array && methods.EnumerateArray().Any(method => method.ValueKind == JsonValueKind.String && method.ValueEquals("client_secret_basic"));
        return new OpenIdMetadata(
            issuer,
            Required(json, "authorization_endpoint"),
            Required(json, "token_endpoint"),
            json.Text("userinfo_endpoint") is null ? null : Required(json, "userinfo_endpoint"),
            Required(json, "jwks_uri"),
            takesBasic);
    }

    /// <summary>Who must have issued a token of the tenant.</summary>
    public string IssuerFor(string? tenant) => tenant is null ? Issuer : Issuer.Replace(Tenant, tenant, StringComparison.Ordinal);

    private static Uri Required(JsonElement json, string name) =>
        Uri.TryCreate(json.Text(name), UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || url is { Scheme: "http", IsLoopback: true })
            ? url
            : throw new OpenIdException($"The provider's discovery document has no usable {name}; expected an https URL.");
}
