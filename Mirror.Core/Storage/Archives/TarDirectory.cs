using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Mirror.Core.Storage.Archives;

/// <summary>One entry of a tar archive.</summary>
/// <param name="Name">The name in the archive; it has not been validated and may point anywhere.</param>
/// <param name="IsDirectory">The entry has no content.</param>
/// <param name="Fault">For an entry that is neither a file nor a directory, its kind: a clause for display.</param>
/// <param name="Mode">The permission bits.</param>
/// <param name="Content">The position of its bytes.</param>
public sealed record TarDirectoryEntry(string Name, bool IsDirectory, string? Fault, UnixFileMode Mode, FileSegment Content)
{
    /// <summary>A comment for the whole archive, such as the commit that <c>git archive</c> records; clients ignore it.</summary>
    public bool IsGlobalHeader { get; init; }

    /// <summary>The target of a symbolic link, relative to the link's directory; it has not been validated. Null for anything else.</summary>
    public string? LinkTarget { get; init; }
}

/// <param name="Entries">The complete entries, in order.</param>
/// <param name="Fault">Why the archive cannot be read to the end, for display; null if it can, or only lacks an end marker.</param>
public sealed record TarListing(IReadOnlyList<TarDirectoryEntry> Entries, string? Fault);

/// <summary>
/// Lists a tar archive (ustar, pax, GNU) by reading only its headers. <see cref="System.Formats.Tar.TarReader"/> allocates the size stated
/// in an extended header, up to 2 GB, and reports some faults with undocumented exceptions.
/// See https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13.
/// </summary>
public static class TarDirectory
{
    internal const int BlockSize = 512;
    internal const int MaxEntries = 1_000_000;

    private const int BufferSize = 4096;

    /// <summary>The maximum size in bytes of an extended header or a long name: paths and a few numbers.</summary>
    private const int MaxHeaderSize = 64 * 1024;

    /// <param name="path">A regular file, or for messages if it is not local.</param>
    /// <param name="open">Opens a file that is not local, as a seekable stream.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static TarListing Read(string path, Func<Stream>? open = null)
    {
        using Stream file = open is null
            ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, BufferSize)
            : new BufferedStream(open(), BufferSize);
        if (!file.CanSeek)
        {
            throw new IOException($"'{path}' is not a regular file; expected a tar archive.");
        }

