using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Sync;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Syncs;

internal static class SyncVisibility
{
    /// <summary>Whether a sync is shown: what it names is hidden from users who may not see what was fetched with a credential.</summary>
    /// <param name="group">Where it was begun.</param>
    /// <param name="access">Of the user, to the namespace from which they look.</param>
    public static async ValueTask<bool> ShowsAsync(
        this ProtectedContent content,
        NamespacePath group,
        SyncRequest request,
        NamespaceAccess access,
        CancellationToken cancellationToken) =>
        access.SeesProtected
        || !request.BringsTokens
            && !await content.ContainsAnyAsync(
                access.Scope!, group, [.. request.Providers.Select(item => item.Provider)], cancellationToken).ConfigureAwait(false);
}
