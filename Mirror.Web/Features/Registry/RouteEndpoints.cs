using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Hosted;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Registry;

/// <summary>The routes from namespaces of other registries to the registry namespaces of a root group.</summary>
internal static class RouteEndpoints
{
    public static void MapRoutes(this IEndpointRouteBuilder api)
    {
        var routes = api.MapGroup("/groups/{group}/registry/routes").WithTags(RegistryRequests.Tag);
        routes.MapGet("", ListAsync).WithName("ListRoutes")
            .WithSummary("List the namespaces of other registries that a root group serves from its own")
            .RequireAccess(AccessAction.Read)
            .WithMetadata(BoundedWork.InLane);

        var change = routes.MapGroup("").RequireAccess(AccessAction.ManageSettings);
        change.MapPost("", AddAsync).WithName("AddRoute")
            .WithSummary("Serve a namespace of another registry from a registry namespace of the root group, without querying that registry")
            .ProducesProblem(StatusCodes.Status409Conflict);
        change.MapDelete("", RemoveAsync).WithName("RemoveRoute")
            .WithSummary("Remove a route: the other registry is queried again");
    }

    private static async Task<Ok<HostedRouteList>> ListAsync(
        HostedRoutes routes, ResolvedNamespace scope, CancellationToken cancellationToken) =>
        TypedResults.Ok(new HostedRouteList(await routes.ListAsync(scope.RootGroupId, cancellationToken)));

    private static async Task<Created<HostedRoute>> AddAsync(
        NewHostedRoute wanted,
        HostedRoutes routes,
        RegistryNamespaces registry,
        OwnHostnames hostnames,
        ResolvedNamespace scope,
        CurrentUser user,
        CancellationToken cancellationToken)
    {
        var target = await RegistryRequests.FindNamespaceAsync(registry, scope, wanted.Target, cancellationToken);
        var source = Parse(wanted.Source);
        if (hostnames.IsOwn(source.Hostname))
        {
            throw ApiProblemException.Invalid(
                $"source: '{source}' is at this server itself; expected a namespace of another registry, such as 'registry.terraform.io/mycompany/*'.");
        }

        var added = await routes.AddAsync(target.RootGroupId, source, target, user.Principal, cancellationToken)
            ?? throw ApiProblemException.Conflict($"'{scope.Path}' already routes {source}. Remove that route first.");
        return TypedResults.Created((string?)null, added);
    }

    private static async Task<NoContent> RemoveAsync(
        [MaxLength(RouteSource.MaxLength)] string source,
        HostedRoutes routes,
        ResolvedNamespace scope,
        CurrentUser user,
        CancellationToken cancellationToken)
    {
        var parsed = Parse(source);
        return await routes.RemoveAsync(RegistryRequests.RootGroupId(scope), parsed, user.Principal, cancellationToken)
            ? TypedResults.NoContent()
            : throw ApiProblemException.NotFound($"'{scope.Path}' does not route {parsed}.");
    }

    private static RouteSource Parse(string text) =>
        RouteSource.TryParse(text, out var source)
            ? source
            : throw ApiProblemException.Invalid(
                $"source: '{Problems.Shorten(text)}' is not a namespace of a registry; expected 'hostname/namespace/*', such as 'registry.terraform.io/mycompany/*'.");
}
