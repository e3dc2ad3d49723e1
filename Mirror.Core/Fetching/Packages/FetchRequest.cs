using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Core.Storage;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Packages;

/// <summary>
/// A package to fetch for a root group: where it is, how it is verified, and how it is stored. Fills treat all kinds of packages
/// the same way; the differences are implemented here.
/// </summary>
/// <param name="By">The first client that requested it.</param>
internal abstract record FetchRequest(long RootGroupId, OriginCredential Credential, Principal By)
{
    /// <summary>Fetch the package even if it is stored.</summary>
    public bool ForceRefresh { get; init; }

    /// <summary>
    /// The number of fills that had ended when the caller looked for the stored package; see <see cref="PackageFills.Ended"/>.
    /// </summary>
    public long FillsEnded { get; init; }

    /// <summary>The provider or module of the package.</summary>
    public abstract ISourceAddress Source { get; }

    /// <summary>Requests with equal keys share one fill.</summary>
    public abstract object Key { get; }

    /// <summary>The required SHA-256; null if it is not known in advance.</summary>
    public abstract Sha256Digest? Digest { get; }

    /// <summary>The required <c>h1:</c> hash if <see cref="Digest"/> is not known.</summary>
    public virtual PackageHash? ContentHash => null;

    public abstract ArchiveFormat Format { get; }

    /// <summary>The source of the expected hash, as a clause that precedes it: <c>SHA256SUMS say</c>.</summary>
    public abstract string HashSource { get; }

    /// <summary>No hash is known in advance: the first archive is accepted, and all later ones must be equal to it.</summary>
    public virtual bool TrustOnFirstUse => false;

    /// <summary>Checks the first bytes of a package without a known hash.</summary>
    /// <returns>Why the package is not accepted, or null.</returns>
    public virtual Failure? HeaderCheck(ReadOnlySpan<byte> header) => new(FailureKind.VerificationFailed, $"There is no hash to verify {this}.");

    /// <summary>Sends the bytes of the package to a sink, which verifies them.</summary>
    /// <param name="slot">Released if the origin is slow.</param>
    /// <returns>Null if the sink received all bytes.</returns>
    public abstract Task<Failure?> FetchAsync(
        PackageFillContext context, IPackageSink sink, DownloadSlot slot, CancellationToken cancellationToken);

    /// <summary>The stored package, if it matches the request: an imported package may have other bytes.</summary>
    public async Task<PackageDelivery?> FindStoredAsync(PackageFillContext context, CancellationToken cancellationToken)
    {
        var found = await OpenStoredAsync(context, cancellationToken).ConfigureAwait(false);
        if (found is null || Digest is null || found.Digest == Digest)
        {
            return found;
        }

        found.Dispose();
        return null;
    }

    /// <summary>Why the package is not fetched because it recently failed verification; null if it did not.</summary>
    public virtual Task<Failure?> FindRefusalAsync(PackageFillContext context, CancellationToken cancellationToken) =>
        Task.FromResult<Failure?>(null);

    /// <summary>Records that the origin's package failed verification.</summary>
    public abstract Task RefuseAsync(PackageFillContext context, Failure failure);

    /// <summary>Counts bytes received from the origin.</summary>
    public virtual void RecordFetched(PackageFillContext context, long bytes)
    {
    }

    /// <summary>Stores verified bytes and their row.</summary>
    public abstract Task CommitAsync(
        PackageFillContext context, Sha256Digest digest, StagedPackage staged, CancellationToken cancellationToken);

    protected abstract ValueTask<PackageDelivery?> OpenStoredAsync(PackageFillContext context, CancellationToken cancellationToken);

    /// <summary>Downloads a package whose current location the origin is asked for, within the document deadline.</summary>
    protected Task<Failure?> DownloadAsync(
        PackageFillContext context,
        Func<Deadline, Task<Outcome<Uri>>> locate,
        IPackageSink sink,
        DownloadSlot slot,
        CancellationToken cancellationToken) => context.Download.RunAsync(this, async token =>
        {
            CrashPoints.Reached("fill-begun");
            using var deadline = new Deadline(context.Time, context.Options.Upstream.Limits.DocumentDeadline, token);
            var located = await locate(deadline).ConfigureAwait(false);
            CrashPoints.Reached("located");
            return located;
        }, sink, slot, cancellationToken);
}
