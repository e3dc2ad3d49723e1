using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Sync;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Syncs;

internal static class SyncVisibility
{
    /// <summary>Whether the user may see a sync: providers fetched with a credential are hidden from anonymous users.</summary>
    /// <param name="group">The group in which it was started.</param>
    /// <param name="access">The user's access to the namespace of the page.</param>
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
