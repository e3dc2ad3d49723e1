using Mirror.Core.Addresses;

namespace Mirror.Core.Storage.Archives;

/// <summary>The result of hashing a package.</summary>
public abstract record PackageHashResult
{
    private PackageHashResult()
    {
    }

    /// <param name="Hash">The <c>h1:</c> hash.</param>
    /// <param name="HasDirectoryEntries">
    /// The <c>h1:</c> hash of a zip archive with directory entries differs from that of the unpacked directory, which clients lock: worth a
    /// warning. Always false for a directory.
    /// </param>
    /// <param name="Files">The number of files, without directory entries.</param>
    /// <param name="UnpackedSize">The size of all files in bytes.</param>
    public sealed record Hashed(PackageHash Hash, bool HasDirectoryEntries, int Files, long UnpackedSize) : PackageHashResult
    {
        /// <summary>Why clients reject the archive later, although they install it once; null if they do not.</summary>
        public string? Problem => HasDirectoryEntries ? $"The zip archive has directory entries: {ZipRules.InstallsOnce}." : null;
    }

    /// <summary>Clients could not hash or unpack the package.</summary>
    /// <param name="Reason">A clause that describes the problem, for display.</param>
    public sealed record Refused(string Reason) : PackageHashResult;
}

/// <summary>
/// Computes the package hash <c>h1:</c> of dependency lock files: the SHA-256 over one line <c>hex(sha256(content))␠␠name\n</c> per file,
/// sorted by name bytes, which is the DirHash of golang.org/x/mod/sumdb/dirhash.
/// See https://developer.hashicorp.com/terraform/language/files/dependency-lock#h1. Memory use is constant for any size. The work is
/// synchronous and belongs on a background thread.
/// </summary>
public static class PackageHasher
{
    /// <summary>
    /// Hashes a zip archive, using the raw names in the central directory; directory entries count as empty files. Archives that
    /// <see cref="ZipRules"/> rejects are rejected before unpacking, so the cost is limited by the archive's length.
    /// </summary>
    /// <param name="zip">Must be readable and seekable; its position changes.</param>
    /// <param name="maxUnpackedSize">In bytes; larger archives are rejected.</param>
    /// <param name="progress">Receives the number of unpacked bytes hashed so far.</param>
    /// <param name="cancellationToken">Cancels the work with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="IOException">Reading the stream itself failed.</exception>
    public static PackageHashResult HashZip(
        Stream zip, long maxUnpackedSize, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        try
        {
            var entries = ZipDirectory.Read(zip);
            entries.Sort((left, right) => left.Name.AsSpan().SequenceCompareTo(right.Name));
            ZipRules.Check(entries, zip.Length, maxUnpackedSize);
            using var hash = new DirHash(progress, cancellationToken);
            foreach (var entry in entries)
            {
                if (entry.IsDirectory)
                {
                    hash.AppendEmpty(entry.Name);
                }
                else
                {
                    using Stream content = entry.Open(zip);
                    hash.Append(entry.Name, content, entry);
                }
            }

            int directories = entries.Count(entry => entry.IsDirectory);
            return new PackageHashResult.Hashed(hash.Finish(), directories > 0, entries.Count - directories, hash.TotalBytes);
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            return new PackageHashResult.Refused(exception.Message);
        }
    }

    /// <summary>
    /// Hashes an unpacked package as Terraform does: only files, relative names with <c>/</c>; links to files are followed, links to a
    /// directory or to a missing file are rejected.
    /// </summary>
    /// <param name="directory">The directory with the provider's executable.</param>
    /// <param name="progress">Receives the number of bytes hashed so far.</param>
    /// <param name="cancellationToken">Cancels the work with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="IOException">A file or directory cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file or directory is not accessible.</exception>
    public static PackageHashResult HashDirectory(
        string directory, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        try
        {
            var files = PackageDirectory.Files(directory);
            using var hash = new DirHash(progress, cancellationToken);
            foreach (var (name, path) in files)
            {
                ZipRules.CheckLineFeed(name, path);
                using var content = new FileStream(
                    path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
                hash.Append(name, content);
            }

            return new PackageHashResult.Hashed(hash.Finish(), false, files.Count, hash.TotalBytes);
        }
        catch (InvalidDataException exception)
        {
            return new PackageHashResult.Refused(exception.Message);
        }
    }
}
