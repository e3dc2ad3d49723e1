using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Mirrors;

/// <summary>The modules that a root group stores.</summary>
public sealed record ModuleListDocument(IReadOnlyList<ModuleDocument> Items);

/// <param name="Sha256">Of the archive that was first fetched of the version; no other one takes its place.</param>
public sealed record ModuleDocument(string Module, string Version, string Format, long Size, string Sha256, DateTimeOffset CachedAt, Principal CachedBy);

internal static class ModuleEndpoints
{
    private const string Modules = "/groups/{group}/modules";

    public static void MapModuleReading(this IEndpointRouteBuilder read) =>
        read.MapGet(Modules, ListAsync).WithName("ListModules").WithTags("Modules").WithSummary("The module versions that a group's root group stores");

    public static void MapModuleChanges(this IEndpointRouteBuilder write) =>
        write.MapDelete(Modules + "/{hostname}/{namespace}/{name}/{system}/versions/{version}", DeleteAsync).WithName("DeleteModule").WithTags("Modules")
            .WithSummary("Deletes a stored module version; what the origin has then is fetched and kept anew, whatever it is");

    private static async Task<Ok<ModuleListDocument>> ListAsync(string group, ApiTargets targets, ModuleCatalog modules, HttpContext context, CancellationToken cancellationToken)
    {
        var row = await targets.FindGroupAsync(group, cancellationToken);
        var found = await modules.ListAsync(row.RootGroupId, null, cancellationToken);
        return TypedResults.Ok(new ModuleListDocument([.. found.Where(package => context.SeesProtected() || !package.IsProtected).Select(From)]));
    }

    private static async Task<NoContent> DeleteAsync(
        string group, string hostname, string @namespace, string name, string system, string version, ApiTargets targets, ModuleCatalog modules, HttpContext context, CancellationToken cancellationToken)
    {
        var row = await targets.FindRootGroupAsync(group, cancellationToken);
        if (!ModuleAddress.TryParse($"{hostname}/{@namespace}/{name}/{system}", out var module))
        {
            throw ApiProblemException.Invalid($"'{hostname}/{@namespace}/{name}/{system}' is not a module address; expected 'hostname/namespace/name/system'.");
        }

        return await modules.DeleteAsync(row.RootGroupId, module, ApiTargets.ParseVersion(version), context.Caller(), cancellationToken)
            ? TypedResults.NoContent()
            : throw ApiProblemException.NotFound($"{module} {version} is not stored.");
    }

    private static ModuleDocument From(ModulePackage package) => new(
        package.Module.ToString(), package.Version.Value, package.Format.Extension, package.Size, package.Digest.Hex, package.CachedAt, package.CachedBy);
}
