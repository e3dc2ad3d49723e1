using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Access;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Setup;

/// <summary>The steps after the first start.</summary>
internal static class SetupEndpoints
{
    public static void MapSetup(this IEndpointRouteBuilder api) =>
        api.MapDelete("/first-start", DismissAsync).WithName("DismissFirstStart").WithTags("Server")
            .WithSummary("Stop leading administrators to the steps after the first start").RequireAccess(AccessAction.Administer);

    private static async Task<NoContent> DismissAsync(FirstStart firstStart, CurrentUser user, CancellationToken cancellationToken)
    {
        await firstStart.EndAsync(dismissed: true, user.Principal, cancellationToken);
        return TypedResults.NoContent();
    }
}
