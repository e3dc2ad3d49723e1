using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Identity.Federation;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Groups;

/// <summary>The remote registries to which groups and workspaces authenticate with tokens of this instance.</summary>
internal static class FederationEndpoints
{
    public static void MapFederation(this IEndpointRouteBuilder api)
    {
        var registries = api.MapGroup("/groups/{group}/federated-registries")
            .WithTags("Federation").RequireAccess(AccessAction.ManageVariables);
        registries.MapGet("", ListAsync).WithName("ListFederatedRegistries")
            .WithSummary("List the federated registries of a group or workspace, including inherited ones");
        registries.MapPut("/{host}", SetAsync).WithName("SetFederatedRegistry")
            .WithSummary("Authenticate to a remote registry with tokens of this instance");
        registries.MapDelete("/{host}", RemoveAsync).WithName("RemoveFederatedRegistry")
            .WithSummary("Stop issuing tokens for a remote registry");
    }

    private static async Task<Ok<FederatedRegistryList>> ListAsync(
        FederatedRegistries registries, InstanceAddress address, ResolvedNamespace scope, CancellationToken cancellationToken) =>
        TypedResults.Ok(new FederatedRegistryList(address.Issuer, await registries.ListAsync(scope, cancellationToken)));

    private static async Task<NoContent> SetAsync(
        string host, NewFederatedRegistry registry, FederatedRegistries registries, ResolvedNamespace scope, CurrentUser user,
        CancellationToken cancellationToken)
    {
        var parsed = Parse(host);
        if (string.IsNullOrWhiteSpace(registry.Audience) || registry.Audience.Any(char.IsControl))
        {
            throw ApiProblemException.Invalid(
                $"audience: '{registry.Audience}' is not valid; expected the audience that the remote registry trusts.");
        }

        await registries.SetAsync(scope, parsed, registry.Audience, user.Principal, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> RemoveAsync(
        string host, FederatedRegistries registries, ResolvedNamespace scope, CurrentUser user, CancellationToken cancellationToken)
    {
        var parsed = Parse(host);
        return await registries.RemoveAsync(scope, parsed, user.Principal, cancellationToken)
            ? TypedResults.NoContent()
            : throw ApiProblemException.NotFound($"'{scope.Path}' itself has no federated registry {parsed}.");
    }

    private static ProviderHostname Parse(string host) => ProviderHostname.TryParse(host, out var parsed)
        ? parsed
        : throw ApiProblemException.Invalid($"'{host}' is not a hostname; expected a value such as 'registry.example.com'.");
}
