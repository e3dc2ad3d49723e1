using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Packages;
using Mirror.Core.Storage;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Modules;

/// <summary>A request for a module's package. Modules are not signed: the first archive fetched of a version defines it.</summary>
/// <param name="Known">The SHA-256 of the first fetched archive; null if this is the first fetch.</param>
internal abstract record ModuleRequest(
    long RootGroupId, ModuleAddress Module, ProviderVersion Version, Sha256Digest? Known, OriginCredential Credential, Principal By)
    : FetchRequest(RootGroupId, Credential, By)
{
    public override ISourceAddress Source => Module;

    public override object Key => (RootGroupId, Module, Version, Credential.Identity);

    public override Sha256Digest? Digest => Known;

    public override string HashSource => "the first fetched archive had";

    public override bool TrustOnFirstUse => true;

    public override Failure? HeaderCheck(ReadOnlySpan<byte> header) => Format.Begins(header)
        ? null
        : new Failure(
            FailureKind.InvalidAnswer,
            $"The origin sent a file for {this} that does not start like a {Format} archive; it was not stored.");

    public override Task RefuseAsync(PackageFillContext context, Failure failure) =>
        context.Modules.RefuseAsync(RootGroupId, Module, Version, failure.Message, By, CancellationToken.None);

    public override async Task CommitAsync(
        PackageFillContext context, Sha256Digest digest, StagedPackage staged, CancellationToken cancellationToken)
    {
        await context.Modules.AddAsync(Describe(context, digest, staged.Length), staged, cancellationToken).ConfigureAwait(false);
        context.Logger.ModuleCached(ToString(), staged.Length, digest.Hex);
    }

    public override string ToString() => $"{Module} {Version}";

    /// <summary>The row to insert for verified bytes.</summary>
    protected abstract NewModulePackage Describe(PackageFillContext context, Sha256Digest digest, long size);

    protected override async ValueTask<PackageDelivery?> OpenStoredAsync(PackageFillContext context, CancellationToken cancellationToken) =>
        await context.Modules.FindAsync(RootGroupId, Module, Version, cancellationToken).ConfigureAwait(false) is { } package
            ? await context.Contents.OpenAsync(package.Digest, cancellationToken).ConfigureAwait(false)
            : null;
}

/// <summary>A request for an archive that the origin serves.</summary>
/// <param name="Archive">The location given by the origin.</param>
internal sealed record ModuleArchiveRequest(
    long RootGroupId,
    ModuleAddress Module,
    ProviderVersion Version,
    ModuleArchive Archive,
    Sha256Digest? Known,
    OriginCredential Credential,
    Principal By) : ModuleRequest(RootGroupId, Module, Version, Known, Credential, By)
{
    public override ArchiveFormat Format => Archive.Format;

    public override Task<Failure?> FetchAsync(
        PackageFillContext context, IPackageSink sink, DownloadSlot slot, CancellationToken cancellationToken) =>
        DownloadAsync(context, deadline => LocateAsync(context, deadline), sink, slot, cancellationToken);

    public override string ToString() => base.ToString();

    protected override NewModulePackage Describe(PackageFillContext context, Sha256Digest digest, long size) => new(
        RootGroupId, Module, Version, Format, Archive.Subdirectory, Archive.Checksum, digest, size, Credential.Identity, By);

    private async Task<Outcome<Uri>> LocateAsync(PackageFillContext context, Deadline deadline)
    {
        var found = await context.Origins.Modules.GetLocationAsync(Module, Version, Credential, deadline).ConfigureAwait(false);
        if (!found.TryGet(out var location))
        {
            return found.Failure;
        }

        return location.Archive is { } archive && archive.Format.Equals(Format) && archive.Subdirectory == Archive.Subdirectory
            ? archive.Url
            : new Failure(FailureKind.InvalidAnswer, $"The origin has moved {this}. Run 'terraform init' again to get its new location.");
    }
}
