using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Credentials;
using Mirror.Core.Sync;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Syncs;

/// <summary>Sync tasks, which fetch packages in advance.</summary>
internal static class SyncEndpoints
{
    // In bytes: the locked providers of a large project.
    private const int MaxOrderSize = 1 << 20;

    public static void MapSyncs(this IEndpointRouteBuilder api)
    {
        var syncs = api.MapGroup("/groups/{group}/syncs").WithTags("Sync");
        var read = syncs.MapGroup("").RequireAccess(AccessAction.Read).WithMetadata(BoundedWork.InLane);
        read.MapGet("", ListAsync).WithName("ListSyncs").WithSummary("List the sync tasks of a root group, newest first");
        read.MapGet("/{id:long}", GetAsync).WithName("GetSync").WithSummary("Get a sync task");
        read.MapGet("/{id:long}/events", WatchAsync).WithName("WatchSync").WithMetadata(BoundedWork.Outside)
            .WithSummary("Watch a sync task as server-sent events, each a complete status, until it ends");

        var write = syncs.MapGroup("").RequireAccess(AccessAction.ChangeMirror);
        write.MapPost("", StartAsync).WithName("StartSync")
            .WithSummary("Start fetching packages in advance").WithMetadata(new RequestSizeLimitAttribute(MaxOrderSize));
        write.MapDelete("/{id:long}", CancelAsync).WithName("CancelSync").WithSummary("Cancel a sync task; fetched packages remain");
    }

    private static async Task<Accepted<SyncStatus>> StartAsync(
        SyncOrder order, ResolvedNamespace scope, CurrentUser user, SyncService syncs, CancellationToken cancellationToken)
    {
        var tokens = ParseTokens(order.Tokens);
        var started = await syncs.StartAsync(scope with { Tokens = tokens }, Parse(order), user.Principal, cancellationToken);
        return TypedResults.Accepted($"/api/v1/groups/{Uri.EscapeDataString(scope.Path.Value)}/syncs/{started.Id}", started);
    }

    private static async Task<Ok<SyncList>> ListAsync(
        SyncStore store,
        ProtectedContent content,
        CurrentUser user,
        [Description("The number of syncs, 1 to 200"), Range(1, 200)] int take = 20,
        CancellationToken cancellationToken = default)
    {
        var list = new List<SyncStatus>();
        foreach (var sync in await store.ListAsync(user.Namespace.RootGroupId, take, cancellationToken))
        {
            if (await content.ShowsAsync(sync.Group, sync.Request, user.Access, cancellationToken))
            {
                list.Add(sync);
            }
        }

        return TypedResults.Ok(new SyncList(list));
    }

    private static async Task<Ok<SyncStatus>> GetAsync(
        long id, SyncService syncs, ProtectedContent content, CurrentUser user, CancellationToken cancellationToken) =>
        TypedResults.Ok(await FindAsync(id, syncs, content, user, cancellationToken));

    private static async Task<ServerSentEventsResult<SyncStatus>> WatchAsync(
        long id, SyncService syncs, ProtectedContent content, CurrentUser user, CancellationToken cancellationToken)
    {
        await FindAsync(id, syncs, content, user, cancellationToken);
        return TypedResults.ServerSentEvents(syncs.WatchAsync(user.Namespace.RootGroupId, id, cancellationToken), "sync");
    }

    private static async Task<NoContent> CancelAsync(
        long id, ResolvedNamespace scope, CurrentUser user, SyncService syncs, CancellationToken cancellationToken) =>
        await syncs.CancelAsync(scope, id, user.Principal, cancellationToken) switch
        {
            SyncCancellation.Cancelled => TypedResults.NoContent(),
            SyncCancellation.OfAnotherNamespace => throw ApiProblemException.Forbidden(
                $"Sync {id} was not started in '{scope.Path}' or below it; cancel it where it was started."),
            _ => throw ApiProblemException.NotFound($"No sync {id} is running."),
        };

    private static async Task<SyncStatus> FindAsync(
        long id, SyncService syncs, ProtectedContent content, CurrentUser user, CancellationToken cancellationToken) =>
        await syncs.FindAsync(user.Namespace.RootGroupId, id, cancellationToken) is { } sync
            && await content.ShowsAsync(sync.Group, sync.Request, user.Access, cancellationToken)
            ? sync
            : throw ApiProblemException.NotFound($"There is no sync {id}.");

    private static SyncRequest Parse(SyncOrder order)
    {
        try
        {
            return order.Parse();
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

        if (tokens.Count > SyncRequest.MaxProviders)
        {
            throw ApiProblemException.Invalid($"tokens: there are {tokens.Count}; expected at most {SyncRequest.MaxProviders}.");
        }

        var parsed = new Dictionary<ProviderHostname, string>();
        foreach (var (name, token) in tokens)
        {
            if (!ProviderHostname.TryParse(name, out var host))
            {
                throw ApiProblemException.Invalid($"tokens: '{name}' is not a hostname.");
            }

            if (Variables.Check(token ?? "") is { } fault)
            {
                throw ApiProblemException.Invalid($"tokens: {host}: {fault}");
            }

            parsed[host] = token!;
        }

        return new CallerTokens(parsed);
    }
}
