using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Storage;
using Mirror.Core.Storage.Archives;

namespace Mirror.Core.Hosted.Publishing;

/// <summary>A stored module version with its documentation.</summary>
/// <param name="IsPublished">It was published at this instance, and not fetched from an origin.</param>
/// <param name="Deprecation">That of the version, otherwise that of the module; null if there is none.</param>
public sealed record ModuleDetails(
    ModulePackage Package, bool IsPublished, Deprecation? Deprecation, ModuleDocumentation Documentation);

/// <summary>
/// Reads stored modules with their documentation. That of a published module was read when it was published; that of a mirrored one is read
/// from its archive at the first request, and stored.
/// </summary>
public sealed class ModuleReader(
    ModuleCatalog modules,
    OwnHostnames hostnames,
    Deprecations deprecations,
    IDbContextFactory<MirrorDbContext> databases,
    StoredBlobs blobs,
    ArchiveLane lane,
    MirrorOptions options)
{
    /// <returns>Null if the version is not stored.</returns>
    /// <exception cref="IOException">The archive cannot be read.</exception>
    public async Task<ModuleDetails?> FindAsync(
        long rootGroupId, ModuleAddress module, ProviderVersion version, CancellationToken cancellationToken)
    {
        if (await modules.FindAsync(rootGroupId, module, version, cancellationToken).ConfigureAwait(false) is not { } package)
        {
            return null;
        }

        var documentation = await FindDocumentationAsync(rootGroupId, package, cancellationToken).ConfigureAwait(false)
            ?? await ReadAsync(rootGroupId, package, cancellationToken).ConfigureAwait(false);
        var deprecated = await deprecations.FindAsync(rootGroupId, module, cancellationToken).ConfigureAwait(false);
        return new ModuleDetails(package, hostnames.IsOwn(module.Hostname), deprecated.Of(version), documentation);
    }

    internal static string Serialize(ModuleDocumentation documentation) =>
        JsonSerializer.Serialize(documentation, StoredModuleDocumentation.Default.ModuleDocumentation);

    private async Task<ModuleDocumentation?> FindDocumentationAsync(
        long rootGroupId, ModulePackage package, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        string? body = await db.ModulePackages.Where(ModuleCatalog.Is(rootGroupId, package.Module))
            .Where(row => row.Version == package.Version.Value)
            .Select(row => row.Documentation!.Body)
            .SingleOrDefaultAsync(cancellationToken)
            .ConfigureAwait(false);
        return body is null ? null : JsonSerializer.Deserialize(body, StoredModuleDocumentation.Default.ModuleDocumentation);
    }

    private async Task<ModuleDocumentation> ReadAsync(long rootGroupId, ModulePackage package, CancellationToken cancellationToken)
    {
        if (!SourceArchive.Reads(package.Format))
        {
            return ModuleInspector.Unreadable($"The documentation of {package.Format} archives cannot be read; only that of zip and tar.gz archives can.");
        }

        using var turn = await lane.EnterAsync(cancellationToken).ConfigureAwait(false);
        // Another request may have read it meanwhile.
        if (await FindDocumentationAsync(rootGroupId, package, cancellationToken).ConfigureAwait(false) is { } known)
        {
            return known;
        }

        using var content = await blobs.OpenVerifiedAsync(package.Digest, cancellationToken).ConfigureAwait(false);
        if (content is null)
        {
            return ModuleInspector.Unreadable(
                "The documentation cannot be read, because the archive is not stored at present. It is fetched again when a client installs the module.");
        }

        var documentation = await WorkLane.OnOwnThread(() => Inspect(content, package, cancellationToken)).ConfigureAwait(false);
        await StoreAsync(rootGroupId, package, Serialize(documentation), cancellationToken).ConfigureAwait(false);
        return documentation;
    }

    private ModuleDocumentation Inspect(IPackageContent content, ModulePackage package, CancellationToken cancellationToken)
    {
        try
        {
            using var stream = new PackageContentStream(content);
            var archive = SourceArchive.Open(stream, package.Format, options.Packages.MaxUnpackedSize, cancellationToken);
            return ModuleInspector.Inspect(archive, ModuleRoot.Resolve(archive.Files, package.Subdirectory));
        }
        catch (InvalidDataException e)
        {
            return ModuleInspector.Unreadable($"The documentation cannot be read: {e.Message}.");
        }
    }

    private Task StoreAsync(long rootGroupId, ModulePackage package, string body, CancellationToken cancellationToken) =>
        databases.RetryAsync(async db =>
    {
        var row = await db.ModulePackages.Include(row => row.Documentation)
            .Where(ModuleCatalog.Is(rootGroupId, package.Module))
            .SingleOrDefaultAsync(row => row.Version == package.Version.Value && row.Sha256 == package.Digest.Hex, cancellationToken)
            .ConfigureAwait(false);
        if (row is { Documentation: null })
        {
            row.Documentation = new ModuleDocumentationRow { Body = body };
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }
    });
}

[JsonSerializable(typeof(ModuleDocumentation))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class StoredModuleDocumentation : JsonSerializerContext;
