using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Addresses;
using Mirror.Core.Fetching.Documents;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Mirrors;

/// <param name="Provider"><c>namespace/type</c> or <c>hostname/namespace/type</c>; with <paramref name="Module"/> null: all of both.</param>
/// <param name="Module"><c>namespace/name/system</c> or <c>hostname/namespace/name/system</c>; null: none, or all.</param>
public sealed record RefreshDocument([MaxLength(ProviderAddress.MaxLength)] string? Provider = null, [MaxLength(ModuleAddress.MaxLength)] string? Module = null);

internal static class RefreshEndpoints
{
    public static void MapRefresh(this IEndpointRouteBuilder write) =>
        write.MapPost("/groups/{group}/refresh", RefreshAsync).WithName("Refresh").WithTags("Versions")
            .WithSummary("Drops the cached documents of one provider, one module or all for a group and what is below it, so that the next request asks the origin");

    private static async Task<NoContent> RefreshAsync(string group, RefreshDocument what, HttpContext context, DocumentRefresh refresh, CancellationToken cancellationToken)
    {
        var scope = context.Scope();
        ProviderAddress? provider = null;
        if (what.Provider is { } text && !ProviderAddress.TryParse(text, out provider))
        {
            throw ApiProblemException.Invalid($"provider: '{text}' is not a provider source address; expected one such as 'hashicorp/aws'.");
        }

        ModuleAddress? module = null;
        if (what.Module is { } name && !ModuleAddress.TryParse(name, out module))
        {
            throw ApiProblemException.Invalid($"module: '{name}' is not a module address; expected one such as 'terraform-aws-modules/vpc/aws'.");
        }

        if (provider is not null || module is null)
        {
            await refresh.InvalidateAsync(scope, provider, context.Caller(), cancellationToken);
        }

        if (module is not null)
        {
            await refresh.InvalidateAsync(scope, module, context.Caller(), cancellationToken);
        }

        return TypedResults.NoContent();
    }
}
