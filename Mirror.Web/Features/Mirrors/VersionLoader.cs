using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Fetching.Proofs;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Mirrors;

/// <summary>Which version a page's URL names, as it stands there.</summary>
public sealed record VersionAddress(string Group, string Hostname, string Namespace, string Type, string Version);

/// <param name="Version">Null: the URL names nothing that is stored and that the user may read.</param>
/// <param name="Troubles">What of it is refused at the moment, and why.</param>
public sealed record LoadedVersion(VersionAddress Address, ShownVersion? Version, IReadOnlyList<ShownTrouble> Troubles);

public sealed class VersionLoader(CatalogReader catalog, Quarantine quarantine, CurrentUser user)
{
    public async Task<LoadedVersion> LoadAsync(VersionAddress address, CancellationToken cancellationToken)
    {
        if (!Urls.TryParseGroup(address.Group, out var path)
            || !ProviderAddress.TryParseCanonical(address.Hostname, address.Namespace, address.Type, out var provider)
            || !ProviderVersion.TryParseCanonical(address.Version, out var version)
            || await user.CheckAsync(AccessAction.Read, path, provider, cancellationToken).ConfigureAwait(false) is not { IsAllowed: true, Scope: { } group })
        {
            return new LoadedVersion(address, null, []);
        }

        var found = await catalog.FindVersionAsync(group.RootGroupId, provider, version, cancellationToken).ConfigureAwait(false);
        var damaged = await catalog.FindDamagedAsync(group.RootGroupId, provider, version, cancellationToken).ConfigureAwait(false);
        var refused = (await quarantine.FindAsync(group.RootGroupId, provider, cancellationToken).ConfigureAwait(false)).Where(entry => entry.Version == version);
        return new LoadedVersion(address, found is null ? null : ShownVersion.From(found), [.. refused.Select(ShownTrouble.From), .. damaged.Select(ShownTrouble.From)]);
    }
}
