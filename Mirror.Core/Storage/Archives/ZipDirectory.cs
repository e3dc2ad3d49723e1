using System.Buffers.Binary;

namespace Mirror.Core.Storage.Archives;

/// <summary>
/// Reads the central directory of a zip archive, including zip64. <see cref="System.IO.Compression.ZipArchive"/> decodes names and so loses
/// the original bytes, which the package hash needs.
/// See https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3.12 to 4.3.16.
/// </summary>
internal static class ZipDirectory
{
    /// <summary>Provider packages contain only a few files; the limits keep the cost of hostile archives low.</summary>
    internal const int MaxEntries = 10_000;

    private const int MaxDirectorySize = 16 * 1024 * 1024;
    private const int EndSize = 22;
    private const int Zip64LocatorSize = 20;
    private const int Zip64EndSize = 56;
    private const int EntrySize = 46;
    private const uint EndSignature = 0x06054b50;
    private const uint Zip64LocatorSignature = 0x07064b50;
    private const uint Zip64EndSignature = 0x06064b50;
    private const uint EntrySignature = 0x02014b50;
    private const ushort Zip64ExtraField = 1;

    /// <summary>
    /// The entries in directory order. None overlaps another, so together they are no larger than the file.
    /// </summary>
    /// <exception cref="InvalidDataException">
    /// The file is not a zip archive or exceeds the limits; the message describes the problem.
    /// </exception>
    public static List<ZipDirectoryEntry> Read(Stream zip)
    {
        var (count, size, offset, end) = ReadEnd(zip);
        long start = end - size;
        long prefix = start - offset;
        if (count > MaxEntries || size > MaxDirectorySize)
        {
            throw new InvalidDataException(
                $"the zip archive has {count} entries in a directory of {size} bytes; expected at most {MaxEntries} entries in {MaxDirectorySize} bytes");
        }

        if (start < 0 || prefix < 0 || count * EntrySize > size)
        {
            throw new InvalidDataException(
                $"the zip archive's directory ({count} entries, {size} bytes at {offset}) is outside the file");
        }

        byte[] directory = new byte[size];
        zip.Position = start;
        zip.ReadExactly(directory);
        var entries = new List<ZipDirectoryEntry>((int)count);
        ReadOnlySpan<byte> rest = directory;
        for (long i = 0; i < count; i++)
        {
            entries.Add(ReadEntry(ref rest, i, prefix));
        }

        // Some readers ignore the count, continue to the end of the directory, and would see other entries than these.
        if (!rest.IsEmpty)
        {
            throw new InvalidDataException(
                $"the zip archive's directory has {rest.Length} more bytes after its {count} entries");
        }

        SetEnds(entries, start);
        return entries;
    }

    /// <summary>
    /// Assigns each entry the bytes up to the next one. Entries that share bytes could unpack to any multiple of the archive's size, so the
    /// cost would not be limited by the archive's length.
    /// </summary>
    private static void SetEnds(List<ZipDirectoryEntry> entries, long directory)
    {
        ZipDirectoryEntry? next = null;
        foreach (var entry in entries.OrderByDescending(entry => entry.HeaderOffset))
        {
            long end = next?.HeaderOffset ?? directory;
            if (entry.PackedSize > end - entry.HeaderOffset - ZipDirectoryEntry.LocalHeaderSize - entry.Name.Length)
            {
                throw new InvalidDataException(next is null
                    ? $"the zip archive's entry '{entry.DisplayName}' ({entry.PackedSize} bytes at {entry.HeaderOffset}) is outside the file, or inside its directory"
                    : $"the zip archive's entry '{entry.DisplayName}' ({entry.PackedSize} bytes at {entry.HeaderOffset}) overlaps '{next.DisplayName}' (at {next.HeaderOffset})");
            }

            entry.End = end;
            next = entry;
        }
    }

    private static (long Count, long Size, long Offset, long End) ReadEnd(Stream zip)
    {
        byte[] tail = new byte[Math.Min(zip.Length, EndSize + ushort.MaxValue)];
        long tailStart = zip.Length - tail.Length;
        zip.Position = tailStart;
        zip.ReadExactly(tail);
        for (int i = tail.Length - EndSize; i >= 0; i--)
        {
            var end = tail.AsSpan(i);
            if (BinaryPrimitives.ReadUInt32LittleEndian(end) != EndSignature
                || EndSize + BinaryPrimitives.ReadUInt16LittleEndian(end[20..]) > end.Length)
            {
                continue;
            }

            ushort count = BinaryPrimitives.ReadUInt16LittleEndian(end[10..]);
            uint size = BinaryPrimitives.ReadUInt32LittleEndian(end[12..]);
            uint offset = BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
            bool isZip64 = count == ushort.MaxValue || size == uint.MaxValue || offset == uint.MaxValue;
            return isZip64 && TryReadZip64End(zip, tailStart + i, out var zip64) ? zip64 : (count, size, offset, tailStart + i);
        }

        throw new InvalidDataException("the file is not a zip archive: it has no end of central directory record");
    }

