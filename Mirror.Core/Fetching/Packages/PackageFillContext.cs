using Microsoft.Extensions.Logging;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Fetching.Modules;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Storage;
using Mirror.Core.Upstream;
using Mirror.Core.Usage;

namespace Mirror.Core.Fetching.Packages;

/// <summary>The services used by fills, pass-throughs and their requests.</summary>
internal sealed record PackageFillContext(
    UpstreamRouter Origins,
    OriginHttp Http,
    IPackageStore Store,
    PackageReaders Readers,
    StoredBlobs Blobs,
    CatalogWriter Catalog,
    ModuleCatalog Modules,
    GitSnapshots Git,
    StoredPackages Stored,
    StoredContents Contents,
    Quarantine Quarantine,
    ContentHashes ContentHashes,
    StorageSpace Space,
    TrafficCounters Traffic,
    MirrorOptions Options,
    TimeProvider Time,
    ILogger<PackageFillContext> Logger)
{
    public PackageDownload Download { get; } = new(Http, Options.Upstream.Limits, Options.Packages.MaxPackageSize, Time);
}
