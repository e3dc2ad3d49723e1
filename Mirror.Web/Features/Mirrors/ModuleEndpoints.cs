using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Hosted;
using Mirror.Core.Hosted.Publishing;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Mirrors;

/// <summary>The stored module versions of root groups, fetched from origins or published here.</summary>
internal static class ModuleEndpoints
{
    public static void MapModules(this IEndpointRouteBuilder api)
    {
        var read = api.MapGroup("").WithTags("Modules").RequireAccess(AccessAction.Read);
        read.MapGet("/groups/{group}/modules", ListAsync).WithName("ListModules").WithMetadata(BoundedWork.InLane)
            .WithSummary("List the stored module versions of the root group of a group");
        read.MapGet(StoredModuleRoute.Template, ListVersionsAsync).WithName("ListModuleVersions").WithMetadata(BoundedWork.InLane)
            .WithSummary("List the stored versions of a module");
        // The first request for a version reads its archive.
        read.MapGet(StoredModuleVersionRoute.Template, GetAsync).WithName("GetModule").WithMetadata(BoundedWork.Outside)
            .WithSummary("Get a stored module version with its documentation");

        api.MapGroup("").WithTags("Modules").RequireAccess(AccessAction.ChangeMirror)
            .MapDelete(StoredModuleVersionRoute.Template, DeleteAsync).WithName("DeleteModule")
            .WithSummary("Delete a stored module version; the next fetch accepts a different archive. A published one needs an owner");
    }

    private static async Task<Ok<ModuleList>> ListAsync(
        ModuleCatalog modules, ResolvedNamespace scope, CurrentUser user, CancellationToken cancellationToken)
    {
        var found = await modules.ListAsync(scope.RootGroupId, null, cancellationToken);
        return TypedResults.Ok(Visible(found, user));
    }

    private static async Task<Ok<ModuleList>> ListVersionsAsync(
        [AsParameters] StoredModuleRoute route, ModuleCatalog modules, ResolvedNamespace scope, CurrentUser user,
        CancellationToken cancellationToken)
    {
        var module = route.Parse();
        var found = await modules.ListAsync(scope.RootGroupId, module, cancellationToken);
        return found.Count > 0
            ? TypedResults.Ok(Visible(found, user))
            : throw ApiProblemException.NotFound($"No version of {module} is stored.");
    }

    private static async Task<Ok<ModuleDetails>> GetAsync(
        [AsParameters] StoredModuleVersionRoute route, ModuleReader modules, ResolvedNamespace scope, CancellationToken cancellationToken)
    {
        var (module, version) = route.Parse();
        return await modules.FindAsync(scope.RootGroupId, module, version, cancellationToken) is { } found
            ? TypedResults.Ok(found)
            : throw NotStored(module, version);
    }

    private static async Task<NoContent> DeleteAsync(
        [AsParameters] StoredModuleVersionRoute route, ModuleCatalog modules, OwnHostnames hostnames, ResolvedNamespace scope, CurrentUser user,
        HttpContext context, CancellationToken cancellationToken)
    {
        var (root, (module, version)) = (scope.RequireRoot(), route.Parse());
        if (hostnames.IsOwn(module.Hostname))
        {
            user.Require(AccessAction.ManageSettings, context);
        }

        return await modules.DeleteAsync(root.RootGroupId, module, version, user.Principal, cancellationToken)
            ? TypedResults.NoContent()
            : throw NotStored(module, version);
    }

    private static ModuleList Visible(IReadOnlyList<ModulePackage> packages, CurrentUser user) =>
        new([.. packages.Where(package => user.SeesProtected || !package.IsProtected)]);

    private static ApiProblemException NotStored(ModuleAddress module, ProviderVersion version) =>
        ApiProblemException.NotFound($"{module} {version} is not stored.");
}

/// <summary>A module in a URL. A malformed one ends the request with a problem document.</summary>
internal sealed record StoredModuleRoute(string Hostname, string Namespace, string Name, string System)
{
    public const string Template = "/groups/{group}/modules/{hostname}/{namespace}/{name}/{system}/versions";

    public ModuleAddress Parse()
    {
        string text = $"{Hostname}/{Namespace}/{Name}/{System}";
        return ModuleAddress.TryParse(text, out var module)
            ? module
            : throw ApiProblemException.Invalid($"'{text}' is not a module address; expected 'hostname/namespace/name/system'.");
    }
}

/// <summary>A module version in a URL.</summary>
internal sealed record StoredModuleVersionRoute(string Hostname, string Namespace, string Name, string System, string Version)
{
    public const string Template = StoredModuleRoute.Template + "/{version}";

    public (ModuleAddress Module, ProviderVersion Version) Parse() =>
        (new StoredModuleRoute(Hostname, Namespace, Name, System).Parse(), ApiTargets.ParseVersion(Version));
}
