using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Hosted;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Registry;

/// <summary>The registry namespaces of a root group.</summary>
internal static class RegistryNamespaceEndpoints
{
    public static void MapRegistryNamespaces(this IEndpointRouteBuilder api)
    {
        var namespaces = api.MapGroup("/groups/{group}/registry/namespaces").WithTags(RegistryRequests.Tag);
        var read = namespaces.MapGroup("").RequireAccess(AccessAction.Read).WithMetadata(BoundedWork.InLane);
        read.MapGet("", ListAsync).WithName("ListRegistryNamespaces").WithSummary("List the registry namespaces of a root group with their keys");
        read.MapGet("/{name}", GetAsync).WithName("GetRegistryNamespace").WithSummary("Get a registry namespace with its keys");

        namespaces.MapPost("", CreateAsync).WithName("CreateRegistryNamespace").RequireAccess(AccessAction.Administer)
            .WithSummary("Create a registry namespace for a root group, whose members then publish into it")
            .WithMetadata(new ForAdministrators(
                "An administrator creates registry namespaces for root groups, because their names apply to the whole server: "
                + "mirror registry-namespace create"))
            .ProducesProblem(StatusCodes.Status409Conflict);
        namespaces.MapDelete("/{name}", DeleteAsync).RequireAccess(AccessAction.ManageSettings).WithName("DeleteRegistryNamespace")
            .WithSummary("Delete a registry namespace without providers, modules and routes")
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Ok<RegistryNamespaceList>> ListAsync(
        RegistryNamespaces registry, ResolvedNamespace scope, CancellationToken cancellationToken) =>
        TypedResults.Ok(new RegistryNamespaceList(await registry.ListAsync(scope.RootGroupId, cancellationToken)));

    private static async Task<Ok<RegistryNamespace>> GetAsync(
        string name, RegistryNamespaces registry, ResolvedNamespace scope, CancellationToken cancellationToken) =>
        TypedResults.Ok(await RegistryRequests.FindNamespaceAsync(registry, scope, name, cancellationToken));

    private static async Task<Created<RegistryNamespace>> CreateAsync(
        NewRegistryNamespace wanted,
        RegistryNamespaces registry,
        OwnHostnames hostnames,
        ResolvedNamespace scope,
        CurrentUser user,
        CancellationToken cancellationToken)
    {
        long rootGroupId = RegistryRequests.RootGroupId(scope);
        RegistryRequests.Hostname(hostnames);
        if (!RegistryNamespace.IsName(wanted.Name))
        {
            throw ApiProblemException.Invalid(
                $"name: '{wanted.Name}' is not valid; expected lower-case letters a-z, digits, and single '-' or '_' between them.");
        }

        var created = await registry.CreateAsync(rootGroupId, wanted.Name, user.Principal, cancellationToken)
            ?? throw ApiProblemException.Conflict($"The registry namespace '{wanted.Name}' already exists. Choose another name.");
        return TypedResults.Created(
            $"/api/v1/groups/{Uri.EscapeDataString(scope.Path.Value)}/registry/namespaces/{created.Name}", created);
    }

    private static async Task<NoContent> DeleteAsync(
        string name, RegistryNamespaces registry, ResolvedNamespace scope, CurrentUser user, CancellationToken cancellationToken)
    {
        var found = await RegistryRequests.FindNamespaceAsync(registry, scope, name, cancellationToken);
        return await registry.DeleteAsync(found.RootGroupId, found.Name, user.Principal, cancellationToken) switch
        {
            RegistryNamespaceDeletion.InUse => throw ApiProblemException.Conflict(
                $"The registry namespace '{found.Name}' is in use. Delete its providers, modules, module sources and routes first."),
            // A concurrent deletion is as good.
            _ => TypedResults.NoContent(),
        };
    }
}
