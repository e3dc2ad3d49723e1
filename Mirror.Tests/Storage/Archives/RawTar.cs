using System.Text;

namespace Mirror.Tests.Storage.Archives;

/// <summary>A tar archive that is written byte by byte, so that it can contain invalid values.</summary>
internal static class RawTar
{
    internal sealed record Entry(string Name, byte[] Content)
    {
        public Entry(string name, string content = "")
            : this(name, Encoding.UTF8.GetBytes(content))
        {
        }

        /// <summary>The type flag in the header.</summary>
        public char Kind { get; init; } = '0';

        /// <summary>The size field in the header; null: the length of the content.</summary>
        public byte[]? Size { get; init; }

        /// <summary>Records of an extended header before the entry.</summary>
        public string? Extended { get; init; }

        public bool IsDamaged { get; init; }
    }

    /// <summary>Writes the entries and the two empty blocks that end an archive.</summary>
    public static byte[] Make(params Entry[] entries)
    {
        var tar = new MemoryStream();
        foreach (var entry in entries)
        {
            if (entry.Extended is { } records)
            {
                Write(tar, new Entry("PaxHeaders/x", records) { Kind = 'x' });
            }

            Write(tar, entry);
        }

        tar.Write(new byte[1024]);
        return tar.ToArray();
    }

    private static void Write(MemoryStream tar, Entry entry)
    {
        byte[] header = new byte[512];
        Encoding.UTF8.GetBytes(entry.Name).CopyTo(header, 0);
        "0000600\0"u8.CopyTo(header.AsSpan(100));
        (entry.Size ?? Encoding.ASCII.GetBytes(Convert.ToString(entry.Content.Length, 8).PadLeft(11, '0') + "\0")).CopyTo(header, 124);
        header[156] = (byte)entry.Kind;
        "/etc/passwd"u8.CopyTo(header.AsSpan(157));
        "ustar\u000000"u8.CopyTo(header.AsSpan(257));
        header.AsSpan(148, 8).Fill((byte)' ');
        int sum = header.Sum(b => b) + (entry.IsDamaged ? 1 : 0);
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(header, 148);
        tar.Write(header);
        tar.Write(entry.Content);
        tar.SetLength((tar.Length + 511) / 512 * 512);
        tar.Position = tar.Length;
    }
}
