using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Fetching;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Sync;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Syncs;

public enum CancelOutcome
{
    Cancelled,

    /// <summary>It had ended.</summary>
    NotUnderWay,

    /// <summary>The visitor may not, or no longer.</summary>
    Refused,
}

/// <summary>Starts and cancels syncs for a visitor of the UI who may; whatever the page shows, this is what decides.</summary>
public sealed class SyncActions(SyncService syncs, ProviderMirror mirror, Visitor visitor)
{
    /// <returns>The new sync's id; null: the visitor may not, or no longer.</returns>
    public async Task<long?> StartAsync(string group, SyncRequest request, CancellationToken cancellationToken) =>
        await FindScopeAsync(group, cancellationToken).ConfigureAwait(false) is { } scope
            ? await syncs.StartAsync(scope, request, await visitor.IdentifyAsync().ConfigureAwait(false), cancellationToken).ConfigureAwait(false)
            : null;

    /// <summary>Starts a sync that asks for what another one did.</summary>
    /// <returns>The new sync's id; null: the visitor may not, or the other one is gone.</returns>
    public async Task<long?> RepeatAsync(string group, long id, CancellationToken cancellationToken) =>
        await FindScopeAsync(group, cancellationToken).ConfigureAwait(false) is { } scope
            && await syncs.FindAsync(scope.RootGroupId, id, cancellationToken).ConfigureAwait(false) is { } sync
            ? await StartAsync(group, sync.Request with { BringsTokens = false }, cancellationToken).ConfigureAwait(false)
            : null;

    public async Task<CancelOutcome> CancelAsync(string group, long id, CancellationToken cancellationToken) =>
        await FindScopeAsync(group, cancellationToken).ConfigureAwait(false) is not { } scope ? CancelOutcome.Refused
        : await syncs.CancelAsync(scope, id, await visitor.IdentifyAsync().ConfigureAwait(false), cancellationToken).ConfigureAwait(false) switch
        {
            SyncCancellation.Cancelled => CancelOutcome.Cancelled,
            SyncCancellation.OfAnotherNamespace => CancelOutcome.Refused,
            _ => CancelOutcome.NotUnderWay,
        };

    /// <summary>The versions that a sync could fetch; its origin is asked as for a client.</summary>
    public async Task<Outcome<OfferedVersions>> FindVersionsAsync(string group, ProviderAddress provider, CancellationToken cancellationToken) =>
        Urls.TryParseGroup(group, out var path)
            && await visitor.CheckAsync(AccessAction.ChangeMirror, path, null, cancellationToken).ConfigureAwait(false) is { IsAllowed: true, Scope: { } scope }
            ? await mirror.GetVersionsAsync(scope with { AutomaticCaching = true }, provider, cancellationToken).ConfigureAwait(false)
            : new Failure(FailureKind.NotFound, "You may no longer sync here; sign in again.");

    private async Task<MirrorScope?> FindScopeAsync(string group, CancellationToken cancellationToken) =>
        Urls.TryParseGroup(group, out var path)
            && await visitor.CheckAsync(AccessAction.ChangeMirror, path, null, cancellationToken).ConfigureAwait(false) is { Scope: { } scope }
            && await visitor.TryAsync(AccessAction.ChangeMirror, scope.NamespaceId).ConfigureAwait(false)
            ? scope
            : null;
}
