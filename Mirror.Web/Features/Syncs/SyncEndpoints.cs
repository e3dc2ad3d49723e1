using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Sync;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Syncs;

internal static class SyncEndpoints
{
    private const string Tasks = "/groups/{group}/syncs";

    // Bytes: all that a large project has locked.
    private const int MaxOrderSize = 1 << 20;

    public static void MapSyncReading(this IEndpointRouteBuilder read)
    {
        read.MapGet(Tasks, ListAsync).WithName("ListSyncs").WithTags("Sync").WithSummary("The sync tasks of a root group, newest first");
        read.MapGet(Tasks + "/{id:long}", GetAsync).WithName("GetSync").WithTags("Sync").WithSummary("One sync task");
        read.MapGet(Tasks + "/{id:long}/events", WatchAsync).WithName("WatchSync").WithTags("Sync").WithMetadata(BoundedWork.Outside)
            .WithSummary("One sync task as it changes, as server-sent events, each a whole document, until it has ended");
    }

    public static void MapSyncChanges(this IEndpointRouteBuilder write)
    {
        write.MapPost(Tasks, StartAsync).WithName("StartSync").WithTags("Sync").WithSummary("Starts fetching packages ahead of their use")
            .WithMetadata(new RequestSizeLimitAttribute(MaxOrderSize));
        write.MapDelete(Tasks + "/{id:long}", CancelAsync).WithName("CancelSync").WithTags("Sync").WithSummary("Cancels a sync task; what has been fetched stays");
    }

    private static async Task<Accepted<SyncDocument>> StartAsync(string group, SyncOrder order, ApiTargets targets, SyncService syncs, HttpContext context, CancellationToken cancellationToken)
    {
        var tokens = ParseTokens(order.Tokens);
        var request = Parse(order) with { BringsTokens = tokens is not null };
        var scope = await targets.FindScopeAsync(group, cancellationToken) with { Tokens = tokens };
        long id = await syncs.StartAsync(scope, request, context.Caller(), cancellationToken);
        var status = await syncs.FindAsync(scope.RootGroupId, id, cancellationToken);
        return TypedResults.Accepted($"/api/v1/groups/{group}/syncs/{id}", SyncDocument.From(status!));
    }

    private static async Task<Ok<SyncListDocument>> ListAsync(string group, ApiTargets targets, SyncStore store, HttpContext context, [Description("How many, 1 to 200"), Range(1, 200)] int take = 20, CancellationToken cancellationToken = default)
    {
        var row = await targets.FindGroupAsync(group, cancellationToken);
        var list = new List<SyncDocument>();
        foreach (var status in await store.ListAsync(row.RootGroupId, take, cancellationToken))
        {
            if (await MaySeeAsync(context, status))
            {
                list.Add(SyncDocument.From(status));
            }
        }

        return TypedResults.Ok(new SyncListDocument(list));
    }

    private static async Task<Ok<SyncDocument>> GetAsync(string group, long id, ApiTargets targets, SyncService syncs, HttpContext context, CancellationToken cancellationToken)
    {
        var row = await targets.FindGroupAsync(group, cancellationToken);
        return await syncs.FindAsync(row.RootGroupId, id, cancellationToken) is { } status && await MaySeeAsync(context, status)
            ? TypedResults.Ok(SyncDocument.From(status))
            : throw Unknown(id);
    }

    private static async Task<ServerSentEventsResult<SyncDocument>> WatchAsync(string group, long id, ApiTargets targets, SyncService syncs, HttpContext context, CancellationToken cancellationToken)
    {
        var row = await targets.FindGroupAsync(group, cancellationToken);
        if (await syncs.FindAsync(row.RootGroupId, id, cancellationToken) is not { } known || !await MaySeeAsync(context, known))
        {
            throw Unknown(id);
        }

        return TypedResults.ServerSentEvents(Events(syncs, row.RootGroupId, id, cancellationToken));
    }

    private static async IAsyncEnumerable<SseItem<SyncDocument>> Events(SyncService syncs, long rootGroupId, long id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var status in syncs.WatchAsync(rootGroupId, id, cancellationToken))
        {
            yield return new SseItem<SyncDocument>(SyncDocument.From(status), "sync");
        }
    }

    private static async Task<NoContent> CancelAsync(string group, long id, SyncService syncs, HttpContext context, CancellationToken cancellationToken) =>
        await syncs.CancelAsync(context.Scope(), id, context.Caller(), cancellationToken) switch
        {
            SyncCancellation.Cancelled => TypedResults.NoContent(),
            SyncCancellation.OfAnotherNamespace => throw ApiProblemException.Forbidden($"Sync {id} was not begun in '{context.Scope().Path}' or below; cancel it where it was."),
            _ => throw ApiProblemException.NotFound($"No sync {id} is under way."),
        };

    /// <summary>What a sync names is hidden from those who do not see what was fetched with a credential.</summary>
    private static async ValueTask<bool> MaySeeAsync(HttpContext context, SyncStatus sync) =>
        context.SeesProtected()
        || !sync.Request.BringsTokens && !await context.RequestServices.GetRequiredService<ProtectedContent>().ContainsAnyAsync(context.Scope(), sync.Namespace, [.. sync.Request.Providers.Select(item => item.Provider)], context.RequestAborted);

    private static SyncRequest Parse(SyncOrder order)
    {
        if (order.Providers.Count == 0)
        {
            throw ApiProblemException.Invalid($"providers: expected 1 to {SyncRequest.MaxProviders} entries.");
        }

        try
        {
            return new SyncRequest(
                [.. order.Providers.Select(item => new SyncSelection(ProviderAddress.Parse(item.Provider), item.Versions is null ? null : VersionConstraint.Parse(item.Versions)))],
                [.. (order.Platforms ?? []).Select(Platform.Parse).Distinct()],
                order.Force);
        }
        catch (FormatException e)
        {
            throw ApiProblemException.Invalid(e.Message);
        }
    }

    private static CallerTokens? ParseTokens(IReadOnlyDictionary<string, string>? tokens)
    {
        if (tokens is null || tokens.Count == 0)
        {
            return null;
        }

        var parsed = new Dictionary<ProviderHostname, string>();
        foreach (var (name, token) in tokens)
        {
            if (!ProviderHostname.TryParse(name, out var host) || string.IsNullOrWhiteSpace(token) || token.AsSpan().ContainsAny('\r', '\n'))
            {
                throw ApiProblemException.Invalid($"tokens: '{name}' is not a hostname with a token.");
            }

            parsed[host] = token;
        }

        return new CallerTokens(parsed);
    }

    private static ApiProblemException Unknown(long id) => ApiProblemException.NotFound($"There is no sync {id}.");
}
