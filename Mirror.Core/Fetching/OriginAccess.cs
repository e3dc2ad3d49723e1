using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;

namespace Mirror.Core.Fetching;

/// <summary>Whether requests of a namespace may cause requests to an origin.</summary>
internal sealed class OriginAccess(MirrorOptions options)
{
    public bool MayAsk(ResolvedNamespace scope, ISourceAddress source) => scope.AutomaticCaching && MayAsk(source);

    /// <summary>Regardless of the namespace.</summary>
    public bool MayAsk(ISourceAddress source) =>
        options.Upstream.IsAllowed(source.Hostname) && options.Upstream.ModeFor(source.Hostname) != UpstreamMode.Offline;
}
