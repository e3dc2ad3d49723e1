using Microsoft.EntityFrameworkCore;
using Mirror.Core.Database;

namespace Mirror.Core.Catalog;

/// <param name="AddressKey">See <see cref="VersionRow.AddressKey"/>.</param>
internal sealed record HiddenProvider(long Id, string AddressKey);

/// <summary>
/// The providers of a root group that no list names to anybody: those of which a package was fetched with a credential, and those
/// that are known through one alone, whether or not a package is stored yet, or still is.
/// </summary>
internal static class HiddenProviders
{
    public static async Task<IReadOnlyList<HiddenProvider>> FindAsync(
        MirrorDbContext db, long rootGroupId, CancellationToken cancellationToken)
    {
        // The constants, not parameters: only so are the indexes over these few rows used.
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
            .Select(provider => new HiddenProvider(provider.Id, provider.Namespace + " " + provider.Type + " " + provider.Hostname))
            .ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// The providers of which an operator deleted everything. Nothing tells any more with which credential they were fetched, so
    /// that what is left of them, signing keys and traffic, is not for anonymous readers either.
    /// </summary>
    public static async Task<IReadOnlyList<HiddenProvider>> FindEmptiedAsync(
        MirrorDbContext db, long rootGroupId, CancellationToken cancellationToken) =>
        await db.Providers
            .Where(provider => provider.RootGroupId == rootGroupId
                && !db.Proofs.Any(proof => proof.ProviderId == provider.Id)
                && !db.Packages.Any(package => package.Version.ProviderId == provider.Id))
            .Select(provider => new HiddenProvider(provider.Id, provider.Namespace + " " + provider.Type + " " + provider.Hostname))
            .ToListAsync(cancellationToken).ConfigureAwait(false);
}
