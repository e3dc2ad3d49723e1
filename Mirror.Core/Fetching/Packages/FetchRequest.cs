using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Core.Storage;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Packages;

/// <summary>
/// Something to fetch for a root group: where it is, what it must turn out to be, and what becomes of it. A fill is the same for
/// every kind; what differs is here.
/// </summary>
/// <param name="By">The first client that asked for it.</param>
internal abstract record FetchRequest(long RootGroupId, OriginCredential Credential, Principal By)
{
    /// <summary>It is fetched although it may be stored.</summary>
    public bool ForceRefresh { get; init; }

    /// <summary>How many fills had ended when the caller looked for what is stored; see <see cref="PackageFills.Ended"/>.</summary>
    public long FillsEnded { get; init; }

    /// <summary>The provider or module that it belongs to.</summary>
    public abstract ISourceAddress Source { get; }

    /// <summary>Requests with equal keys are one piece of work.</summary>
    public abstract object Key { get; }

    /// <summary>The SHA-256 it must have; null where it is not known beforehand.</summary>
    public abstract Sha256Digest? Digest { get; }

    /// <summary>The <c>h1:</c> it must have where <see cref="Digest"/> is not known.</summary>
    public virtual PackageHash? ContentHash => null;

    public abstract ArchiveFormat Format { get; }

    /// <summary>Where the expected hash comes from, as it reads in front of it: <c>SHA256SUMS say</c>.</summary>
    public abstract string HashSource { get; }

    /// <summary>No hash is known beforehand: the first archive is accepted, and all later ones must equal it.</summary>
    public virtual bool TrustOnFirstUse => false;

    /// <summary>Checks the first bytes of something without a hash.</summary>
    /// <returns>Why it is not accepted, or null.</returns>
    public virtual Failure? HeaderCheck(ReadOnlySpan<byte> header) => new(FailureKind.VerificationFailed, $"Nothing vouches for {this}.");

    /// <summary>Asks the origin where it is at this moment, within the time that documents have.</summary>
    public async Task<Outcome<Uri>> LocateAsync(PackageFillContext context, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(context.Time, context.Options.Upstream.Limits.DocumentDeadline, cancellationToken);
        return await LocateAsync(context, deadline).ConfigureAwait(false);
    }

    /// <summary>What is stored, where it is what the request is for: an imported package may have other bytes.</summary>
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

    /// <summary>Why it is not fetched, because it failed verification a moment ago; null where it did not.</summary>
    public virtual Task<Failure?> FindRefusalAsync(PackageFillContext context, CancellationToken cancellationToken) =>
        Task.FromResult<Failure?>(null);

    /// <summary>Records that what the origin sent is not what it must be.</summary>
    public abstract Task RefuseAsync(PackageFillContext context, Failure failure);

    /// <summary>Counts bytes that came from the origin.</summary>
    public virtual void RecordFetched(PackageFillContext context, long bytes)
    {
    }

    /// <summary>Stores proven bytes and their row.</summary>
    public abstract Task CommitAsync(
        PackageFillContext context, Sha256Digest digest, StagedPackage staged, CancellationToken cancellationToken);

    protected abstract Task<Outcome<Uri>> LocateAsync(PackageFillContext context, Deadline deadline);

    protected abstract ValueTask<PackageDelivery?> OpenStoredAsync(PackageFillContext context, CancellationToken cancellationToken);
}
