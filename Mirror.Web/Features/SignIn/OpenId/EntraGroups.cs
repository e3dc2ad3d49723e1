using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Mirror.Core.Configuration;

namespace Mirror.Web.Features.SignIn.OpenId;

/// <summary>
/// The groups of users with more groups than Entra ID includes in a token (200): the token then indicates an overage, and Microsoft Graph
/// returns the groups.
/// See https://learn.microsoft.com/en-us/security/zero-trust/develop/configure-tokens-group-claims-app-roles#group-overages.
/// </summary>
internal static class EntraGroups
{
    private const string Query = "v1.0/me/getMemberObjects";
    private const string PublicCloud = "login.microsoftonline.com";
    private const string PublicGraph = "graph.microsoft.com";

    /// <summary>Adds the groups as claims if the token omitted them.</summary>
    /// <exception cref="AuthenticationFailureException">Graph failed; continuing without groups would remove roles.</exception>
    public static async Task AddAsync(TokenValidatedContext context, string groupsClaim)
    {
        var identity = (ClaimsIdentity)context.Principal!.Identity!;
        if (groupsClaim != OidcOptions.DefaultGroupsClaim || !IsOverage(identity, out var link))
        {
            return;
        }

        foreach (string group in await AskAsync(context, link))
        {
            identity.AddClaim(new Claim(groupsClaim, group, ClaimValueTypes.String, identity.FindFirst("sub")?.Issuer));
        }
    }

    /// <param name="link">The URL of the groups in the token; null if it has none.</param>
    private static bool IsOverage(ClaimsIdentity identity, out Uri? link)
    {
        link = null;
        if (identity.FindFirst("_claim_names") is { } names
            && Read(names, OidcOptions.DefaultGroupsClaim) is { ValueKind: JsonValueKind.String } source)
        {
            link = identity.FindFirst("_claim_sources") is { } sources
                && Read(sources, source.GetString()!) is { ValueKind: JsonValueKind.Object } described
                && described.TryGetProperty("endpoint", out var endpoint)
                && endpoint.ValueKind == JsonValueKind.String
                && Uri.TryCreate(endpoint.GetString(), UriKind.Absolute, out var url)
                    ? url
                    : null;
            return true;
        }

        return identity.FindFirst("hasgroups") is { } has && bool.TryParse(has.Value, out bool value) && value;
    }

    private static JsonElement? Read(Claim claim, string member)
    {
        var json = JsonElement.Parse(claim.Value);
        return json.ValueKind == JsonValueKind.Object && json.TryGetProperty(member, out var value) ? value : null;
    }

    private static async Task<IReadOnlyList<string>> AskAsync(TokenValidatedContext context, Uri? link)
    {
        var cancellation = context.HttpContext.RequestAborted;
        var graph = GraphOf(
            await context.Options.ConfigurationManager!.GetConfigurationAsync(cancellation), new Uri(context.Options.Authority!));
        // Most tokens still link to the retired Azure AD Graph, for which the access token is not valid.
        var url = link is not null && link.GetLeftPart(UriPartial.Authority) == graph.GetLeftPart(UriPartial.Authority)
            ? link
            : new Uri(graph, Query);
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = JsonContent.Create(new MemberQuery(false)) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", context.TokenEndpointResponse!.AccessToken);
        using var response = await context.Options.Backchannel.SendAsync(request, cancellation);
        if (!response.IsSuccessStatusCode)
        {
            throw new AuthenticationFailureException(
                $"The user is in more groups than a token can hold, and Microsoft Graph returned {(int)response.StatusCode} for them. "
                + "Grant the app registration User.Read, or use app roles.");
        }

        return (await response.Content.ReadFromJsonAsync<MemberResponse>(cancellation))?.Value
            ?? throw new AuthenticationFailureException("Microsoft Graph returned no list of groups.");
    }

    /// <summary>The Graph host of the cloud, from the discovery document: national clouds have their own.</summary>
    private static Uri GraphOf(OpenIdConnectConfiguration provider, Uri authority) =>
        provider.AdditionalData.TryGetValue("msgraph_host", out object? named) && named is string { Length: > 0 } host
            ? new Uri($"{authority.Scheme}://{host}/")
            : authority.Host == PublicCloud ? new Uri($"https://{PublicGraph}/") : new Uri(authority, "/");

    private sealed record MemberQuery([property: JsonPropertyName("securityEnabledOnly")] bool SecurityEnabledOnly);

    private sealed record MemberResponse([property: JsonPropertyName("value")] IReadOnlyList<string>? Value);
}
