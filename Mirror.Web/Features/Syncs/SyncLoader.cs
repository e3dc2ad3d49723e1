using System.Runtime.CompilerServices;
using Mirror.Core.Access;
using Mirror.Core.Sync;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Syncs;

/// <param name="RootGroupId">Null if the group does not exist or the user may not read it.</param>
/// <param name="Total">The number of syncs on all pages.</param>
public sealed record SyncListPage(string Group, int Page, long? RootGroupId, IReadOnlyList<ListedSync> Syncs, int Total)
{
    public const int PageSize = 25;

    public int PageCount => Math.Max(1, (Total + PageSize - 1) / PageSize);
}

/// <param name="Sync">Null if the URL names no sync that the user may see.</param>
public sealed record LoadedSync(string Group, long Id, SyncView View, ShownSync? Sync);

/// <summary>Loads syncs for the current user, without those of providers that the user may not see.</summary>
public sealed class SyncLoader(SyncStore store, SyncService syncs, CurrentUser user, ProtectedContent protectedContent, TimeProvider time)
{
    /// <summary>The minimum time between renderings while bytes arrive.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    // For a sync of another process, of which only the rows are available.
    private static readonly TimeSpan RowsInterval = TimeSpan.FromSeconds(2);

    public async Task<SyncListPage> ListAsync(string group, int page, CancellationToken cancellationToken)
    {
        if (await FindAccessAsync(group, cancellationToken).ConfigureAwait(false) is not { } access)
        {
            return new SyncListPage(group, page, null, [], 0);
        }

        var found = await store.SummarizeAsync(
            access.Scope!.RootGroupId, (page - 1) * SyncListPage.PageSize, SyncListPage.PageSize, cancellationToken).ConfigureAwait(false);
        var listed = new List<ListedSync>();
        foreach (var sync in found.Items)
        {
            if (await protectedContent.ShowsAsync(sync.Group, sync.Request, access, cancellationToken).ConfigureAwait(false))
            {
                listed.Add(ListedSync.From(sync));
            }
        }

        return new SyncListPage(group, page, access.Scope.RootGroupId, listed, found.Total);
    }

    public async Task<LoadedSync> LoadAsync(string group, long id, SyncView view, CancellationToken cancellationToken) =>
        new(
            group,
            id,
            view,
            await FindAsync(group, id, cancellationToken).ConfigureAwait(false) is { } sync ? ShownSync.From(sync, view) : null);

    /// <summary>Streams the status of a sync until it ends or the user may no longer see it.</summary>
    public async IAsyncEnumerable<SyncStatus> WatchAsync(
        string group, long id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await FindAsync(group, id, cancellationToken).ConfigureAwait(false) is { } sync)
        {
            yield return sync;
            if (sync.HasEnded)
            {
                yield break;
            }

            var access = await FindAccessAsync(group, cancellationToken).ConfigureAwait(false);
            await foreach (var status in syncs.WatchAsync(access?.Scope?.RootGroupId ?? 0, id, cancellationToken).ConfigureAwait(false))
            {
                if (await FindAccessAsync(group, cancellationToken).ConfigureAwait(false) is null)
                {
                    yield break;
                }

                yield return status;
                if (status.HasEnded)
                {
                    yield break;
                }

                await Task.Delay(Interval, time, cancellationToken).ConfigureAwait(false);
            }

            await Task.Delay(RowsInterval, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Cancels a sync; <see cref="SyncCancellation.OfAnotherNamespace"/> also if the user has no permission.</summary>
    public async Task<SyncCancellation> CancelAsync(string group, long id, CancellationToken cancellationToken) =>
        await user.AuthorizeAsync(AccessAction.ChangeMirror, group).ConfigureAwait(false) is { IsAllowed: true, Scope: { } scope } access
            ? await syncs.CancelAsync(scope, id, access.Subject.Principal, cancellationToken).ConfigureAwait(false)
            : SyncCancellation.OfAnotherNamespace;

    private async Task<SyncStatus?> FindAsync(string group, long id, CancellationToken cancellationToken) =>
        await FindAccessAsync(group, cancellationToken).ConfigureAwait(false) is { } access
            && await syncs.FindAsync(access.Scope!.RootGroupId, id, cancellationToken).ConfigureAwait(false) is { } sync
            && await protectedContent.ShowsAsync(sync.Group, sync.Request, access, cancellationToken).ConfigureAwait(false)
            ? sync
            : null;

    private async Task<NamespaceAccess?> FindAccessAsync(string group, CancellationToken cancellationToken) =>
        await user.CheckAsync(AccessAction.Read, group, cancellationToken)
            .ConfigureAwait(false) is { IsAllowed: true, Scope: not null } access
            ? access
            : null;
}
