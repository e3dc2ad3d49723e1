using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Packages;

/// <summary>Something that is to be fetched: whose it is, what it must turn out to be, and who asked first.</summary>
public abstract record FetchRequest(long RootGroupId, OriginCredential Credential, Principal By)
{
    /// <summary>It is fetched although it may be stored.</summary>
    public bool Anew { get; init; }

    /// <summary>What it is of.</summary>
    public abstract ISourceAddress Source { get; }

    /// <summary>Requests that are equal in it are one piece of work.</summary>
    public abstract object Key { get; }

    /// <summary>The SHA-256 it must have; null where it is not known beforehand.</summary>
    public abstract Sha256Digest? Digest { get; }

    /// <summary>The <c>h1:</c> it must have where <see cref="Digest"/> is not known.</summary>
    public virtual PackageHash? ContentHash => null;

    public abstract ArchiveFormat Format { get; }

    /// <summary>Who says what it must be, before the hash: <c>SHA256SUMS say</c>.</summary>
    public abstract string Voucher { get; }

    /// <summary>Nothing vouches for it: what comes first is taken, and holds from then on.</summary>
    public virtual bool TrustsFirst => false;

    /// <summary>Why something for which there is no hash is not taken; null where it is.</summary>
    /// <param name="begin">Its first bytes.</param>
    public virtual Failure? Doubt(ReadOnlySpan<byte> begin) => new(FailureKind.VerificationFailed, $"Nothing vouches for {this}.");
}
