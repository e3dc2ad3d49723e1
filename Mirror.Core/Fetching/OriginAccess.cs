using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;

namespace Mirror.Core.Fetching;

/// <summary>Whether requests of a namespace may cause requests to an origin.</summary>
internal sealed class OriginAccess(MirrorOptions options)
{
    public bool MayAsk(ResolvedNamespace scope, ISourceAddress source) =>
        scope.AutomaticCaching
        && scope.FindRoute(source) is null
        && options.MayQuery(source.Hostname)
        && options.Upstream.ModeFor(source.Hostname) != UpstreamMode.Offline;
}
