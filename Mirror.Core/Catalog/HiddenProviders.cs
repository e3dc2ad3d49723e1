using Microsoft.EntityFrameworkCore;
using Mirror.Core.Database;

namespace Mirror.Core.Catalog;

/// <param name="AddressKey">See <see cref="VersionRow.AddressKey"/>.</param>
internal sealed record HiddenProvider(long Id, string AddressKey);

/// <summary>
/// The providers of a root group that are hidden from all lists: those with a package fetched with a credential, and those known only
/// through a credential, even if no package is stored.
/// </summary>
internal static class HiddenProviders
{
    public static async Task<IReadOnlyList<HiddenProvider>> FindAsync(
        MirrorDbContext db, long rootGroupId, CancellationToken cancellationToken)
    {
        // Constants instead of parameters: only then are the partial indexes used.
        var stored = await db.Packages.Where(package => package.Credential != "none" && package.Version.RootGroupId == rootGroupId)
            .Select(package => package.Version.ProviderId).Distinct().ToListAsync(cancellationToken).ConfigureAwait(false);
        var proven = await db.Proofs.Where(proof => proof.Credential != "none" && proof.Provider.RootGroupId == rootGroupId)
            .Select(proof => proof.ProviderId).Distinct().ToListAsync(cancellationToken).ConfigureAwait(false);
        if (stored.Count == 0 && proven.Count == 0)
        {
            return [];
        }

        return await db.Providers
            .Where(provider => stored.Contains(provider.Id) || proven.Contains(provider.Id)
                && !db.Proofs.Any(proof => proof.ProviderId == provider.Id && proof.Credential == "none")
                && !db.Packages.Any(package => package.Version.ProviderId == provider.Id && package.Credential == "none"))
            .Select(provider => new HiddenProvider(
                provider.Id,
                (provider.Hostname == VersionRow.DefaultHostname ? "" : provider.Hostname + " ") + provider.Namespace + " " + provider.Type))
            .ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Providers whose content an operator deleted. It is no longer known with which credential they were fetched, so their remaining
    /// signing keys and traffic are hidden from anonymous readers too.
    /// </summary>
    public static async Task<IReadOnlyList<HiddenProvider>> FindEmptiedAsync(
        MirrorDbContext db, long rootGroupId, CancellationToken cancellationToken) =>
        await db.Providers
            .Where(provider => provider.RootGroupId == rootGroupId
                && !db.Proofs.Any(proof => proof.ProviderId == provider.Id)
                && !db.Packages.Any(package => package.Version.ProviderId == provider.Id))
            .Select(provider => new HiddenProvider(
                provider.Id,
                (provider.Hostname == VersionRow.DefaultHostname ? "" : provider.Hostname + " ") + provider.Namespace + " " + provider.Type))
            .ToListAsync(cancellationToken).ConfigureAwait(false);
}
