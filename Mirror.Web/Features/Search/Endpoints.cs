using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Fetching;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Search;

/// <summary>One search over everything that a root group mirrors.</summary>
internal static class SearchEndpoints
{
    private const int MaxTake = 100;

    public static void MapSearch(this IEndpointRouteBuilder api) =>
        api.MapGet("/groups/{group}/search", SearchAsync).WithName("Search").WithTags("Versions")
            .WithSummary("Search the providers, modules and signing keys of the root group of a group")
            .RequireAccess(AccessAction.Read).WithMetadata(BoundedWork.InLane);

    private static async Task<Ok<SearchResults>> SearchAsync(
        StoredVersions versions,
        ModuleCatalog modules,
        SigningKeyReader keys,
        ResolvedNamespace scope,
        CurrentUser user,
        [Description("Up to 8 words that a result must contain"), MaxLength(SearchText.MaxLength)]
        string search,
        [Description("The maximum number of results of each kind, 1 to 100"), Range(1, MaxTake)] int take = 20,
        CancellationToken cancellationToken = default)
    {
        var words = ApiTargets.ParseSearch(search);
        bool isAnonymous = !user.SeesProtected;
        return TypedResults.Ok(new SearchResults(
            await versions.SearchProvidersAsync(
                scope, new VersionQuery(words, Take: take, Anonymous: isAnonymous), cancellationToken),
            await modules.SearchAsync(scope.RootGroupId, words, take, isAnonymous, cancellationToken),
            await keys.SearchAsync(scope.RootGroupId, new SigningKeyQuery(words, Take: take, Anonymous: isAnonymous), cancellationToken)));
    }
}
