using Microsoft.Extensions.Logging;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Fetching.Modules;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Storage;
using Mirror.Core.Upstream;
using Mirror.Core.Usage;

namespace Mirror.Core.Fetching.Packages;

/// <summary>What fills and pass-throughs need of the rest of the server.</summary>
internal sealed class PackageFillContext(
    Origins origins,
    OriginHttp http,
    IPackageStore store,
    PackageReaders readers,
    CatalogWriter catalog,
    ModuleCatalog modules,
    ModuleLocations locations,
    StoredPackages stored,
    StoredContents contents,
    Quarantine quarantine,
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

    public ILogger Logger => logger;

    public long MaxSize => options.Packages.MaxPackageSize;

    public async Task<Outcome<Uri>> LocateAsync(FetchRequest request, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(time, options.Upstream.Limits.DocumentDeadline, cancellationToken);
        return request switch
        {
            ModuleRequest module => await locations.LocateAsync(module, deadline).ConfigureAwait(false),
            PackageRequest package => await origins.LocateAsync(package.Provider, package.Version, package.Platform, package.Digest, package.Credential, deadline).ConfigureAwait(false),
            _ => throw new InvalidOperationException($"{request.GetType()}"),
        };
    }

    /// <summary>What is stored where it is what the request is for: an imported package may have other bytes.</summary>
    public async Task<PackageDelivery?> FindStoredAsync(FetchRequest request, CancellationToken cancellationToken)
    {
        var found = request switch
        {
            ModuleRequest module => await FindModuleAsync(module, cancellationToken).ConfigureAwait(false),
            PackageRequest package => await stored.OpenAsync(package.RootGroupId, package.Provider, package.Version, package.Platform, cancellationToken).ConfigureAwait(false),
            _ => throw new InvalidOperationException($"{request.GetType()}"),
        };
        if (found is null || request.Digest is null || found.Digest == request.Digest)
        {
            return found;
        }

        found.Dispose();
        return null;
    }

    /// <summary>Why it is not fetched, because it failed verification a moment ago; null where it did not.</summary>
    public async Task<Failure?> FindRefusalAsync(FetchRequest request, CancellationToken cancellationToken) =>
        request is PackageRequest package && await quarantine.FindAsync(package.RootGroupId, package.Provider, package.Version, package.Platform, cancellationToken).ConfigureAwait(false) is { } entry
            ? entry.ToFailure()
            : null;

    /// <summary>The figures of traffic are about providers.</summary>
    public void RecordFetched(FetchRequest request, long bytes)
    {
        if (request is PackageRequest package)
        {
            traffic.RecordFetched(package.RootGroupId, package.Provider, bytes);
        }
    }

    /// <summary>Writes down that what came is not what it must be.</summary>
    public Task RefuseAsync(FetchRequest request, Failure failure) => request switch
    {
        ModuleRequest module => modules.RefuseAsync(module.RootGroupId, module.Module, module.Version, failure.Message, module.By, CancellationToken.None),
        PackageRequest package => quarantine.AddAsync(package.RootGroupId, package.Provider, package.Version, package.Platform, failure.Message, package.By, CancellationToken.None),
        _ => throw new InvalidOperationException($"{request.GetType()}"),
    };

    private async Task<PackageDelivery?> FindModuleAsync(ModuleRequest request, CancellationToken cancellationToken) =>
        await modules.FindAsync(request.RootGroupId, request.Module, request.Version, cancellationToken).ConfigureAwait(false) is { } package
            ? await contents.OpenAsync(package.Digest, cancellationToken).ConfigureAwait(false)
            : null;

    /// <returns>The <c>h1:</c>, or what keeps it from being an archive that has one.</returns>
    public async Task<string> HashContentAsync(StagedPackage staged, CancellationToken cancellationToken)
    {
        await using var stream = staged.OpenRead();
        try
        {
            return (await contentHashes.ComputeAsync(stream, cancellationToken).ConfigureAwait(false)).Hash.Value;
        }
        catch (InvalidDataException e)
        {
            return $"nothing ({e.Message.TrimEnd('.')})";
        }
    }

    /// <returns>To be disposed when nobody follows the fill any more: until then the package makes no room for another one.</returns>
    public async Task<IDisposable> CommitAsync(FetchRequest request, Sha256Digest digest, StagedPackage staged, CancellationToken cancellationToken)
    {
        switch (request)
        {
            case ModuleRequest module:
                await modules.AddAsync(module.ToNewPackage(digest, staged.Length), staged, cancellationToken).ConfigureAwait(false);
                logger.ModuleCached(module.ToString(), staged.Length, digest.Hex);
                break;
            case PackageRequest package:
                await catalog.AddPackageAsync(package.ToNewPackage(digest, staged.Length), staged, cancellationToken).ConfigureAwait(false);
                CrashPoints.Reached("row-written");
                RecordFetched(package, staged.Length);
                logger.Cached(package.ToString(), staged.Length, digest.Hex, package.Trust.ToString());
                contentHashes.Enqueue(digest);
                break;
            default:
                throw new InvalidOperationException($"{request.GetType()}");
        }

        return readers.Begin(digest);
    }
}
