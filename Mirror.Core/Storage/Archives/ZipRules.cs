using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Mirror.Core.Storage.Archives;

/// <summary>
/// The rules for packages: only files and directories that every client unpacks to the same names, below the target directory, at a cost
/// that is known from the zip archive's directory.
/// </summary>
internal static class ZipRules
{
    /// <summary>Real providers unpack to four times their size, plain text to ten times.</summary>
    internal const int MaxExpansion = 100;

    /// <summary>The size in bytes to which even a tiny archive may unpack; it takes a fifth of a second.</summary>
    internal const long SmallSize = 64 << 20;

    /// <summary>The consequence of an archive whose hash differs from that of the directory it unpacks to.</summary>
    internal const string InstallsOnce =
        "clients install it once and lock the h1: hash of the unpacked files, which differs from that of the archive, so they reject the archive later";

    private const int MaxNameLength = 1024;
    private const byte Unix = 3;
    private const byte MacOS = 19;
    private const uint DosDirectory = 0x10;

    /// <param name="entries">All entries of the archive.</param>
    /// <param name="length">The archive's length in bytes.</param>
    /// <param name="maxUnpackedSize">The maximum size of all files in bytes.</param>
    /// <exception cref="InvalidDataException">An entry violates a rule; the message names the entry and the rule.</exception>
    public static void Check(IReadOnlyCollection<ZipDirectoryEntry> entries, long length, long maxUnpackedSize)
    {
        long limit = UnpackedLimit(length, maxUnpackedSize);
        long left = limit;
        foreach (var entry in entries)
        {
            if (FaultOf(entry) is { } fault)
            {
                throw new InvalidDataException($"the zip archive's entry '{entry.DisplayName}' {fault}");
            }

            if (entry.Size > left)
            {
                throw new InvalidDataException($"the zip archive of {length} bytes unpacks to more than the {limit} bytes allowed");
            }

            left -= entry.Size;
        }

        CheckCollisions(entries);
    }

    /// <summary>The size in bytes to which an archive of the given length may unpack.</summary>
    public static long UnpackedLimit(long length, long maxUnpackedSize) => Math.Min(
        maxUnpackedSize, Math.Max(SmallSize, length > long.MaxValue / MaxExpansion ? long.MaxValue : length * MaxExpansion));

    /// <exception cref="InvalidDataException">The name has a line feed.</exception>
    public static void CheckLineFeed(ReadOnlySpan<byte> name, string display)
    {
        if (name.Contains((byte)'\n'))
        {
            throw new InvalidDataException(
                $"the file name '{display.ReplaceLineEndings("\uFFFD")}' contains a line feed, which a package hash cannot express");
        }
    }

    private static string? FaultOf(ZipDirectoryEntry entry) =>
        FaultOfName(entry.Name) ?? FaultOfKind(entry)
        ?? (entry.IsEncrypted ? "is encrypted, which clients do not support" : null)
        ?? (entry.CanBeUnpacked ? null : string.Create(CultureInfo.InvariantCulture, $"uses compression method {entry.Method}; clients only support stored and deflated entries"))
        ?? (entry.IsDirectory && entry.Size > 0 ? "is a directory with content" : null);

    /// <summary>Rejects names that lead out of the package, or that other systems or the package hash interpret differently.</summary>
    public static string? FaultOfName(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
        {
            return "has no name";
        }

        if (name.Length > MaxNameLength)
        {
            return $"has a name of {name.Length} bytes; at most {MaxNameLength} are allowed";
        }

        if (name.ContainsAnyInRange((byte)0, (byte)0x1f) || name.Contains((byte)0x7f))
        {
            return "has a control character, such as a line feed, in its name";
        }

        if (name.Contains((byte)'\\'))
        {
            return "has a backslash in its name; expected '/' between directories";
        }

        if (name[0] == '/' || name.Length > 1 && name[1] == ':' && char.IsAsciiLetter((char)name[0]))
        {
            return "has an absolute name; expected one relative to the package";
        }

        var rest = name[^1] == '/' ? name[..^1] : name;
        foreach (var part in rest.Split((byte)'/'))
        {
            switch (rest[part])
            {
                case []:
                    return "has an empty directory in its name";
                case [(byte)'.']:
                    return $"has '.' as a directory in its name: {InstallsOnce}";
                case [(byte)'.', (byte)'.']:
                    return "leads out of the package with '..'";
            }
        }

        return null;
    }

    private static string? FaultOfKind(ZipDirectoryEntry entry)
    {
        // The file type is in the highest four bits of a Unix mode; archives from other systems have none.
        uint kind = entry.Attributes >> 28;
        string? what = kind switch
        {
            0x0 or 0x8 or 0x4 => null,
            0xA => "a symbolic link",
            0x1 => "a named pipe",
            0x2 or 0x6 => "a device",
            0xC => "a socket",
            _ => $"of an unknown kind (mode {entry.Attributes >> 16:x4})",
        };
        if (what is not null)
        {
            return $"is {what}; expected files and directories only";
        }

        bool isMarkedDirectory = kind == 0x4 || entry.Host is not (Unix or MacOS) && (entry.Attributes & DosDirectory) != 0;
        return isMarkedDirectory && !entry.IsDirectory ? "is marked as a directory, but its name does not end in '/'" : null;
    }

    /// <summary>
    /// Rejects entries that some clients would unpack to the same file. Sorted by these keys, a file comes directly before any entry below
    /// it, because no name contains a character less than U+0001.
    /// </summary>
    private static void CheckCollisions(IReadOnlyCollection<ZipDirectoryEntry> entries)
    {
        (string Key, ZipDirectoryEntry Entry)? last = null;
        var ordered = entries.Select(entry => (Key: KeyOf(entry.Name), Entry: entry)).OrderBy(item => item.Key, StringComparer.Ordinal);
        foreach (var next in ordered)
        {
            if (last is { } previous && next.Key.StartsWith(previous.Key, StringComparison.Ordinal))
            {
                string first = previous.Entry.DisplayName, second = next.Entry.DisplayName;
                if (next.Key.Length == previous.Key.Length)
                {
                    throw new InvalidDataException(first == second
                        ? $"the zip archive has two entries named '{first}': {InstallsOnce}"
                        : $"the zip archive's entries '{first}' and '{second}' differ only in case; Windows and macOS cannot store both");
                }

                if (!previous.Entry.IsDirectory && next.Key[previous.Key.Length] == '\0')
                {
                    throw new InvalidDataException($"the zip archive's entry '{second}' is below '{first}', which is a file");
                }
            }

            last = next;
        }
    }

    private static string KeyOf(byte[] name) =>
        (Utf8.IsValid(name) ? Encoding.UTF8 : Encoding.Latin1).GetString(name).ToUpperInvariant().Replace('/', '\0');
}
