using Mirror.Core.Addresses;

namespace Mirror.Core.Storage.Archives;

/// <summary>What became of hashing a package.</summary>
public abstract record PackageHashResult
{
    private PackageHashResult()
    {
    }

    /// <param name="Hash">The <c>h1:</c>.</param>
    /// <param name="HasDirectoryEntries">
    /// A zip archive with directory entries has another <c>h1:</c> than the directory it unpacks to, and clients lock the
    /// directory's: worth a warning. Never set for a directory.
    /// </param>
    /// <param name="Files">How many files it holds, directory entries left out.</param>
    /// <param name="UnpackedSize">The bytes of all files together.</param>
    public sealed record Hashed(PackageHash Hash, bool HasDirectoryEntries, int Files, long UnpackedSize) : PackageHashResult;

    /// <summary>It is no package that a client could hash or unpack.</summary>
    /// <param name="Reason">A clause that says what was found, for people.</param>
    public sealed record Refused(string Reason) : PackageHashResult;
}

/// <summary>
/// Computes the package hash <c>h1:</c> that dependency lock files hold: the SHA-256 over one line
/// <c>hex(sha256(content))␠␠name\n</c> per file, names sorted bytewise. It is golang.org/x/mod/sumdb/dirhash's DirHash.
/// See https://developer.hashicorp.com/terraform/language/files/dependency-lock#h1.
/// Memory stays flat whatever the size; the work is synchronous and wants a background thread.
/// </summary>
public static class PackageHasher
{
    /// <summary>
    /// Hashes a zip archive: raw names of the central directory, directory entries included as empty files. What <see cref="ZipRules"/>
    /// refuses is refused before anything is unpacked, so that the cost is bounded by the archive's length.
    /// </summary>
    /// <param name="zip">Readable and seekable; its position is moved.</param>
    /// <param name="maxUnpackedSize">In bytes; an archive that holds more is refused.</param>
    /// <param name="progress">Gets the unpacked bytes hashed so far.</param>
    /// <param name="cancellationToken">Ends the work with <see cref="OperationCanceledException"/>.</param>
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
    /// Hashes an unpacked package as Terraform does: files only, names relative with <c>/</c>, links to files followed; a
    /// link to a directory, or to nothing, is refused.
    /// </summary>
    /// <param name="directory">The directory that holds the provider's executable.</param>
    /// <param name="progress">Gets the bytes hashed so far.</param>
    /// <param name="cancellationToken">Ends the work with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="IOException">A file or directory cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file or directory may not be read.</exception>
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
