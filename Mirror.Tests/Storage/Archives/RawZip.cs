using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Mirror.Core.Storage.Archives;

namespace Mirror.Tests.Storage.Archives;

/// <summary>A zip archive that is written byte by byte, so that it can contain invalid values.</summary>
internal static class RawZip
{
    /// <summary>An entry of the directory, by default a valid regular file.</summary>
    internal sealed record Entry(string Name, string Content = "")
    {
        /// <summary>3 Unix, 0 MS-DOS.</summary>
        public byte Host { get; init; } = 3;

        /// <summary>A Unix mode in the upper half, MS-DOS attributes in the lowest byte.</summary>
        public uint Attributes { get; init; } = 0x81A4u << 16;

        public ushort Flags { get; init; }

        public ushort Method { get; init; }

        /// <summary>The name in the local header; null: the same name.</summary>
        public string? LocalName { get; init; }

        /// <summary>The uncompressed size in the directory; null: the actual size.</summary>
        public long? Size { get; init; }

        /// <summary>The offset in the directory; null: the actual offset.</summary>
        public long? Offset { get; init; }

        /// <summary>Uses the bytes of the previous entry.</summary>
        public bool Overlaps { get; init; }
    }

    public static byte[] Make(params Entry[] entries)
    {
        var zip = new MemoryStream();
        var directory = new MemoryStream();
        long offset = 0;
        foreach (var entry in entries)
        {
            byte[] content = Encoding.UTF8.GetBytes(entry.Content);
            byte[] packed = entry.Method == 8 ? Deflate(content) : content;
            uint crc = Crc32.Append(0, content);
            if (!entry.Overlaps)
            {
                offset = zip.Length;
                byte[] name = Encoding.UTF8.GetBytes(entry.LocalName ?? entry.Name);
                byte[] local = new byte[30];
                BinaryPrimitives.WriteUInt32LittleEndian(local, 0x04034b50);
                WriteCommon(local.AsSpan(4), entry, crc, packed.Length, content.Length, name.Length);
                zip.Write(local);
                zip.Write(name);
                zip.Write(packed);
            }

            byte[] named = Encoding.UTF8.GetBytes(entry.Name);
            byte[] central = new byte[46];
            BinaryPrimitives.WriteUInt32LittleEndian(central, 0x02014b50);
            central[4] = 20;
            central[5] = entry.Host;
            WriteCommon(central.AsSpan(6), entry, crc, packed.Length, entry.Size ?? content.Length, named.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(central.AsSpan(38), entry.Attributes);
            BinaryPrimitives.WriteUInt32LittleEndian(central.AsSpan(42), (uint)(entry.Offset ?? offset));
            directory.Write(central);
            directory.Write(named);
        }

        byte[] end = new byte[22];
        BinaryPrimitives.WriteUInt32LittleEndian(end, 0x06054b50);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), (ushort)entries.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), (ushort)entries.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(12), (uint)directory.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(16), (uint)zip.Length);
        directory.WriteTo(zip);
        zip.Write(end);
        return zip.ToArray();
    }

    // The fields that both headers contain, in the same order.
    private static void WriteCommon(Span<byte> header, Entry entry, uint crc, long packed, long size, int nameLength)
    {
        header[0] = 20;
        BinaryPrimitives.WriteUInt16LittleEndian(header[2..], entry.Flags);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], entry.Method);
        BinaryPrimitives.WriteUInt32LittleEndian(header[10..], crc);
        BinaryPrimitives.WriteUInt32LittleEndian(header[14..], (uint)packed);
        BinaryPrimitives.WriteUInt32LittleEndian(header[18..], (uint)size);
        BinaryPrimitives.WriteUInt16LittleEndian(header[22..], (ushort)nameLength);
    }

    private static byte[] Deflate(byte[] content)
    {
        var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            deflate.Write(content);
        }

        return packed.ToArray();
    }
}
