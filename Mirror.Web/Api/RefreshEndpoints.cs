using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Addresses;
using Mirror.Core.Fetching;

namespace Mirror.Web.Api;

/// <param name="Provider"><c>namespace/type</c> or <c>hostname/namespace/type</c>; null: all.</param>
public sealed record RefreshDocument(string? Provider);

internal static class RefreshEndpoints
{
    public static void MapRefresh(this IEndpointRouteBuilder write) =>
        write.MapPost("/groups/{group}/refresh", RefreshAsync).WithName("Refresh").WithTags("Versions")
            .WithSummary("Drops the cached documents of one provider or of all, so that the next request asks the origin");

    private static async Task<NoContent> RefreshAsync(string group, RefreshDocument what, ApiTargets targets, DocumentRefresh refresh, CancellationToken cancellationToken)
    {
        await targets.FindGroupAsync(group, cancellationToken);
        ProviderAddress? provider = null;
        if (what.Provider is { } text && !ProviderAddress.TryParse(text, out provider))
        {
            throw ApiProblemException.Invalid($"provider: '{text}' is not a provider source address; expected one such as 'hashicorp/aws'.");
        }

        await refresh.ForgetAsync(provider, cancellationToken);
        return TypedResults.NoContent();
    }
}
