using Microsoft.Extensions.Logging;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Outcomes;
using Mirror.Core.Packages;
using Mirror.Core.Statistics;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching;

/// <summary>What fills and pass-throughs need of the rest of the server.</summary>
internal sealed class PackageFillContext(
    Origins origins,
    OriginHttp http,
    IPackageStore store,
    PackageReaders readers,
    CatalogWriter catalog,
    ContentHashes contentHashes,
    StorageSpace space,
    TrafficCounters traffic,
    MirrorOptions options,
    TimeProvider time,
    ILogger<PackageFillContext> logger)
{
    public PackageDownload Download { get; } = new(http, options.Upstream.Limits, options.Packages.MaxPackageSize, time);

    public IPackageStore Store => store;

    public StorageSpace Space => space;

    public TrafficCounters Traffic => traffic;

    public ILogger Logger => logger;

    public long MaxSize => options.Packages.MaxPackageSize;

    public async Task<Outcome<Uri>> LocateAsync(PackageRequest request, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(time, options.Upstream.Limits.DocumentDeadline, cancellationToken);
        return await origins.LocateAsync(request.Provider, request.Version, request.Platform, request.File.Digest, request.Credential, deadline).ConfigureAwait(false);
    }

    public async Task<PackageHash> HashContentAsync(StagedPackage staged, CancellationToken cancellationToken)
    {
        await using var stream = staged.OpenRead();
        return (await contentHashes.ComputeAsync(stream, cancellationToken).ConfigureAwait(false)).Hash;
    }

    /// <returns>To be disposed when nobody follows the fill any more: until then the package makes no room for another one.</returns>
    public async Task<IDisposable> CommitAsync(PackageRequest request, Sha256Digest digest, StagedPackage staged, CancellationToken cancellationToken)
    {
        await catalog.AddPackageAsync(request.ToNewPackage(digest, staged.Length), staged, request.Anew, cancellationToken).ConfigureAwait(false);
        CrashPoints.Reached("row-written");
        traffic.RecordFetched(request.RootGroupId, request.Provider, staged.Length);
        logger.Cached(request.ToString(), staged.Length, digest.Hex, request.Trust.ToString());
        contentHashes.Enqueue(digest);
        return readers.Begin(digest);
    }
}
