using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Verification;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Keys;

/// <summary>The keys that sign what is mirrored.</summary>
internal static class KeyEndpoints
{
    private const int MaxTake = 500;

    public static void MapKeys(this IEndpointRouteBuilder api)
    {
        var read = api.MapGroup("").WithTags("Policy").RequireAccess(AccessAction.Read).WithMetadata(BoundedWork.InLane);
        read.MapGet("/groups/{group}/keys", ListAsync).WithName("ListKeys")
            .WithSummary("List the keys that have signed what a root group mirrors, and what the trust rules say of them");
    }

    private static async Task<Ok<SigningKeyList>> ListAsync(
        SigningKeyReader keys,
        MirrorOptions options,
        ResolvedNamespace scope,
        CurrentUser user,
        [Description("Up to 8 words that must each stand in the address, the owner or the fingerprint"), MaxLength(SearchText.MaxLength)]
        string? search = null,
        [Range(0, int.MaxValue)] int skip = 0,
        [Description("How many, 1 to 500"), Range(1, MaxTake)] int take = 50,
        CancellationToken cancellationToken = default)
    {
        var query = new SigningKeyQuery(ApiTargets.ParseSearch(search), skip, take, Anonymous: !user.SeesProtected);
        var found = await keys.SearchAsync(scope.RootGroupId, query, cancellationToken);
        return TypedResults.Ok(new SigningKeyList(found.Items, found.Total, options.ToTrustPolicy().Rules));
    }
}
