using System.Buffers;
using System.Security.Cryptography;
using Mirror.Core.Addresses;

namespace Mirror.Core.Storage.Archives;

/// <summary>The running hash, with a pooled buffer for the contents and a count of the bytes hashed.</summary>
internal sealed class DirHash(IProgress<long>? progress, CancellationToken cancellationToken) : IDisposable
{
    private const int BufferSize = 128 * 1024;

    private static readonly byte[] EmptyDigest = SHA256.HashData([]);

    private readonly IncrementalHash _lines = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _content = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);

    public long TotalBytes { get; private set; }

    public void AppendEmpty(byte[] name) => AppendLine(EmptyDigest, name);

    /// <param name="name">The file name to hash.</param>
    /// <param name="content">Read to the end.</param>
    /// <param name="expected">If given, the content must have this size and checksum, and no more bytes are read.</param>
    public void Append(byte[] name, Stream content, ZipDirectoryEntry? expected = null)
    {
        uint crc = 0;
        long length = 0;
        int read;
        while ((read = Read(content, expected)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            length += read;
            if (expected is not null)
            {
                crc = Crc32.Append(crc, _buffer.AsSpan(0, read));
                if (length > expected.Size)
                {
                    break;
                }
            }

            _content.AppendData(_buffer.AsSpan(0, read));
            TotalBytes += read;
            progress?.Report(TotalBytes);
        }

        if (expected is not null && (length != expected.Size || crc != expected.Crc))
        {
            throw new InvalidDataException(
                $"the zip archive's entry '{expected.DisplayName}' does not unpack to the {expected.Size} bytes with CRC {expected.Crc:x8} stated in its directory");
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        _content.GetHashAndReset(digest);
        AppendLine(digest, name);
    }

    public PackageHash Finish()
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        _lines.GetHashAndReset(digest);
        return PackageHash.Content(digest);
    }

    public void Dispose()
    {
        _lines.Dispose();
        _content.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
    }

    private int Read(Stream content, ZipDirectoryEntry? expected)
    {
        try
        {
            return content.Read(_buffer);
        }
        catch (InvalidDataException exception) when (expected is not null)
        {
            throw new InvalidDataException(
                $"the zip archive's entry '{expected.DisplayName}' cannot be unpacked: {exception.Message}", exception);
        }
    }

    private void AppendLine(ReadOnlySpan<byte> digest, byte[] name)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Span<byte> start = stackalloc byte[(SHA256.HashSizeInBytes * 2) + 2];
        Convert.TryToHexStringLower(digest, start, out int written);
        start[written..].Fill((byte)' ');
        _lines.AppendData(start);
        _lines.AppendData(name);
        _lines.AppendData("\n"u8);
    }
}
