using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Mirrors;

public enum DeletionOutcome
{
    Deleted,

    /// <summary>Somebody else was faster.</summary>
    AlreadyGone,

    /// <summary>The visitor may not, or no longer.</summary>
    Refused,
}

/// <summary>Deletes for a visitor of the UI who may; whatever the page shows, this is what decides.</summary>
public sealed class MirrorDeletion(CatalogWriter catalog, Visitor visitor)
{
    public async Task<DeletionOutcome> DeleteVersionAsync(ShownVersion version, CancellationToken cancellationToken)
    {
        if (!await visitor.TryAsync(AccessAction.ChangeMirror, version.RootGroupId).ConfigureAwait(false))
        {
            return DeletionOutcome.Refused;
        }

        bool deleted = await catalog.DeleteVersionAsync(
            version.RootGroupId,
            ProviderAddress.Parse(version.Provider),
            ProviderVersion.Parse(version.Version),
            await visitor.IdentifyAsync().ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        return deleted ? DeletionOutcome.Deleted : DeletionOutcome.AlreadyGone;
    }

    public async Task<DeletionOutcome> DeletePackageAsync(ShownVersion version, ShownPackage package, CancellationToken cancellationToken)
    {
        if (!await visitor.TryAsync(AccessAction.ChangeMirror, version.RootGroupId).ConfigureAwait(false))
        {
            return DeletionOutcome.Refused;
        }

        bool deleted = await catalog.DeletePackageAsync(
            version.RootGroupId,
            ProviderAddress.Parse(version.Provider),
            ProviderVersion.Parse(version.Version),
            Platform.Parse(package.Platform),
            await visitor.IdentifyAsync().ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        return deleted ? DeletionOutcome.Deleted : DeletionOutcome.AlreadyGone;
    }
}
