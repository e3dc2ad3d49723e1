using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Catalog;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Mirrors;

internal static class VersionEndpoints
{
    public const int MaxTake = 1000;

    public static async Task<Ok<VersionListDocument>> ListAsync(
        ApiTargets targets,
        CatalogSearch catalog,
        HttpContext context,
        string group,
        [Description("Up to 8 words that must each stand in the hostname, namespace, type or version"), MaxLength(SearchText.MaxLength)] string? search = null,
        [Description("provider, version, cachedAt, lastUsedAt or size")] string sort = "provider",
        bool descending = false,
        [Range(0, int.MaxValue)] int skip = 0,
        [Description("How many, 1 to 1000"), Range(1, MaxTake)] int take = 50,
        CancellationToken cancellationToken = default)
    {
        var row = await targets.FindGroupAsync(group, cancellationToken);
        if (!Enum.TryParse(sort, ignoreCase: true, out VersionSort order) || !Enum.IsDefined(order) || !char.IsAsciiLetter(sort[0]))
        {
            throw ApiProblemException.Invalid($"sort: '{sort}' is not valid; expected provider, version, cachedAt, lastUsedAt or size.");
        }

        var page = await catalog.SearchVersionsAsync(row.RootGroupId, new VersionQuery(ApiTargets.ParseSearch(search), order, descending, skip, take, Anonymous: !context.SeesProtected()), cancellationToken);
        return TypedResults.Ok(new VersionListDocument([.. page.Items.Select(VersionListItem.From)], page.Total));
    }

    public static async Task<Ok<VersionDocument>> GetAsync([AsParameters] VersionRoute route, ApiTargets targets, CatalogReader catalog, CancellationToken cancellationToken) =>
        TypedResults.Ok(VersionDocument.From(await FindAsync(route, targets, catalog, cancellationToken)));

    public static async Task<Ok<PlatformListDocument>> ListPlatformsAsync([AsParameters] VersionRoute route, ApiTargets targets, CatalogReader catalog, CancellationToken cancellationToken)
    {
        var version = await FindAsync(route, targets, catalog, cancellationToken);
        return TypedResults.Ok(new PlatformListDocument([.. version.Packages.Select(PlatformDocument.From)]));
    }

    public static async Task<NoContent> DeleteAsync([AsParameters] VersionRoute route, ApiTargets targets, CatalogWriter catalog, HttpContext context, CancellationToken cancellationToken)
    {
        var target = await targets.FindVersionToChangeAsync(route, cancellationToken);
        return await catalog.DeleteVersionAsync(target.RootGroupId, target.Provider, target.Version, context.Caller(), cancellationToken)
            ? TypedResults.NoContent()
            : throw NotStored(target);
    }

    public static async Task<NoContent> DeletePlatformAsync([AsParameters] PlatformRoute route, ApiTargets targets, CatalogWriter catalog, HttpContext context, CancellationToken cancellationToken)
    {
        var target = await targets.FindPlatformToChangeAsync(route, cancellationToken);
        return await catalog.DeletePackageAsync(target.RootGroupId, target.Provider, target.Version, target.Platform, context.Caller(), cancellationToken)
            ? TypedResults.NoContent()
            : throw ApiProblemException.NotFound($"{target.Provider} {target.Version} is not stored for {target.Platform}.");
    }

    private static async Task<VersionDetails> FindAsync(VersionRoute route, ApiTargets targets, CatalogReader catalog, CancellationToken cancellationToken)
    {
        var target = await targets.FindVersionAsync(route, cancellationToken);
        return await catalog.FindVersionAsync(target.RootGroupId, target.Provider, target.Version, cancellationToken) ?? throw NotStored(target);
    }

    private static ApiProblemException NotStored(VersionTarget target) => ApiProblemException.NotFound($"{target} is not stored.");
}
