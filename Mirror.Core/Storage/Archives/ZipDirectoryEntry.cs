using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Mirror.Core.Storage.Archives;

/// <summary>An entry of a zip archive's central directory.</summary>
/// <param name="Name">The raw bytes of the name.</param>
/// <param name="Host">The system of the entry's attributes: 3 Unix, 19 macOS; all others count as MS-DOS.</param>
/// <param name="Attributes">External attributes: a Unix mode in the upper half, MS-DOS attributes in the lowest byte.</param>
internal sealed record ZipDirectoryEntry(
    byte[] Name, byte Host, uint Attributes, ushort Flags, ushort Method, uint Crc, long PackedSize, long Size, long HeaderOffset)
{
    /// <summary>The size of the local header in front of an entry's content, without its name.</summary>
    public const int LocalHeaderSize = 30;

    private const uint LocalHeaderSignature = 0x04034b50;
    private const ushort Stored = 0;
    private const ushort Deflated = 8;

    /// <summary>The start of the next entry or of the directory.</summary>
    public long End { get; set; }

    public bool IsDirectory => Name.Length > 0 && Name[^1] == '/';

    /// <summary>With a password, strong encryption or a masked header.</summary>
    public bool IsEncrypted => (Flags & 0x2041) != 0;

    public bool CanBeUnpacked => Method is Stored or Deflated;

    /// <summary>The name for messages: control characters and invalid UTF-8 replaced, long names truncated.</summary>
    public string DisplayName =>
        string.Concat(Encoding.UTF8.GetString(Name.AsSpan(0, Math.Min(Name.Length, 200))).Select(c => char.IsControl(c) ? '\uFFFD' : c));

    /// <summary>
    /// Opens the content of an entry that <see cref="ZipRules"/> accepted; reading it moves the archive's position.
    /// </summary>
    /// <exception cref="InvalidDataException">The entry is not at the position given in the directory.</exception>
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
            throw new InvalidDataException($"the zip archive's entry '{DisplayName}' overlaps the next entry");
        }

        var packed = new BoundedStream(zip, PackedSize);
        return Method == Stored ? packed : new DeflateStream(packed, CompressionMode.Decompress);
    }
}
