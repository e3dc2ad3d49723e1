using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Mirror.Core.Packages;

/// <summary>One entry of a zip archive as its central directory describes it. The name is kept as the bytes it has there.</summary>
internal sealed record ZipDirectoryEntry(byte[] Name, ushort Flags, ushort Method, uint Crc, long PackedSize, long Size, long HeaderOffset)
{
    private const int LocalHeaderSize = 30;
    private const uint LocalHeaderSignature = 0x04034b50;
    private const ushort EncryptedFlag = 1;
    private const ushort Stored = 0;
    private const ushort Deflated = 8;

    public bool IsDirectory => Name.Length > 0 && Name[^1] == '/';

    public bool IsEncrypted => (Flags & EncryptedFlag) != 0;

    /// <summary>The name for messages: control characters and invalid UTF-8 replaced, cut where it is long.</summary>
    public string DisplayName =>
        string.Concat(Encoding.UTF8.GetString(Name.AsSpan(0, Math.Min(Name.Length, 200))).Select(c => char.IsControl(c) ? '\uFFFD' : c));

    /// <summary>Opens the entry's content for reading to its end; the archive's position moves with it.</summary>
    /// <exception cref="InvalidDataException">Clients could not unpack it, or it is not where the directory says.</exception>
    public Stream Open(Stream zip)
    {
        if (IsEncrypted || Method is not (Stored or Deflated))
        {
            string how = IsEncrypted ? "encrypted" : string.Create(CultureInfo.InvariantCulture, $"packed with method {Method}");
            throw new InvalidDataException($"the zip archive's entry '{DisplayName}' is {how}; clients unpack stored and deflated entries only");
        }

        Span<byte> header = stackalloc byte[LocalHeaderSize];
        zip.Position = Math.Min(HeaderOffset, zip.Length);
        if (zip.ReadAtLeast(header, LocalHeaderSize, throwOnEndOfStream: false) < LocalHeaderSize
            || BinaryPrimitives.ReadUInt32LittleEndian(header) != LocalHeaderSignature)
        {
            throw new InvalidDataException($"the zip archive's entry '{DisplayName}' has no header at its position {HeaderOffset}");
        }

        zip.Position += BinaryPrimitives.ReadUInt16LittleEndian(header[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        var packed = new BoundedStream(zip, PackedSize);
        return Method == Stored ? packed : new DeflateStream(packed, CompressionMode.Decompress);
    }
}
