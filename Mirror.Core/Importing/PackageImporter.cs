using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Hosted;
using Mirror.Core.Storage;
using Mirror.Core.Storage.Archives;

namespace Mirror.Core.Importing;

/// <summary>
/// Imports packages from users rather than origins: stages and hashes them during the upload, inspects them, then commits them. Hashes
/// supplied with a package are ignored; all are computed.
/// </summary>
public sealed class PackageImporter(
    IPackageStore store,
    CatalogWriter catalog,
    UnpublishedVersions unpublished,
    ProofStore proofs,
    RegistryNamespaces registry,
    ArchiveLane lane,
    MirrorOptions options)
{
    /// <summary>Reads the whole package and stores it. A partial upload leaves nothing behind.</summary>
    /// <param name="target">The package to store it as.</param>
    /// <param name="content">The zip archive.</param>
    /// <param name="length">The expected number of bytes, or null if unknown.</param>
    /// <param name="by">The importing principal.</param>
    /// <exception cref="IOException">Reading the content or writing the store failed.</exception>
    public async Task<ImportOutcome> ImportAsync(
        ImportTarget target, Stream content, long? length, Principal by, CancellationToken cancellationToken)
    {
        long limit = options.Packages.MaxPackageSize;
        if (length > limit)
        {
            return new ImportOutcome.TooLarge(limit);
        }

        if (store.FreeSpace() - (length ?? 0) < options.Packages.MinimumFreeSpace)
        {
            return new ImportOutcome.NoSpace();
        }

        if (options.IsOwn(target.Provider.Hostname)
            && await unpublished.FindAsync(target.Provider, target.Version, cancellationToken).ConfigureAwait(false) is { } gone)
        {
            return new ImportOutcome.Refused(gone.Reason);
        }

        try
        {
            return await ImportAsync(target, content, limit, by, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e) when (DiskFull.Caused(e))
        {
            return new ImportOutcome.NoSpace();
        }
        catch (UnpublishedVersionException e)
        {
            return new ImportOutcome.Refused(e.Version.Reason);
        }
    }

    private async Task<ImportOutcome> ImportAsync(
        ImportTarget target, Stream content, long limit, Principal by, CancellationToken cancellationToken)
    {
        using var staged = store.Stage();
        if (await staged.ReceiveAsync(content, limit, cancellationToken).ConfigureAwait(false) is not { } digest)
        {
            return new ImportOutcome.TooLarge(limit);
        }

        var inspection = await lane.RunAsync(
            () =>
            {
                using var zip = staged.OpenRead();
                return ProviderExecutable.Inspect(zip, target.Provider.Type, options.Packages.MaxUnpackedSize, cancellationToken);
            },
            cancellationToken).ConfigureAwait(false);
        if (inspection is not PackageHashResult.Hashed hashed)
        {
            return new ImportOutcome.Refused(((PackageHashResult.Refused)inspection).Reason);
        }

        if (await FindRevokedAsync(target, digest, cancellationToken).ConfigureAwait(false) is { } revoked)
        {
            return new ImportOutcome.Refused($"its SHA-256 is {digest}, which is withheld here: {revoked}");
        }

        // A package that matches a known signed checksum is as good as fetched.
        var proven = await proofs.FindTrustAsync(
            target.RootGroupId, target.Provider, target.Version, target.Platform, digest, cancellationToken).ConfigureAwait(false);
        if (target.RequireProof && proven is null)
        {
            return new ImportOutcome.Refused($"its SHA-256 is {digest}, which does not match the signed SHA256SUMS");
        }

        if (proven is null
            && options.IsOwn(target.Provider.Hostname)
            && await proofs.FindBestAsync(target.RootGroupId, target.Provider, target.Version, cancellationToken).ConfigureAwait(false) is not null)
        {
            return new ImportOutcome.Refused(
                $"its SHA-256 is {digest}, which the SHA256SUMS of the published version does not list for the platform; published versions do not change");
        }

        var trust = proven ?? TrustLevel.Imported;
        var package = new NewPackage(
            target.RootGroupId,
            target.Provider,
            target.Version,
            target.Platform,
            digest,
            staged.Length,
            hashed.Hash,
            trust,
            CredentialIdentity.None,
            by)
        {
            IsImported = true,
            ArchiveProblem = hashed.Problem,
        };
        var record = await catalog.AddPackageAsync(package, staged, cancellationToken).ConfigureAwait(false);
        return new ImportOutcome.Imported(new ImportedPackage(
            record, [digest.ZipHash, hashed.Hash], package.Size, hashed.Problem is { } problem ? [problem] : []));
    }

    /// <summary>Whether a revoked key of the publisher signed the same bytes, under any number: they would be served again.</summary>
    /// <returns>Why they are withheld, or null.</returns>
    private async ValueTask<string?> FindRevokedAsync(ImportTarget target, Sha256Digest digest, CancellationToken cancellationToken) =>
        options.IsOwn(target.Provider.Hostname)
        && await registry.FindAsync(target.Provider.Namespace, cancellationToken).ConfigureAwait(false) is { RevokedKeys.Count: > 0 } publisher
        && await proofs.FindSignerAsync(
            publisher.RootGroupId, target.Provider, [.. publisher.RevokedKeys.Keys], digest, cancellationToken)
            .ConfigureAwait(false) is { } signer
            ? publisher.RevokedKeys[signer]
            : null;
}
