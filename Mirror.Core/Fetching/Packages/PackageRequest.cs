using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Packages;

/// <summary>A provider's package that is to be fetched.</summary>
public sealed record PackageRequest(
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

    public override string Voucher => Trust == TrustLevel.Chained ? "the other mirror says" : "SHA256SUMS say";

    /// <summary>The row it becomes once its bytes are proven.</summary>
    public NewPackage ToNewPackage(Sha256Digest digest, long size = 0) =>
        new(RootGroupId, Provider, Version, Platform, digest, size, File.ContentHash, Trust, Credential.Identity, By);

    public override string ToString() => $"{Provider} {Version} {Platform}";
}
