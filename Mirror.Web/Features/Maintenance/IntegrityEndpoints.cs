using System.ComponentModel;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.HttpResults;
using Mirror.Core.Storage.Integrity;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Maintenance;

internal static class IntegrityEndpoints
{
    public static void MapIntegrity(this IEndpointRouteBuilder administer) =>
        administer.MapPost("/integrity-checks", RunAsync).WithName("CheckIntegrity").WithTags("Integrity")
            .WithSummary("Reads everything that is stored and compares it with its digests and signed sums; server-sent events tell how far it is, and it ends with the connection");

    private static async Task<ServerSentEventsResult<IntegrityDocument>> RunAsync(
        IntegrityCheck check,
        HttpContext context,
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
        var statuses = check.RunAsync(repair ? IntegrityMode.Repair : IntegrityMode.TakeOut, orphans, null, context.Caller(), cancellationToken).GetAsyncEnumerator(cancellationToken);
        try
        {
            // What keeps it from beginning is told with a status, before the events do.
            await statuses.MoveNextAsync();
        }
        catch (InvalidDataException e)
        {
            await statuses.DisposeAsync();
            throw new ApiProblemException(StatusCodes.Status409Conflict, "The package store cannot be checked", e.Message);
        }

        return TypedResults.ServerSentEvents(Events(statuses, cancellationToken));
    }

    private static async IAsyncEnumerable<SseItem<IntegrityDocument>> Events(IAsyncEnumerator<IntegrityStatus> statuses, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using (statuses)
        {
            do
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return new SseItem<IntegrityDocument>(IntegrityDocument.From(statuses.Current), "integrity");
            }
            while (await statuses.MoveNextAsync());
        }
    }
}
