using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Hosted;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Registry;

/// <summary>The deprecations of published providers and modules, and of their versions.</summary>
internal static class DeprecationEndpoints
{
    private const string Part = "/deprecation";

    public static void MapDeprecations(this IEndpointRouteBuilder api)
    {
        var registry = api.MapGroup("/groups/{group}/registry").WithTags(RegistryRequests.Tag);
        var read = registry.MapGroup("").RequireAccess(AccessAction.Read).WithMetadata(BoundedWork.InLane);
        read.MapGet(ProviderRoute.Template + Part, ListOfProviderAsync).WithName("ListProviderDeprecations")
            .WithSummary("List the deprecations of a published provider and of its versions");
        read.MapGet(ModuleRoute.Template + Part, ListOfModuleAsync).WithName("ListModuleDeprecations")
            .WithSummary("List the deprecations of a published module and of its versions");

        read.MapGet(ProviderVersionRoute.Template + Part, GetOfProviderVersionAsync).WithName("GetProviderDeprecation")
            .WithSummary("Get the deprecation that applies to a version of a published provider");
        read.MapGet(ModuleVersionRoute.Template + Part, GetOfModuleVersionAsync).WithName("GetModuleDeprecation")
            .WithSummary("Get the deprecation that applies to a version of a published module");

        var change = registry.MapGroup("").RequireAccess(AccessAction.ChangeMirror);
        change.MapPut(ProviderRoute.Template + Part, SetProviderAsync).WithName("DeprecateProvider")
            .WithSummary("Deprecate all versions of a published provider");
        change.MapPut(ProviderVersionRoute.Template + Part, SetProviderVersionAsync).WithName("DeprecateProviderVersion")
            .WithSummary("Deprecate a version of a published provider");
        change.MapPut(ModuleRoute.Template + Part, SetModuleAsync).WithName("DeprecateModule")
            .WithSummary("Deprecate all versions of a published module");
        change.MapPut(ModuleVersionRoute.Template + Part, SetModuleVersionAsync).WithName("DeprecateModuleVersion")
            .WithSummary("Deprecate a version of a published module");
        change.MapDelete(ProviderRoute.Template + Part, RemoveProviderAsync).WithName("UndeprecateProvider")
            .WithSummary("Remove the deprecation of a published provider");
        change.MapDelete(ProviderVersionRoute.Template + Part, RemoveProviderVersionAsync).WithName("UndeprecateProviderVersion")
            .WithSummary("Remove the deprecation of a version of a published provider");
        change.MapDelete(ModuleRoute.Template + Part, RemoveModuleAsync).WithName("UndeprecateModule")
            .WithSummary("Remove the deprecation of a published module");
        change.MapDelete(ModuleVersionRoute.Template + Part, RemoveModuleVersionAsync).WithName("UndeprecateModuleVersion")
            .WithSummary("Remove the deprecation of a version of a published module");
    }

    private static Task<Ok<DeprecationList>> ListOfProviderAsync([AsParameters] ProviderRoute route, [AsParameters] Request request) =>
        request.ListAsync(route);

    private static Task<Ok<DeprecationList>> ListOfModuleAsync([AsParameters] ModuleRoute route, [AsParameters] Request request) =>
        request.ListAsync(route);

    private static Task<Ok<Deprecation>> GetOfProviderVersionAsync([AsParameters] ProviderVersionRoute route, [AsParameters] Request request) =>
        request.GetAsync(route);

    private static Task<Ok<Deprecation>> GetOfModuleVersionAsync([AsParameters] ModuleVersionRoute route, [AsParameters] Request request) =>
        request.GetAsync(route);

    private static Task<Ok<Deprecation>> SetProviderAsync(
        [AsParameters] ProviderRoute route, NewDeprecation deprecation, [AsParameters] Request request) =>
        request.SetAsync(route, deprecation);

    private static Task<Ok<Deprecation>> SetProviderVersionAsync(
        [AsParameters] ProviderVersionRoute route, NewDeprecation deprecation, [AsParameters] Request request) =>
        request.SetAsync(route, deprecation);

    private static Task<Ok<Deprecation>> SetModuleAsync(
        [AsParameters] ModuleRoute route, NewDeprecation deprecation, [AsParameters] Request request) =>
        request.SetAsync(route, deprecation);

    private static Task<Ok<Deprecation>> SetModuleVersionAsync(
        [AsParameters] ModuleVersionRoute route, NewDeprecation deprecation, [AsParameters] Request request) =>
        request.SetAsync(route, deprecation);

    private static Task<NoContent> RemoveProviderAsync([AsParameters] ProviderRoute route, [AsParameters] Request request) =>
        request.RemoveAsync(route);

    private static Task<NoContent> RemoveProviderVersionAsync([AsParameters] ProviderVersionRoute route, [AsParameters] Request request) =>
        request.RemoveAsync(route);

    private static Task<NoContent> RemoveModuleAsync([AsParameters] ModuleRoute route, [AsParameters] Request request) =>
        request.RemoveAsync(route);

    private static Task<NoContent> RemoveModuleVersionAsync([AsParameters] ModuleVersionRoute route, [AsParameters] Request request) =>
        request.RemoveAsync(route);

    internal sealed record Request
    {
        [FromServices]
        public required OwnHostnames Hostnames { get; init; }

        [FromServices]
        public required Deprecations Deprecations { get; init; }

        [FromServices]
        public required ResolvedNamespace Scope { get; init; }

        [FromServices]
        public required CurrentUser User { get; init; }

        public required CancellationToken CancellationToken { get; init; }

        public async Task<Ok<DeprecationList>> ListAsync(IRegistryRoute route)
        {
            var (source, _) = Parse(route);
            return TypedResults.Ok(await Deprecations.FindAsync(Scope.RootGroupId, source, CancellationToken));
        }

        public async Task<Ok<Deprecation>> GetAsync(IRegistryRoute route)
        {
            var (source, version) = Parse(route);
            var list = await Deprecations.FindAsync(Scope.RootGroupId, source, CancellationToken);
            return list.Of(version!) is { } found ? TypedResults.Ok(found) : throw NotDeprecated(source, version);
        }

        public async Task<Ok<Deprecation>> SetAsync(IRegistryRoute route, NewDeprecation deprecation)
        {
            if (deprecation.Check() is { } fault)
            {
                throw ApiProblemException.Invalid(fault);
            }

            var (source, version) = Parse(route);
            return await Deprecations.SetAsync(
                    RegistryRequests.RootGroupId(Scope), source, version, deprecation, User.Principal, CancellationToken) is { } set
                ? TypedResults.Ok(set)
                : throw ApiProblemException.NotFound($"'{Scope.Path}' publishes no {source.Noun} {source.Display}{Of(version)}.");
        }

        public async Task<NoContent> RemoveAsync(IRegistryRoute route)
        {
            var (source, version) = Parse(route);
            return await Deprecations.RemoveAsync(
                    RegistryRequests.RootGroupId(Scope), source, version, User.Principal, CancellationToken)
                ? TypedResults.NoContent()
                : throw NotDeprecated(source, version);
        }

        private ApiProblemException NotDeprecated(ISourceAddress source, ProviderVersion? version) =>
            ApiProblemException.NotFound($"{source.Display}{Of(version)} is not deprecated in '{Scope.Path}'.");

        private (ISourceAddress Source, ProviderVersion? Version) Parse(IRegistryRoute route) =>
            route.Parse(RegistryRequests.Hostname(Hostnames));

        private static string Of(ProviderVersion? version) => version is null ? "" : $" {version}";
    }
}
