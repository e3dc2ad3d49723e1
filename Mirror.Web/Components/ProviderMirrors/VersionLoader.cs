using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Web.Components.SignIn;

namespace Mirror.Web.Components.ProviderMirrors;

/// <summary>Which version a page's URL names, as it stands there.</summary>
public sealed record VersionAddress(string Group, string Hostname, string Namespace, string Type, string Version);

/// <param name="Version">Null: the URL names nothing that is stored and that the visitor may read.</param>
public sealed record LoadedVersion(VersionAddress Address, ShownVersion? Version);

public sealed class VersionLoader(CatalogReader catalog, Visitor visitor)
{
    public async Task<LoadedVersion> LoadAsync(VersionAddress address, CancellationToken cancellationToken)
    {
        if (!Urls.TryParseGroup(address.Group, out var path)
            || !ProviderAddress.TryParseCanonical(address.Hostname, address.Namespace, address.Type, out var provider)
            || !ProviderVersion.TryParseCanonical(address.Version, out var version)
            || await visitor.CheckAsync(AccessAction.Read, path, provider, cancellationToken).ConfigureAwait(false) is not { IsAllowed: true, Scope: { } group })
        {
            return new LoadedVersion(address, null);
        }

        var found = await catalog.FindVersionAsync(group.RootGroupId, provider, version, cancellationToken).ConfigureAwait(false);
        return new LoadedVersion(address, found is null ? null : ShownVersion.From(found));
    }
}
