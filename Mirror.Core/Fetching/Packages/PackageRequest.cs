using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Storage;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Packages;

/// <summary>A request for a provider's package.</summary>
internal sealed record PackageRequest(
    long RootGroupId,
    ProviderAddress Provider,
    ProviderVersion Version,
    ReleaseFile File,
    TrustLevel Trust,
    OriginCredential Credential,
    Principal By) : FetchRequest(RootGroupId, Credential, By)
{
    public Platform Platform => File.Platform;

    public override ISourceAddress Source => Provider;

    public override object Key => (RootGroupId, Provider, Version, Platform, Credential.Identity);

    public override Sha256Digest? Digest => File.Digest;

    public override PackageHash? ContentHash => File.ContentHash;

    public override ArchiveFormat Format => ArchiveFormat.Zip;

    public override string HashSource => Trust == TrustLevel.Chained ? "the other mirror says" : "SHA256SUMS says";

    /// <summary>
    /// Adopts bytes that the store already has, for another root group or as orphans, once this group's proof includes them.
    /// </summary>
    /// <returns>Null if there are no usable bytes.</returns>
    public async Task<PackageDelivery?> AdoptAsync(PackageFillContext context, CancellationToken cancellationToken)
    {
        if (Digest is not { } digest)
        {
            return null;
        }

        try
        {
            using var content = await context.Blobs.OpenVerifiedAsync(digest, cancellationToken).ConfigureAwait(false);
            if (content is null)
            {
                return null;
            }

            await context.Catalog.AddPackageAsync(ToNewPackage(digest, content.Length), null, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The bytes have just been removed, or cannot be read: fetch the package.
            return null;
        }

        context.ContentHashes.Enqueue(digest);
        var package = await OpenStoredAsync(context, cancellationToken).ConfigureAwait(false);
        if (package is not null)
        {
            package.IsNew = true;
        }

        return package;
    }

    public override Task<Failure?> FetchAsync(
        PackageFillContext context, IPackageSink sink, DownloadSlot slot, CancellationToken cancellationToken) => DownloadAsync(
        context,
        deadline => context.Origins.LocateAsync(Provider, Version, Platform, Digest, Credential, deadline),
        sink,
        slot,
        cancellationToken);

    public override async Task<Failure?> FindRefusalAsync(PackageFillContext context, CancellationToken cancellationToken) =>
        await context.Quarantine.FindFailureAsync(RootGroupId, Provider, Version, Platform, cancellationToken).ConfigureAwait(false);

    public override Task RefuseAsync(PackageFillContext context, Failure failure) =>
        context.Quarantine.AddAsync(RootGroupId, Provider, Version, Platform, failure.Message, By, CancellationToken.None);

    public override void RecordFetched(PackageFillContext context, long bytes) =>
        context.Traffic.RecordFetched(RootGroupId, Provider, bytes);

    public override async Task CommitAsync(
        PackageFillContext context, Sha256Digest digest, StagedPackage staged, CancellationToken cancellationToken)
    {
        await context.Catalog.AddPackageAsync(ToNewPackage(digest, staged.Length), staged, cancellationToken).ConfigureAwait(false);
        CrashPoints.Reached("row-written");
        RecordFetched(context, staged.Length);
        context.Logger.Cached(ToString(), staged.Length, digest.Hex, Trust.ToString());
        context.ContentHashes.Enqueue(digest);
    }

    public override string ToString() => $"{Provider} {Version} {Platform}";

    /// <summary>The row to insert once the bytes are verified.</summary>
    private NewPackage ToNewPackage(Sha256Digest digest, long size) =>
        new(RootGroupId, Provider, Version, Platform, digest, size, File.ContentHash, Trust, Credential.Identity, By);

    protected override ValueTask<PackageDelivery?> OpenStoredAsync(PackageFillContext context, CancellationToken cancellationToken) =>
        context.Stored.OpenAsync(RootGroupId, Provider, Version, Platform, cancellationToken);
}
