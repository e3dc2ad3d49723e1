using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Mirrors;

public enum DeletionOutcome
{
    Deleted,

    /// <summary>Another user deleted it first.</summary>
    AlreadyGone,

    /// <summary>The user may not, or no longer.</summary>
    Refused,
}

/// <summary>Deletes for users of the UI; whatever the page shows, this is what decides.</summary>
public sealed class MirrorDeletion(CatalogWriter catalog, CurrentUser user)
{
    public async Task<DeletionOutcome> DeleteVersionAsync(ShownVersion version, CancellationToken cancellationToken)
    {
        var access = await user.AuthorizeAsync(AccessAction.ChangeMirror, version.RootGroupId).ConfigureAwait(false);
        if (!access.IsAllowed)
        {
            return DeletionOutcome.Refused;
        }

        bool deleted = await catalog.DeleteVersionAsync(
            version.RootGroupId,
            ProviderAddress.Parse(version.Provider),
            ProviderVersion.Parse(version.Version),
            access.Subject.Principal,
            cancellationToken).ConfigureAwait(false);
        return deleted ? DeletionOutcome.Deleted : DeletionOutcome.AlreadyGone;
    }

    public async Task<DeletionOutcome> DeletePackageAsync(ShownVersion version, ShownPackage package, CancellationToken cancellationToken)
    {
        var access = await user.AuthorizeAsync(AccessAction.ChangeMirror, version.RootGroupId).ConfigureAwait(false);
        if (!access.IsAllowed)
        {
            return DeletionOutcome.Refused;
        }

        bool deleted = await catalog.DeletePackageAsync(
            version.RootGroupId,
            ProviderAddress.Parse(version.Provider),
            ProviderVersion.Parse(version.Version),
            Platform.Parse(package.Platform),
            access.Subject.Principal,
            cancellationToken).ConfigureAwait(false);
        return deleted ? DeletionOutcome.Deleted : DeletionOutcome.AlreadyGone;
    }
}
