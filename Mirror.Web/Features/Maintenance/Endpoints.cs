using System.ComponentModel;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Access;
using Mirror.Core.Storage.Integrity;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Maintenance;

/// <summary>Checks of what is stored.</summary>
internal static class MaintenanceEndpoints
{
    public static void MapMaintenance(this IEndpointRouteBuilder api)
    {
        var administer = api.MapGroup("").RequireAccess(AccessAction.Administer);
        administer.MapPost("/integrity-checks", CheckAsync).WithName("CheckIntegrity").WithTags("Integrity")
            .WithSummary(
                "Read everything that is stored and compare it with its digests and signed sums; server-sent events report progress, and the check ends with the connection");
    }

    private static async Task<ServerSentEventsResult<IntegrityStatus>> CheckAsync(
        IntegrityCheck check,
        CurrentUser user,
        [Description("Also fetch again what is wrong")] bool repair = false,
        [Description("Also record stored packages again that no record names but a kept proof does")] bool adopt = false,
        [Description("Also remove all stored packages that no record names")] bool removeOrphans = false,
        CancellationToken cancellationToken = default)
    {
        if (adopt && removeOrphans)
        {
            throw ApiProblemException.Invalid("adopt and removeOrphans exclude each other.");
        }

        var orphans = adopt ? OrphanDecision.Adopt : removeOrphans ? OrphanDecision.Remove : OrphanDecision.Keep;
        var mode = repair ? IntegrityMode.Repair : IntegrityMode.TakeOut;
        var statuses = check.RunAsync(mode, orphans, null, user.Principal, cancellationToken).GetAsyncEnumerator(cancellationToken);
        try
        {
            // What keeps it from beginning is answered with a status, before any event.
            await statuses.MoveNextAsync();
        }
        catch (InvalidDataException e)
        {
            await statuses.DisposeAsync();
            throw new ApiProblemException(StatusCodes.Status409Conflict, "The package store cannot be checked", e.Message);
        }

        return TypedResults.ServerSentEvents(Events(statuses, cancellationToken));
    }

    private static async IAsyncEnumerable<SseItem<IntegrityStatus>> Events(
        IAsyncEnumerator<IntegrityStatus> statuses, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using (statuses)
        {
            do
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return new SseItem<IntegrityStatus>(statuses.Current, "integrity");
            }
            while (await statuses.MoveNextAsync());
        }
    }
}
