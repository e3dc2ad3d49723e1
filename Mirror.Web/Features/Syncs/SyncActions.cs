using Mirror.Core.Access;
using Mirror.Core.Addresses;
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

    /// <summary>The user may not, or no longer.</summary>
    Refused,
}

/// <summary>Starts and cancels syncs for users of the UI; whatever the page shows, this is what decides.</summary>
public sealed class SyncActions(SyncService syncs, ProviderMirror mirror, CurrentUser user)
{
    /// <returns>The new sync's id; null: the user may not, or no longer.</returns>
    public async Task<long?> StartAsync(string group, SyncRequest request, CancellationToken cancellationToken) =>
        await user.AuthorizeAsync(AccessAction.ChangeMirror, group).ConfigureAwait(false) is { IsAllowed: true, Scope: { } scope } access
            ? await syncs.StartAsync(scope, request, access.Subject.Principal, cancellationToken).ConfigureAwait(false)
            : null;

    /// <summary>Starts a sync with the same request as another one.</summary>
    /// <returns>The new sync's id; null: the user may not, or the other one is gone.</returns>
    public async Task<long?> RepeatAsync(string group, long id, CancellationToken cancellationToken) =>
        await user.AuthorizeAsync(AccessAction.ChangeMirror, group).ConfigureAwait(false) is { IsAllowed: true, Scope: { } scope } access
            && await syncs.FindAsync(scope.RootGroupId, id, cancellationToken).ConfigureAwait(false) is { } sync
            ? await syncs.StartAsync(scope, sync.Request with { BringsTokens = false }, access.Subject.Principal, cancellationToken).ConfigureAwait(false)
            : null;

    public async Task<CancelOutcome> CancelAsync(string group, long id, CancellationToken cancellationToken) =>
        await user.AuthorizeAsync(AccessAction.ChangeMirror, group).ConfigureAwait(false) is not { IsAllowed: true, Scope: { } scope } access ? CancelOutcome.Refused
        : await syncs.CancelAsync(scope, id, access.Subject.Principal, cancellationToken).ConfigureAwait(false) switch
        {
            SyncCancellation.Cancelled => CancelOutcome.Cancelled,
            SyncCancellation.OfAnotherNamespace => CancelOutcome.Refused,
            _ => CancelOutcome.NotUnderWay,
        };

    /// <summary>The versions that a sync could fetch; its origin is asked as for a client.</summary>
    public async Task<Outcome<OfferedVersions>> FindVersionsAsync(string group, ProviderAddress provider, CancellationToken cancellationToken) =>
        await user.CheckAsync(AccessAction.ChangeMirror, group, cancellationToken).ConfigureAwait(false) is { IsAllowed: true, Scope: { } scope }
            ? await mirror.GetVersionsAsync(scope with { AutomaticCaching = true }, provider, cancellationToken).ConfigureAwait(false)
            : new Failure(FailureKind.NotFound, "You may no longer sync here; sign in again.");
}