    private static bool TryReadZip64End(Stream zip, long end, out (long Count, long Size, long Offset, long End) result)
    {
        result = default;
        if (end < Zip64LocatorSize)
        {
            return false;
        }

        Span<byte> record = stackalloc byte[Zip64EndSize];
        zip.Position = end - Zip64LocatorSize;
        zip.ReadExactly(record[..Zip64LocatorSize]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(record) != Zip64LocatorSignature)
        {
            return false;
        }

        long position = BinaryPrimitives.ReadInt64LittleEndian(record[8..]);
        if (position < 0 || position > end - Zip64EndSize)
        {
            throw new InvalidDataException("the zip archive's zip64 end record is outside the file");
        }

        zip.Position = position;
        zip.ReadExactly(record);
        long count = BinaryPrimitives.ReadInt64LittleEndian(record[32..]);
        long size = BinaryPrimitives.ReadInt64LittleEndian(record[40..]);
        long offset = BinaryPrimitives.ReadInt64LittleEndian(record[48..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(record) != Zip64EndSignature || count < 0 || size < 0 || offset < 0)
        {
            throw new InvalidDataException("the zip archive's zip64 end record is malformed");
        }

        result = (count, size, offset, position);
        return true;
    }

    private static ZipDirectoryEntry ReadEntry(ref ReadOnlySpan<byte> rest, long index, long prefix)
    {
        if (rest.Length < EntrySize || BinaryPrimitives.ReadUInt32LittleEndian(rest) != EntrySignature)
        {
            throw new InvalidDataException($"entry {index + 1} of the zip archive's directory is malformed");
        }

        var header = rest[..EntrySize];
        int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        int extraLength = BinaryPrimitives.ReadUInt16LittleEndian(header[30..]);
        int total = EntrySize + nameLength + extraLength + BinaryPrimitives.ReadUInt16LittleEndian(header[32..]);
        if (rest.Length < total)
        {
            throw new InvalidDataException($"entry {index + 1} of the zip archive's directory is truncated");
        }

        byte[] name = rest.Slice(EntrySize, nameLength).ToArray();
        var extra = rest.Slice(EntrySize + nameLength, extraLength);
        rest = rest[total..];
        long packedSize = BinaryPrimitives.ReadUInt32LittleEndian(header[20..]);
        long size = BinaryPrimitives.ReadUInt32LittleEndian(header[24..]);
        long offset = BinaryPrimitives.ReadUInt32LittleEndian(header[42..]);
        ReadZip64Extra(extra, ref size, ref packedSize, ref offset);
        if (size < 0 || packedSize < 0 || offset < 0 || offset > long.MaxValue - prefix)
        {
            throw new InvalidDataException($"entry {index + 1} of the zip archive's directory has an impossible size or position");
        }

        return new ZipDirectoryEntry(
            name,
            header[5],
            BinaryPrimitives.ReadUInt32LittleEndian(header[38..]),
            BinaryPrimitives.ReadUInt16LittleEndian(header[8..]),
            BinaryPrimitives.ReadUInt16LittleEndian(header[10..]),
            BinaryPrimitives.ReadUInt32LittleEndian(header[16..]),
            packedSize,
            size,
            offset + prefix);
    }

    // The zip64 field contains, in this order, only the values that are 0xffffffff in the header.
    private static void ReadZip64Extra(ReadOnlySpan<byte> extra, ref long size, ref long packedSize, ref long offset)
    {
        while (extra.Length >= 4)
        {
            ushort id = BinaryPrimitives.ReadUInt16LittleEndian(extra);
            int length = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]), extra.Length - 4);
            var field = extra.Slice(4, length);
            extra = extra[(4 + length)..];
            if (id != Zip64ExtraField)
            {
                continue;
            }

            Widen(ref field, ref size);
            Widen(ref field, ref packedSize);
            Widen(ref field, ref offset);
            return;
        }
    }

    private static void Widen(ref ReadOnlySpan<byte> field, ref long value)
    {
        if (value == uint.MaxValue && field.Length >= 8)
        {
            value = BinaryPrimitives.ReadInt64LittleEndian(field);
            field = field[8..];
        }
    }
}
