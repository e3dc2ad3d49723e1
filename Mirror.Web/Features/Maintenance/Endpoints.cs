using System.ComponentModel;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Access;
using Mirror.Core.Storage.Integrity;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Maintenance;

/// <summary>Integrity checks of stored packages.</summary>
internal static class MaintenanceEndpoints
{
    public static void MapMaintenance(this IEndpointRouteBuilder api)
    {
        var administer = api.MapGroup("").RequireAccess(AccessAction.Administer);
        administer.MapPost("/integrity-checks", CheckAsync).WithName("CheckIntegrity").WithTags("Integrity")
            .WithSummary(
                "Check all stored packages against their digests and signed checksums; reports progress as server-sent events and stops "
                + "when the client disconnects");
    }

    private static async Task<ServerSentEventsResult<IntegrityStatus>> CheckAsync(
        IntegrityCheck check,
        CurrentUser user,
        [Description("Fetch damaged packages again")] bool repair = false,
        [Description("Record orphaned packages again if a stored proof lists them")] bool adopt = false,
        [Description("Remove all orphaned packages")] bool removeOrphans = false,
        CancellationToken cancellationToken = default)
    {
        if (adopt && removeOrphans)
        {
            throw ApiProblemException.Invalid("adopt and removeOrphans cannot be combined.");
        }

        var orphans = adopt ? OrphanDecision.Adopt : removeOrphans ? OrphanDecision.Remove : OrphanDecision.Keep;
        var mode = repair ? IntegrityMode.Repair : IntegrityMode.TakeOut;
        var statuses = check.RunAsync(mode, orphans, null, user.Principal, cancellationToken).GetAsyncEnumerator(cancellationToken);
        try
        {
            // A failure to start is reported as a status, before any event.
            await statuses.MoveNextAsync();
        }
        catch (InvalidDataException e)
        {
            await statuses.DisposeAsync();
            throw new ApiProblemException(StatusCodes.Status409Conflict, "Cannot check the package store", e.Message);
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
