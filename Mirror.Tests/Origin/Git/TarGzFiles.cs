using System.Formats.Tar;
using System.IO.Compression;

namespace Mirror.Tests.Origin.Git;

/// <summary>Reads tar.gz archives.</summary>
public static class TarGzFiles
{
    /// <summary>The names in order, with their text; a <c>*</c> after the name marks executable files.</summary>
    public static IReadOnlyList<(string Name, string Text)> Read(Stream archive)
    {
        var files = new List<(string, string)>();
        using var tar = new TarReader(new GZipStream(archive, CompressionMode.Decompress));
        while (tar.GetNextEntry() is { } entry)
        {
            Assert.Equal(TarEntryType.RegularFile, entry.EntryType);
            Assert.Equal((0, 0, DateTimeOffset.UnixEpoch), (entry.Uid, entry.Gid, entry.ModificationTime));
            string text = entry.DataStream is { } data ? new StreamReader(data).ReadToEnd() : "";
            files.Add((entry.Mode.HasFlag(UnixFileMode.UserExecute) ? entry.Name + "*" : entry.Name, text));
        }

        return files;
    }
}
