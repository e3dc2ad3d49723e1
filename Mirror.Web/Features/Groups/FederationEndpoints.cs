using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Addresses;
using Mirror.Core.Identity.Federation;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Groups;

/// <summary>The remote registries that a group or workspace asks with tokens that this instance makes.</summary>
/// <param name="Issuer">What these registries have to trust; null where the server has no URL.</param>
public sealed record FederatedRegistryListDocument(string? Issuer, IReadOnlyList<FederatedRegistryDocument> Items);

/// <param name="Audience">Of the tokens.</param>
/// <param name="Subject">Of the tokens: the path of the group or workspace that names the host.</param>
/// <param name="Inherited">That is one above the one asked for.</param>
public sealed record FederatedRegistryDocument(string Host, string Audience, string Subject, bool Inherited, DateTimeOffset CreatedAt, string CreatedBy);

public sealed record NewFederatedRegistryDocument([MaxLength(FederatedRegistries.MaxAudience)] string Audience);

internal static class FederationEndpoints
{
    private const string All = "/groups/{group}/federated-registries";

    public static void MapFederation(this IEndpointRouteBuilder manage)
    {
        manage.MapGet(All, ListAsync).WithName("ListFederatedRegistries").WithTags("Federation").WithSummary("The remote registries that a group or workspace asks with tokens made here, inherited ones included");
        manage.MapPut(All + "/{host}", SetAsync).WithName("SetFederatedRegistry").WithTags("Federation").WithSummary("Has a remote registry asked with tokens made here");
        manage.MapDelete(All + "/{host}", RemoveAsync).WithName("RemoveFederatedRegistry").WithTags("Federation").WithSummary("No longer makes tokens for a remote registry");
    }

    private static async Task<Ok<FederatedRegistryListDocument>> ListAsync(
        string group, ApiTargets targets, FederatedRegistries registries, InstanceAddress address, CancellationToken cancellationToken)
    {
        var scope = await targets.FindScopeAsync(group, cancellationToken);
        var list = await registries.ListAsync(scope, cancellationToken);
        return TypedResults.Ok(new FederatedRegistryListDocument(
            address.Issuer,
            [.. list.Select(item => new FederatedRegistryDocument(item.Host.Value, item.Audience, item.From.Value, item.From != scope.Path, item.CreatedAt, item.CreatedBy))]));
    }

    private static async Task<NoContent> SetAsync(
        string group, string host, NewFederatedRegistryDocument registry, ApiTargets targets, FederatedRegistries registries, HttpContext context, CancellationToken cancellationToken)
    {
        var scope = await targets.FindScopeAsync(group, cancellationToken);
        var parsed = Parse(host);
        if (string.IsNullOrWhiteSpace(registry.Audience) || registry.Audience.Length > FederatedRegistries.MaxAudience || registry.Audience.Any(char.IsControl))
        {
            throw ApiProblemException.Invalid($"audience: '{registry.Audience}' is not one; expected what the remote registry's trust names.");
        }

        await registries.SetAsync(scope, parsed, registry.Audience, context.Caller(), cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> RemoveAsync(
        string group, string host, ApiTargets targets, FederatedRegistries registries, HttpContext context, CancellationToken cancellationToken)
    {
        var scope = await targets.FindScopeAsync(group, cancellationToken);
        var parsed = Parse(host);
        return await registries.RemoveAsync(scope, parsed, context.Caller(), cancellationToken)
            ? TypedResults.NoContent()
            : throw ApiProblemException.NotFound($"'{scope.Path}' itself names no federated registry {parsed}.");
    }

    private static ProviderHostname Parse(string host) => ProviderHostname.TryParse(Uri.UnescapeDataString(host), out var parsed)
        ? parsed
        : throw ApiProblemException.Invalid($"'{host}' is not a hostname; expected one such as 'registry.example.com'.");
}
