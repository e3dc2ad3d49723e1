using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Storage;
using Mirror.Core.Storage.Archives;

namespace Mirror.Core.Hosted.Publishing;

/// <summary>A module version to publish.</summary>
/// <param name="Module">At any of the names of this instance.</param>
public sealed record NewModule(long RootGroupId, ModuleAddress Module, ProviderVersion Version, ArchiveFormat Format)
{
    /// <summary>The module's directory, below the archive's root or its only top directory; empty for that directory itself.</summary>
    public string Subdirectory { get; init; } = "";

    /// <summary>The Git commit that the archive was made of.</summary>
    public ModuleOrigin? Origin { get; init; }

    /// <summary>The archive's expected length in bytes, if known.</summary>
    public long? Length { get; init; }
}

/// <summary>
/// Publishes module versions at this instance's own hostname: stages and hashes the archive while it arrives, inspects it, then stores it.
/// A version never changes, and is visible completely or not at all.
/// </summary>
public sealed class ModulePublisher(
    OwnHostnames hostnames,
    ModuleCatalog modules,
    RegistryNamespaces namespaces,
    NamespaceDirectory groups,
    UnpublishedVersions unpublished,
    IPackageStore store,
    ArchiveLane lane,
    MirrorOptions options)
{
    /// <summary>Reads the whole archive and publishes it. Nothing is left behind if it is refused or interrupted.</summary>
    /// <exception cref="IOException">Reading the content or writing the store failed.</exception>
    public async Task<Outcome<ModulePackage>> PublishAsync(
        NewModule request, Stream content, Principal by, CancellationToken cancellationToken)
    {
        if (await CheckAsync(request.RootGroupId, request.Module, request.Version, cancellationToken).ConfigureAwait(false) is { } refused)
        {
            return refused;
        }

        long limit = options.Packages.MaxPackageSize;
        if (request.Length > limit)
        {
            return TooLarge(request, limit);
        }

        if (store.FreeSpace() - (request.Length ?? 0) < options.Packages.MinimumFreeSpace)
        {
            return NoSpace(request);
        }

        try
        {
            return await PublishAsync(request, content, limit, by, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e) when (DiskFull.Caused(e))
        {
            return NoSpace(request);
        }
    }

    private async Task<Outcome<ModulePackage>> PublishAsync(
        NewModule request, Stream content, long limit, Principal by, CancellationToken cancellationToken)
    {
        using var staged = store.Stage();
        CrashPoints.Reached("staged");
        if (await staged.ReceiveAsync(content, limit, cancellationToken).ConfigureAwait(false) is not { } digest)
        {
            return TooLarge(request, limit);
        }

        CrashPoints.Reached("all-bytes");
        var inspected = await lane.RunAsync(() => Inspect(staged, request, cancellationToken), cancellationToken).ConfigureAwait(false);
        if (!inspected.TryGet(out var found))
        {
            return inspected.Failure;
        }

        var module = Own(request.Module);
        var package = new NewModulePackage(
            request.RootGroupId,
            module,
            request.Version,
            request.Format,
            found.Root,
            Checksum: null,
            digest,
            staged.Length,
            CredentialIdentity.None,
            by)
        {
            Origin = request.Origin,
        };
        return await modules.PublishAsync(package, found.Documentation, staged, cancellationToken).ConfigureAwait(false) switch
        {
            ModulePublication.Exists => Exists(module, request.Version),
            ModulePublication.NamespaceMissing => await NamespaceMissingAsync(request.RootGroupId, module, cancellationToken).ConfigureAwait(false),
            ModulePublication.Unpublished =>
                (await unpublished.FindAsync(module, request.Version, cancellationToken).ConfigureAwait(false))!.Failure,
            _ => (await modules.FindAsync(request.RootGroupId, module, request.Version, cancellationToken).ConfigureAwait(false))!,
        };
    }

    /// <summary>Checks everything except the archive, so that a client can be refused before it sends one.</summary>
    /// <returns>Null if the version can be published.</returns>
    public async Task<Failure?> CheckAsync(
        long rootGroupId, ModuleAddress address, ProviderVersion version, CancellationToken cancellationToken)
    {
        if (hostnames.Current is not { } own)
        {
            return new Failure(
                FailureKind.Rejected,
                "This server has no own hostname, at which modules are published. Ask the operator to set Mirror:PublicUrl, such as 'https://mirror.example.com'.");
        }

        if (!hostnames.IsOwn(address.Hostname))
        {
            return new Failure(
                FailureKind.Rejected,
                $"{address} is not an address of this server; expected '{own.Display}/{address.Namespace}/{address.Name}/{address.System}'.");
        }

        var module = Own(address);
        if (await namespaces.FindAsync(module.Namespace, cancellationToken).ConfigureAwait(false) is not { } found)
        {
            return await NamespaceMissingAsync(rootGroupId, module, cancellationToken).ConfigureAwait(false);
        }

        if (found.RootGroupId != rootGroupId)
        {
            return new Failure(
                FailureKind.Conflict,
                $"The registry namespace '{module.Namespace}' belongs to another root group. Publish to that group, or into another namespace.");
        }

        return await modules.FindAsync(rootGroupId, module, version, cancellationToken).ConfigureAwait(false) is null
            ? (await unpublished.FindAsync(module, version, cancellationToken).ConfigureAwait(false))?.Failure
            : Exists(module, version);
    }

    private Outcome<InspectedModule> Inspect(StagedPackage staged, NewModule request, CancellationToken cancellationToken)
    {
        try
        {
            using var content = staged.OpenRead();
            var archive = SourceArchive.Open(content, request.Format, options.Packages.MaxUnpackedSize, cancellationToken);
            string root = ModuleRoot.Find(archive.Files, request.Subdirectory);
            return new InspectedModule(root, ModuleReader.Serialize(ModuleInspector.Inspect(archive, root)));
        }
        catch (InvalidDataException e)
        {
            return new Failure(FailureKind.Rejected, $"{request.Module} {request.Version} was not published: {e.Message}.");
        }
    }

    /// <summary>The address at the current name of this instance.</summary>
    private ModuleAddress Own(ModuleAddress address) => ModuleAddress.Parse(
        $"{hostnames.Canonical(address.Hostname)}/{address.Namespace}/{address.Name}/{address.System}");

    private async Task<Failure> NamespaceMissingAsync(long rootGroupId, ModuleAddress module, CancellationToken cancellationToken) => new(
        FailureKind.NotFound,
        $"The registry namespace '{module.Namespace}' does not exist. "
        + ((await groups.FindAsync(rootGroupId, cancellationToken).ConfigureAwait(false))?.Path is { } group && RegistryNamespace.IsName(module.Namespace)
            ? $"An administrator creates it: mirror registry-namespace create {module.Namespace} --group-path {group}"
            : "An administrator creates registry namespaces, whose names have lower-case letters, digits, and single '-' or '_' between them."));

    private static Failure Exists(ModuleAddress module, ProviderVersion version) => new(
        FailureKind.Conflict, $"{module} {version} exists, and published versions do not change. Publish a new version.");

    private static Failure TooLarge(NewModule request, long limit) => new(
        FailureKind.TooLarge,
        $"The archive of {request.Module} {request.Version} is larger than {Quantity.FormatSize(limit)}; see Mirror:Packages:MaxPackageSize.");

    private static Failure NoSpace(NewModule request) => new(
        FailureKind.NoSpace,
        $"The server has no disk space for {request.Module} {request.Version}; see Mirror:Packages:MinimumFreeSpace.");

    /// <param name="Root">The module's directory in the archive.</param>
    /// <param name="Documentation">JSON.</param>
    private sealed record InspectedModule(string Root, string Documentation);
}
