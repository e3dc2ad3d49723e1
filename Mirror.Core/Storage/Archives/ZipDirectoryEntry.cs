using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Mirror.Core.Storage.Archives;

/// <summary>One entry of a zip archive as its central directory describes it.</summary>
/// <param name="Name">The bytes it has there.</param>
/// <param name="Host">The system whose attributes the entry has: 3 Unix, 19 macOS, others as MS-DOS.</param>
/// <param name="Attributes">External attributes: a Unix mode in the upper half, those of MS-DOS in the lowest byte.</param>
internal sealed record ZipDirectoryEntry(
    byte[] Name, byte Host, uint Attributes, ushort Flags, ushort Method, uint Crc, long PackedSize, long Size, long HeaderOffset)
{
    /// <summary>Bytes of the header in front of an entry's content, its name not counted.</summary>
    public const int LocalHeaderSize = 30;

    private const uint LocalHeaderSignature = 0x04034b50;
    private const ushort Stored = 0;
    private const ushort Deflated = 8;

    /// <summary>Where the next entry, or the directory, begins.</summary>
    public long End { get; set; }

    public bool IsDirectory => Name.Length > 0 && Name[^1] == '/';

    /// <summary>By a password, by strong encryption, or with its header masked.</summary>
    public bool IsEncrypted => (Flags & 0x2041) != 0;

    public bool CanBeUnpacked => Method is Stored or Deflated;

    /// <summary>The name for messages: control characters and invalid UTF-8 replaced, cut where it is long.</summary>
    public string DisplayName =>
        string.Concat(Encoding.UTF8.GetString(Name.AsSpan(0, Math.Min(Name.Length, 200))).Select(c => char.IsControl(c) ? '\uFFFD' : c));

    /// <summary>
    /// Opens the content of an entry that <see cref="ZipRules"/> let through, for reading to its end; the archive's position moves with it.
    /// </summary>
    /// <exception cref="InvalidDataException">It is not where the directory says.</exception>
    public Stream Open(Stream zip)
    {
        Span<byte> header = stackalloc byte[LocalHeaderSize];
        zip.Position = HeaderOffset;
        if (zip.ReadAtLeast(header, LocalHeaderSize, throwOnEndOfStream: false) < LocalHeaderSize
            || BinaryPrimitives.ReadUInt32LittleEndian(header) != LocalHeaderSignature)
        {
            throw new InvalidDataException($"the zip archive's entry '{DisplayName}' has no header at its position {HeaderOffset}");
        }

        byte[] name = new byte[BinaryPrimitives.ReadUInt16LittleEndian(header[26..])];
        zip.ReadExactly(name);
        if (!name.AsSpan().SequenceEqual(Name))
        {
            throw new InvalidDataException(
                $"the zip archive's entry '{DisplayName}' has another name in its own header than in the directory");
        }

        zip.Position += BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        if (zip.Position > End - PackedSize)
        {
            throw new InvalidDataException($"the zip archive's entry '{DisplayName}' overlaps what comes after it");
        }

        var packed = new BoundedStream(zip, PackedSize);
        return Method == Stored ? packed : new DeflateStream(packed, CompressionMode.Decompress);
    }
}
