using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Mirror.Core.Configuration;

namespace Mirror.Web.Components.SignIn.OpenId;

/// <summary>
/// The groups of users who are in more of them than Entra ID puts into a token (200): the token then only says that there are
/// some, and Microsoft Graph knows which.
/// See https://learn.microsoft.com/en-us/security/zero-trust/develop/configure-tokens-group-claims-app-roles#group-overages.
/// </summary>
internal static class EntraGroups
{
    private const string Query = "v1.0/me/getMemberObjects";

    /// <summary>Adds the groups as claims where the token left them out.</summary>
    /// <exception cref="AuthenticationFailureException">Graph does not tell: to go on without groups would take roles away.</exception>
    public static async Task AddAsync(TokenValidatedContext context, string groupsClaim)
    {
        var identity = (ClaimsIdentity)context.Principal!.Identity!;
        if (groupsClaim != OidcOptions.DefaultGroupsClaim || !IsOverage(identity))
        {
            return;
        }

        foreach (string group in await AskAsync(context))
        {
            identity.AddClaim(new Claim(groupsClaim, group, ClaimValueTypes.String, identity.FindFirst("sub")?.Issuer));
        }
    }

    // The address in _claim_sources is that of the retired Azure AD Graph, and is not followed.
    private static bool IsOverage(ClaimsIdentity identity)
    {
        if (identity.FindFirst("hasgroups") is { } has)
        {
            return bool.TryParse(has.Value, out bool value) && value;
        }

        if (identity.FindFirst("_claim_names") is not { } names)
        {
            return false;
        }

        using var json = JsonDocument.Parse(names.Value);
        return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(OidcOptions.DefaultGroupsClaim, out _);
    }

    private static async Task<IReadOnlyList<string>> AskAsync(TokenValidatedContext context)
    {
        var cancellation = context.HttpContext.RequestAborted;
        var provider = await context.Options.ConfigurationManager!.GetConfigurationAsync(cancellation);
        // The national clouds have a Graph of their own, which their discovery document names.
        string host = provider.AdditionalData.TryGetValue("msgraph_host", out object? named) ? named.ToString()! : "graph.microsoft.com";
        var url = new Uri($"{new Uri(context.Options.Authority!).Scheme}://{host}/{Query}");
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = JsonContent.Create(new MemberQuery(false)) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", context.TokenEndpointResponse!.AccessToken);
        using var response = await context.Options.Backchannel.SendAsync(request, cancellation);
        if (!response.IsSuccessStatusCode)
        {
            throw new AuthenticationFailureException(
                $"The user is in more groups than a token holds, and Microsoft Graph answers {(int)response.StatusCode} when asked for them; grant the app registration User.Read, or use app roles.");
        }

        return (await response.Content.ReadFromJsonAsync<MemberAnswer>(cancellation))?.Value
            ?? throw new AuthenticationFailureException("Microsoft Graph answers without a list of groups.");
    }

    private sealed record MemberQuery([property: JsonPropertyName("securityEnabledOnly")] bool SecurityEnabledOnly);

    private sealed record MemberAnswer([property: JsonPropertyName("value")] IReadOnlyList<string>? Value);
}
