using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Fetching;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Hosted;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Mirrors;

/// <summary>The stored provider versions of root groups.</summary>
internal static class MirrorEndpoints
{
    public const int MaxTake = 1000;

    public static void MapMirrors(this IEndpointRouteBuilder api)
    {
        var read = api.MapGroup("").RequireAccess(AccessAction.Read).WithMetadata(BoundedWork.InLane);
        read.MapGet("/groups/{group}/versions", ListAsync).WithName("ListVersions").WithTags("Versions")
            .WithSummary("List the stored versions of the root group of a group, with search, sorting and paging");
        read.MapGet(VersionRoute.Template, GetAsync).WithName("GetVersion").WithTags("Versions").WithSummary("Get a stored version");
        read.MapGet(VersionRoute.Template + "/platforms", ListPlatformsAsync).WithName("ListPlatforms").WithTags("Versions")
            .WithSummary("List the stored platforms of a version");

        var write = api.MapGroup("").RequireAccess(AccessAction.ChangeMirror);
        write.MapDelete(VersionRoute.Template, DeleteAsync).WithName("DeleteVersion").WithTags("Versions")
            .WithSummary("Delete a version with all its packages");
        write.MapDelete(PlatformRoute.Template, DeletePlatformAsync).WithName("DeletePlatform").WithTags("Versions")
            .WithSummary("Delete one platform's package; the version remains, even if empty");
        write.MapPost("/groups/{group}/refresh", RefreshAsync).WithName("Refresh").WithTags("Versions")
            .WithSummary("Invalidate the cached documents of one provider, one module or all, for a group and its descendants");
    }

    private static async Task<Ok<Page<VersionSummary>>> ListAsync(
        StoredVersions versions,
        ResolvedNamespace scope,
        CurrentUser user,
        [AsParameters] VersionFilterParameters filter,
        [Description("Up to 8 words that the hostname, namespace, type or version must contain, or that start the name of a trust level or platform")]
        [MaxLength(SearchText.MaxLength)]
        string? search = null,
        [Description("provider, version, cachedAt, lastUsedAt, size, trust, platforms or cachedBy")] string sort = "provider",
        bool descending = false,
        [Range(0, int.MaxValue)] int skip = 0,
        [Description("The number of versions, 1 to 1000"), Range(1, MaxTake)] int take = 50,
        CancellationToken cancellationToken = default)
    {
        if (!Enum.TryParse(sort, ignoreCase: true, out VersionSort order) || !Enum.IsDefined(order) || !char.IsAsciiLetter(sort[0]))
        {
            throw ApiProblemException.Invalid($"sort: '{sort}' is not valid; expected provider, version, cachedAt, lastUsedAt, size, trust, platforms or cachedBy.");
        }

        var query = filter.ApplyTo(
            new VersionQuery(ApiTargets.ParseSearch(search), order, descending, skip, take, Anonymous: !user.SeesProtected));
        return TypedResults.Ok(await versions.SearchAsync(scope, query, cancellationToken));
    }

    private static async Task<Ok<VersionDetails>> GetAsync(
        [AsParameters] VersionRoute route, StoredVersions versions, ResolvedNamespace scope, CancellationToken cancellationToken) =>
        TypedResults.Ok(await FindAsync(route, versions, scope, cancellationToken));

    private static async Task<Ok<PlatformList>> ListPlatformsAsync(
        [AsParameters] VersionRoute route, StoredVersions versions, ResolvedNamespace scope, CancellationToken cancellationToken) =>
        TypedResults.Ok(new PlatformList((await FindAsync(route, versions, scope, cancellationToken)).Platforms));

    private static async Task<NoContent> DeleteAsync(
        [AsParameters] VersionRoute route,
        CatalogWriter catalog,
        OwnHostnames hostnames,
        ResolvedNamespace scope,
        CurrentUser user,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        var (root, (provider, version)) = (scope.RequireRoot(), route.Parse());
        RequireOwner(provider, hostnames, user, context);
        return await catalog.DeleteVersionAsync(root.RootGroupId, provider, version, user.Principal, cancellationToken)
            ? TypedResults.NoContent()
            : throw NotStored(provider, version);
    }

    private static async Task<NoContent> DeletePlatformAsync(
        [AsParameters] PlatformRoute route,
        CatalogWriter catalog,
        OwnHostnames hostnames,
        ResolvedNamespace scope,
        CurrentUser user,
        HttpContext context,
        CancellationToken cancellationToken)
    {
        var target = route.ParseIn(scope.RequireRoot());
        var (root, provider, version, platform) = target;
        RequireOwner(provider, hostnames, user, context);
        return await catalog.DeletePackageAsync(root, provider, version, platform, user.Principal, cancellationToken) switch
        {
            PackageDeletion.Deleted => TypedResults.NoContent(),
            PackageDeletion.Published => throw ApiProblemException.Conflict(
                $"{provider} {version} is published with all its platforms, which its signature names, and published versions do not change. "
                + $"An owner deletes the whole version: mirror unpublish {provider} {version}"),
            _ => throw ApiProblemException.NotFound($"{provider} {version} is not stored for {platform}."),
        };
    }

    /// <summary>Published content cannot be fetched again, so only an owner deletes it.</summary>
    private static void RequireOwner(ProviderAddress provider, OwnHostnames hostnames, CurrentUser user, HttpContext context)
    {
        if (hostnames.IsOwn(provider.Hostname))
        {
            user.Require(AccessAction.ManageSettings, context);
        }
    }

    private static async Task<NoContent> RefreshAsync(
        RefreshRequest what, ResolvedNamespace scope, CurrentUser user, DocumentRefresh refresh, CancellationToken cancellationToken)
    {
        ProviderAddress? provider = null;
        if (what.Provider is { } text && !ProviderAddress.TryParse(text, out provider))
        {
            throw ApiProblemException.Invalid(
                $"provider: '{text}' is not a provider source address; expected a value such as 'hashicorp/aws'.");
        }

        ModuleAddress? module = null;
        if (what.Module is { } name && !ModuleAddress.TryParse(name, out module))
        {
            throw ApiProblemException.Invalid(
                $"module: '{name}' is not a module address; expected a value such as 'terraform-aws-modules/vpc/aws'.");
        }

        if (provider is not null || module is null)
        {
            await refresh.InvalidateAsync(scope, provider, user.Principal, cancellationToken);
        }

        if (module is not null)
        {
            await refresh.InvalidateAsync(scope, module, user.Principal, cancellationToken);
        }

        return TypedResults.NoContent();
    }

    private static async Task<VersionDetails> FindAsync(
        VersionRoute route, StoredVersions versions, ResolvedNamespace scope, CancellationToken cancellationToken)
    {
        var (provider, version) = route.Parse();
        return await versions.FindAsync(scope, provider, version, cancellationToken)
            ?? throw NotStored(provider, version);
    }

    private static ApiProblemException NotStored(ProviderAddress provider, ProviderVersion version) =>
        ApiProblemException.NotFound($"{provider} {version} is not stored.");
}
