using System.Buffers;
using System.Security.Cryptography;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Storage;
using Mirror.Core.Storage.Archives;

namespace Mirror.Core.Importing;

/// <summary>
/// Takes in packages that somebody brings rather than an origin: staged and hashed while they arrive, looked into, then
/// committed. No hash that comes along with them is believed; all are computed.
/// </summary>
public sealed class PackageImporter(IPackageStore store, CatalogWriter catalog, ProofStore proofs, ArchiveLane lane, MirrorOptions options)
{
    private const int BufferSize = 128 * 1024;

    private const int UnixNoSpace = 28;
    private const string DirectoryEntriesWarning =
        "The archive has directory entries: its h1: differs from that of the directory it unpacks to, which is the one that clients put into lock files.";

    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>Reads the package to its end and stores it. Whatever ends this early leaves nothing behind.</summary>
    /// <param name="target">Where it belongs.</param>
    /// <param name="content">The zip archive.</param>
    /// <param name="length">The bytes to expect, or null where that is not known.</param>
    /// <param name="by">Who brings it.</param>
    /// <exception cref="IOException">Reading the content, or writing the store, failed.</exception>
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

        try
        {
            return await ImportAsync(target, content, limit, by, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e) when (e.HResult is UnixNoSpace or WindowsDiskFull)
        {
            return new ImportOutcome.NoSpace();
        }
    }

    private async Task<ImportOutcome> ImportAsync(
        ImportTarget target, Stream content, long limit, Principal by, CancellationToken cancellationToken)
    {
        using var staged = store.Stage();
        if (await StageAsync(staged, content, limit, cancellationToken).ConfigureAwait(false) is not { } digest)
        {
            return new ImportOutcome.TooLarge(limit);
        }

        var inspection = await lane.RunAsync(
            () => Inspect(staged, target, options.Packages.MaxUnpackedSize, cancellationToken), cancellationToken).ConfigureAwait(false);
        if (inspection is not PackageHashResult.Hashed hashed)
        {
            return new ImportOutcome.Refused(((PackageHashResult.Refused)inspection).Reason);
        }

        // What a signed sum that is already known names is as good as fetched.
        var proven = await proofs.FindTrustAsync(
            target.RootGroupId, target.Provider, target.Version, target.Platform, digest, cancellationToken).ConfigureAwait(false);
        if (target.RequireProof && proven is null)
        {
            return new ImportOutcome.Refused($"its SHA-256 is {digest}, which is not what the signed SHA256SUMS say");
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
        };
        var record = await catalog.AddPackageAsync(package, staged, cancellationToken).ConfigureAwait(false);
        return new ImportOutcome.Imported(new ImportedPackage(
            record, [digest.ZipHash, hashed.Hash], package.Size, hashed.HasDirectoryEntries ? [DirectoryEntriesWarning] : []));
    }

    /// <returns>Null where the content is longer than the limit.</returns>
    private static async Task<Sha256Digest?> StageAsync(
        StagedPackage staged, Stream content, long limit, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int read;
            while ((read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                if (staged.Length + read > limit)
                {
                    return null;
                }

                hash.AppendData(buffer.AsSpan(0, read));
                await staged.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return Sha256Digest.FromBytes(digest);
    }

    private static PackageHashResult Inspect(
        StagedPackage staged, ImportTarget target, long maxUnpackedSize, CancellationToken cancellationToken)
    {
        using Stream zip = staged.OpenRead();
        try
        {
            if (!ZipDirectory.Read(zip).Exists(entry => ProviderExecutable.IsNamed(entry.DisplayName, target.Provider.Type)))
            {
                return new PackageHashResult.Refused(
                    $"the zip archive holds no {ProviderExecutable.Expected(target.Provider.Type)} at its top, which clients start");
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            return new PackageHashResult.Refused(e.Message);
        }

        return PackageHasher.HashZip(zip, maxUnpackedSize, cancellationToken: cancellationToken);
    }
}
