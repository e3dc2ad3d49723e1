using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Packages;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Modules;

/// <summary>A module's package that is to be fetched. Nobody signs modules: the first one fetched of a version is the version.</summary>
/// <param name="Archive">Where the origin said it is.</param>
/// <param name="Known">The SHA-256 that the version had when it was first fetched; null: it is the first time.</param>
public sealed record ModuleRequest(
    long RootGroupId,
    ModuleAddress Module,
    ProviderVersion Version,
    ModuleArchive Archive,
    Sha256Digest? Known,
    OriginCredential Credential,
    Principal By) : FetchRequest(RootGroupId, Credential, By)
{
    public override ISourceAddress Source => Module;

    public override object Key => (RootGroupId, Module, Version, Credential.Identity);

    public override Sha256Digest? Digest => Known;

    public override ArchiveFormat Format => Archive.Format;

    public override string Voucher => "when it was first fetched it had";

    public override bool TrustsFirst => true;

    public override Failure? Doubt(ReadOnlySpan<byte> begin) => Archive.Format.Begins(begin)
        ? null
        : new Failure(FailureKind.InvalidAnswer, $"What the origin sent as the package of {this} does not begin as a {Archive.Format} archive does; it was not kept.");

    /// <summary>The row it becomes once all of it is here.</summary>
    public NewModulePackage ToNewPackage(Sha256Digest digest, long size) =>
        new(RootGroupId, Module, Version, Archive.Format, Archive.Subdirectory, Archive.Checksum, digest, size, Credential.Identity, By);

    public override string ToString() => $"{Module} {Version}";
}