        return Read(file, path, open);
    }

    internal static TarListing Read(Stream file, string path, Func<Stream>? open = null, int maxEntries = MaxEntries)
    {
        var entries = new List<TarDirectoryEntry>();
        try
        {
            var reader = new Reader(file, path, open);
            while (reader.ReadNext() is { } entry)
            {
                if (entries.Count == maxEntries)
                {
                    throw new InvalidDataException($"it has more than {maxEntries} entries");
                }

                entries.Add(entry);
            }

            return new TarListing(entries, null);
        }
        catch (InvalidDataException e)
        {
            return new TarListing(entries, e.Message);
        }
    }

    private sealed class Reader(Stream file, string path, Func<Stream>? open)
    {
        private readonly byte[] _header = new byte[BlockSize];
        private string? _longName;
        private string? _longTarget;
        private long? _longSize;

        /// <returns>Null at the end.</returns>
        public TarDirectoryEntry? ReadNext()
        {
            while (ReadHeader() is { } kind)
            {
                bool isExtension = kind is 'x' or 'g' or 'L' or 'K';
                string name = isExtension ? HeaderName() : _longName ?? HeaderName();
                long size = !isExtension && _longSize is { } given ? given : ParseNumber(_header.AsSpan(124, 12), name, "size");
                long offset = file.Position;
                if (size < 0 || size > file.Length - offset)
                {
                    throw new InvalidDataException(file is ForwardStream
                        ? ForwardStream.TooLarge(file.Length)
                        : $"its entry '{Display(name)}' has {size} bytes at {offset}, which is beyond the end of the file ({file.Length} bytes)");
                }

                switch (kind)
                {
                    case 'x':
                        ReadExtended(ReadContent(size), name);
                        break;
                    case 'L':
                        _longName = Encoding.UTF8.GetString(ReadContent(size)).TrimEnd('\0');
                        break;
                    case 'K':
                        _longTarget = Encoding.UTF8.GetString(ReadContent(size)).TrimEnd('\0');
                        break;
                    default:
                        file.Position = NextBlock(offset, size);
                        var entry = Entry(kind, name, new FileSegment(path, offset, size) { Open = open });
                        if (!isExtension)
                        {
                            (_longName, _longTarget, _longSize) = (null, null, null);
                        }

                        return entry;
                }
            }

            return _longName is null && _longSize is null ? null : throw new InvalidDataException("it has no entry after an extended header");
        }

        private TarDirectoryEntry Entry(char kind, string name, FileSegment content)
        {
            bool isDirectory = kind == '5' || kind is '\0' or '0' && name.EndsWith('/');
            string? what = kind switch
            {
                '\0' or '0' or '5' or '7' => null,
                '1' => "a hard link",
                '2' => "a symbolic link",
                '3' or '4' => "a device",
                '6' => "a named pipe",
                'g' => "a global header",
                _ => string.Create(CultureInfo.InvariantCulture, $"of an unknown kind (0x{(int)kind:x2})"),
            };
            if (content.Length > 0 && (isDirectory || kind is >= '1' and <= '6'))
            {
                throw new InvalidDataException($"its entry '{Display(name)}' has content, but is {what ?? "a directory"}");
            }

            const UnixFileMode permissions = (UnixFileMode)0b111_111_111;
            var mode = (UnixFileMode)ParseNumber(_header.AsSpan(100, 8), name, "mode") & permissions;
            return new TarDirectoryEntry(name, isDirectory, what is null ? null : $"is {what}; expected files only", mode, content)
            {
                IsGlobalHeader = kind == 'g',
                LinkTarget = kind == '2' ? _longTarget ?? Text(_header.AsSpan(157, 100)) : null,
            };
        }

        /// <returns>The kind of entry; null at the end.</returns>
        private char? ReadHeader()
        {
            int read = file.ReadAtLeast(_header, BlockSize, throwOnEndOfStream: false);
            if (read == 0 || read == BlockSize && !_header.AsSpan().ContainsAnyExcept((byte)0))
            {
                return null;
            }

            long sum = 8 * ' ';
            for (int i = 0; i < read; i++)
            {
                sum += i is >= 148 and < 156 ? 0 : _header[i];
            }

            return read == BlockSize && sum == ParseNumber(_header.AsSpan(148, 8), "", "checksum")
                ? (char)_header[156]
                : throw new InvalidDataException($"its entry header at {file.Position - read} is missing or damaged");
        }

        private string HeaderName()
        {
            string name = Text(_header.AsSpan(0, 100));
            string prefix = _header.AsSpan(257, 6).SequenceEqual("ustar\0"u8) ? Text(_header.AsSpan(345, 155)) : "";
            return prefix.Length == 0 ? name : $"{prefix}/{name}";
        }

        private byte[] ReadContent(long size)
        {
            if (size > MaxHeaderSize)
            {
                throw new InvalidDataException($"it has an extended header of {size} bytes; expected at most {MaxHeaderSize}");
            }

            byte[] content = new byte[size];
            long offset = file.Position;
            file.ReadExactly(content);
            file.Position = NextBlock(offset, size);
            return content;
        }

        /// <summary>Parses records <c>LENGTH KEY=VALUE\n</c>; the length includes the whole record.</summary>
        private void ReadExtended(ReadOnlySpan<byte> records, string name)
        {
            while (!records.IsEmpty)
            {
                int space = records.IndexOf((byte)' ');
                if (space is < 1 or > 6 || !int.TryParse(records[..space], NumberStyles.None, CultureInfo.InvariantCulture, out int length)
                    || length <= space + 1 || length > records.Length || records[length - 1] != '\n')
                {
                    throw new InvalidDataException($"the extended header '{Display(name)}' is malformed");
                }

                var record = records[(space + 1)..(length - 1)];
                records = records[length..];
                int equals = record.IndexOf((byte)'=');
                string key = Encoding.UTF8.GetString(record[..Math.Max(equals, 0)]);
                var value = record[(equals + 1)..];
                switch (key)
                {
                    case "path":
                        _longName = Encoding.UTF8.GetString(value);
                        break;
                    case "linkpath":
                        _longTarget = Encoding.UTF8.GetString(value);
                        break;
                    case "size":
                        _longSize = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long size)
                            ? size
                            : throw new InvalidDataException(
                                $"the extended header '{Display(name)}' has the size '{Display(Encoding.UTF8.GetString(value))}'; expected a number of bytes");
                        break;
                }
            }
        }

        /// <summary>Octal digits, or binary if the highest bit is set.</summary>
        private static long ParseNumber(ReadOnlySpan<byte> field, string name, string what)
        {
            if (field[0] == 0x80 && field.Length > 8 && !field[1..^8].ContainsAnyExcept((byte)0))
            {
                return BinaryPrimitives.ReadInt64BigEndian(field[^8..]);
            }

            var digits = field.Trim(" \0"u8);
            long value = 0;
            foreach (byte digit in digits)
            {
                value = digit is >= (byte)'0' and <= (byte)'7'
                    ? value * 8 + digit - '0' // At most 12 digits, so no overflow.
                    : throw new InvalidDataException($"the {what} of its entry '{Display(name)}' is not a number");
            }

            return value;
        }

        private static long NextBlock(long offset, long size) => offset + (size + BlockSize - 1) / BlockSize * BlockSize;

        private static string Text(ReadOnlySpan<byte> field) =>
            Encoding.UTF8.GetString(field.IndexOf((byte)0) is var end and >= 0 ? field[..end] : field);
    }

    /// <summary>A name for messages: control characters replaced, long names truncated.</summary>
    internal static string Display(string name) => string.Concat(name.Take(200).Select(c => char.IsControl(c) ? '\uFFFD' : c));
}
