using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Mirror.Core.Addresses;

namespace Mirror.Core.Storage;

/// <summary>
/// A package being written, which becomes visible through <see cref="IPackageStore.CommitAsync"/>. Disposing it without a commit removes
/// it. It supports one writer and any number of readers, even after the commit.
/// </summary>
public sealed class StagedPackage : IDisposable
{
    private const int BufferSize = 128 * 1024;

    private readonly SafeFileHandle _file;
    private long _length;
    private bool _committed;

    internal StagedPackage(string path)
    {
        Path = path;
        // FileShare.Delete lets Windows rename and remove the file while it is open for reading, as POSIX always does.
        _file = File.OpenHandle(
            path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, FileOptions.Asynchronous);
    }

    internal string Path { get; }

    /// <summary>Bytes written so far.</summary>
    public long Length => Volatile.Read(ref _length);

    /// <summary>Appends bytes; not thread-safe.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await RandomAccess.WriteAsync(_file, bytes, _length, cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _length, _length + bytes.Length);
    }

    /// <summary>Appends a whole upload and hashes it while it arrives.</summary>
    /// <param name="limit">In bytes.</param>
    /// <returns>Null if the content exceeds the limit.</returns>
    public async Task<Sha256Digest?> ReceiveAsync(Stream content, long limit, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int read;
            while ((read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                if (Length + read > limit)
                {
                    return null;
                }

                hash.AppendData(buffer.AsSpan(0, read));
                await WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
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

    /// <summary>Reads the bytes written so far; returns 0 at the current end.</summary>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken)
    {
        long available = Length - offset;
        return available <= 0
            ? ValueTask.FromResult(0)
            : RandomAccess.ReadAsync(_file, available < buffer.Length ? buffer[..(int)available] : buffer, offset, cancellationToken);
    }

    /// <summary>A stream over the bytes written so far, for zip archive readers; it does not own the package.</summary>
    public Stream OpenRead() => new PackageContentStream(new StagedContent(this));

    /// <summary>Ends reading, and removes a package that was not committed.</summary>
    public void Dispose()
    {
        if (!_committed)
        {
            File.Delete(Path);
        }

        _file.Dispose();
    }

    internal void Flush() => RandomAccess.FlushToDisk(_file);

    /// <summary>The future value of <see cref="IPackageContent.Identity"/>, valid in its final location: a rename changes it.</summary>
    internal string Identify() => StoredFile.Describe(_file).Identity;

    internal void MarkCommitted() => _committed = true;

    private sealed class StagedContent(StagedPackage package) : IPackageContent
    {
        public long Length => package.Length;

        public string Identity => package.Identify();

        public bool HasChanged() => false;

        public ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken) =>
            package.ReadAsync(buffer, offset, cancellationToken);

        public void Dispose()
        {
            // The creator of the staged package disposes it.
        }
    }
}
