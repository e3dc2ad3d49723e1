using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Mirror.Core.Addresses;
using Mirror.Core.Storage.Archives;

namespace Mirror.Tests.Storage.Archives;

public sealed class PackageHasherTests : IDisposable
{
    private const long Plenty = 1L << 30;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("package-hasher-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void HashZip_Empty_IsThePublishedValue()
    {
        var hashed = Hashed(Zip());

        Assert.Equal("h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", hashed.Hash.Value);
        Assert.Equal(0, hashed.Files);
    }

    [Theory]
    [InlineData(CompressionLevel.SmallestSize)]
    [InlineData(CompressionLevel.NoCompression)]
    public void HashZip_TwoFilesInAnyOrder_IsThePublishedValue(CompressionLevel level)
    {
        var hashed = Hashed(Zip(level, ("xyz", "data for xyz"), ("abc", "data for abc")));

        Assert.Equal("h1:EP6WfDoQTSk9klnxcjriWJOGztueJUywHNmWeq+efB8=", hashed.Hash.Value);
        Assert.False(hashed.HasDirectoryEntries);
        Assert.Equal(2, hashed.Files);
        Assert.Equal(24, hashed.UnpackedSize);
    }

    [Fact]
    public void HashZip_DirectoryEntries_AreHashedAsEmptyAndReported()
    {
        var hashed = Hashed(Zip(CompressionLevel.Fastest, ("docs/", ""), ("docs/a", "A"), ("docs.txt", "T")));

        Assert.Equal(Expected(("docs.txt", "T"), ("docs/", ""), ("docs/a", "A")), hashed.Hash);
        Assert.True(hashed.HasDirectoryEntries);
        Assert.Equal(2, hashed.Files);
    }

    [Fact]
    public void HashZip_NamesOutsideAscii_AreSortedAndHashedAsTheirBytes()
    {
        // U+FFFD sorts after U+1F600 in UTF-16 and before it in UTF-8. The names in the second archive are not valid UTF-8.
        var utf8 = Hashed(Zip(CompressionLevel.Fastest, ("\U0001F600", "emoji"), ("\uFFFD", "replacement"), ("Z", "z")));
        var latin1 = Hashed(Zip(CompressionLevel.Fastest, Encoding.Latin1, ("\u00ff", "y"), ("\u00e9", "e")));

        Assert.Equal(Expected(("Z", "z"), ("\uFFFD", "replacement"), ("\U0001F600", "emoji")), utf8.Hash);
        Assert.Equal(Expected(Encoding.Latin1, ("\u00e9", "e"), ("\u00ff", "y")), latin1.Hash);
    }

    [Fact]
    public void HashZip_PrefixedByOtherBytes_IsHashedLikeTheArchiveAlone()
    {
        byte[] zip = Zip(CompressionLevel.Fastest, ("abc", "data for abc"), ("xyz", "data for xyz"));

        Assert.Equal("h1:EP6WfDoQTSk9klnxcjriWJOGztueJUywHNmWeq+efB8=", Hashed([.. "#!/bin/sh\n"u8, .. zip]).Hash.Value);
    }

    [Fact]
    public void HashZip_Zip64Fields_AreRead()
    {
        byte[] content = "data for abc"u8.ToArray();
        byte[] zip = Zip64Archive("abc", content);

        Assert.Equal(Expected(("abc", "data for abc")), Hashed(zip).Hash);
    }

    [Fact]
    public void HashZip_LargeEntry_ReportsProgressUpToItsSize()
    {
        byte[] content = new byte[3_000_001];
        new Random(7).NextBytes(content);
        var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream entry = archive.CreateEntry("big").Open();
            entry.Write(content);
        }

        var progress = new Recorder();
        var result = PackageHasher.HashZip(stream, Plenty, progress);

        Assert.Equal(3_000_001, Assert.IsType<PackageHashResult.Hashed>(result).UnpackedSize);
        Assert.Equal(3_000_001, progress.Values[^1]);
        Assert.True(progress.Values.Count > 3);
        Assert.Equal(progress.Values.Order(), progress.Values);
    }

    [Fact]
    public void HashZip_Canceled_Stops()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();

        Assert.Throws<OperationCanceledException>(() => PackageHasher.HashZip(
            new MemoryStream(Zip(CompressionLevel.Fastest, ("a", "a"))), Plenty, null, source.Token));
    }

    public static TheoryData<string, byte[], string> RefusedArchives() => new()
    {
        { "empty file", [], "not a zip archive" },
        { "text", Encoding.UTF8.GetBytes(new string('<', 70_000)), "not a zip archive" },
        { "cut off", Zip(CompressionLevel.Fastest, ("a", "a"))[..^30], "not a zip archive" },
        { "duplicate name", Zip(CompressionLevel.Fastest, ("a", "1"), ("a", "2")), "two entries named 'a'" },
        { "line feed", Zip(CompressionLevel.Fastest, ("a\nb", "1")), "line feed" },
        { "count understated", PatchedEnd(10, 1, ("a", "1"), ("b", "2")), "after its 1 entries" },
        { "too large", Zip(CompressionLevel.SmallestSize, ("a", new string('a', 2_000_000))), "more than the 1000000 bytes" },
        { "size understated", Patched(24, 100), "does not unpack" },
        { "wrong checksum", Patched(16, 1), "does not unpack" },
        { "unknown method", Patched(10, 12), "compression method 12" },
        { "encrypted", Patched(8, 1), "encrypted" },
        { "header elsewhere", Patched(42, 7), "is outside the file" },
        { "absurd count", AbsurdCount(), "malformed|is outside" },
        { "directory outside", Zip(CompressionLevel.Fastest, ("a", "a"))[40..], "is outside" },
    };

    [Theory]
    [MemberData(nameof(RefusedArchives))]
    public void HashZip_MaliciousArchive_IsRejectedWithAReason(string what, byte[] zip, string reason)
    {
        var refused = Assert.IsType<PackageHashResult.Refused>(PackageHasher.HashZip(new MemoryStream(zip), 1_000_000));

        Assert.True(reason.Split('|').Any(part => refused.Reason.Contains(part, StringComparison.Ordinal)), $"{what}: {refused.Reason}");
    }

    [Fact]
    public void HashZip_AnyByteChanged_NeverThrowsOrHangs()
    {
        byte[] original = Zip(CompressionLevel.SmallestSize, ("abc", new string('x', 500)), ("dir/", ""), ("xyz", "data for xyz"));
        var random = new Random(20261121);
        for (int round = 0; round < 4000; round++)
        {
            byte[] mutated = [.. original];
            for (int i = random.Next(1, 4); i > 0; i--)
            {
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            }

            Assert.NotNull(
                PackageHasher.HashZip(
                    new MemoryStream(mutated, 0, random.Next(10) == 0 ? random.Next(mutated.Length) : mutated.Length), 1_000_000));
        }
    }

    [Fact]
    public void HashDirectory_SameFilesAsAnArchive_HasTheSameHashWithoutDirectories()
    {
        Write("xyz", "data for xyz");
        Write("abc", "data for abc");
        Write("docs/empty", "");
        Directory.CreateDirectory(Path.Combine(_directory.FullName, "hollow"));

        var hashed = Assert.IsType<PackageHashResult.Hashed>(PackageHasher.HashDirectory(_directory.FullName));

        Assert.Equal(Expected(("abc", "data for abc"), ("docs/empty", ""), ("xyz", "data for xyz")), hashed.Hash);
        Assert.Equal(3, hashed.Files);
        Assert.Equal(24, hashed.UnpackedSize);
    }

    [Fact]
    public void HashDirectory_NamesAndTheirFolders_AreSortedBytewise()
    {
        Write("a/b", "1");
        Write("a.txt", "2");
        Write("a-", "3");
        Write("B", "4");

        Assert.Equal(
            Expected(("B", "4"), ("a-", "3"), ("a.txt", "2"), ("a/b", "1")),
            Assert.IsType<PackageHashResult.Hashed>(PackageHasher.HashDirectory(_directory.FullName)).Hash);
    }

    [Fact]
    public void HashDirectory_LinkToFile_IsFollowed()
    {
        Write("real", "content");
        File.CreateSymbolicLink(Path.Combine(_directory.FullName, "link"), "real");

        Assert.Equal(
            Expected(("link", "content"), ("real", "content")),
            Assert.IsType<PackageHashResult.Hashed>(PackageHasher.HashDirectory(_directory.FullName)).Hash);
    }

    [Theory]
    [InlineData("hollow")]
    [InlineData("missing")]
    [InlineData("link")]
    public void HashDirectory_LinkToDirectoryOrNothing_IsRejected(string target)
    {
        Directory.CreateDirectory(Path.Combine(_directory.FullName, "hollow"));
        File.CreateSymbolicLink(Path.Combine(_directory.FullName, "link"), target);

        var refused = Assert.IsType<PackageHashResult.Refused>(PackageHasher.HashDirectory(_directory.FullName));
        Assert.Contains("symbolic link", refused.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("inside/../../outside")]
    [InlineData("chain")]
    public void HashDirectory_LinkOutOfThePackage_IsRejected(string target)
    {
        Write("outside", "a secret of this machine");
        Write("package/inside/a", "1");
        string package = Path.Combine(_directory.FullName, "package");
        File.CreateSymbolicLink(Path.Combine(package, "chain"), Path.Combine(_directory.FullName, "outside"));
        File.CreateSymbolicLink(Path.Combine(package, "a-link"), target);

        var refused = Assert.IsType<PackageHashResult.Refused>(PackageHasher.HashDirectory(package));

        Assert.Contains("outside the package", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void HashDirectory_ItselfALink_IsFollowed()
    {
        Write("real/abc", "data for abc");
        Write("real/xyz", "data for xyz");
        string link = Path.Combine(_directory.FullName, "link");
        Directory.CreateSymbolicLink(link, Path.Combine(_directory.FullName, "real"));

        Assert.Equal(
            "h1:EP6WfDoQTSk9klnxcjriWJOGztueJUywHNmWeq+efB8=",
            Assert.IsType<PackageHashResult.Hashed>(PackageHasher.HashDirectory(link)).Hash.Value);
    }

    private static PackageHashResult.Hashed Hashed(byte[] zip) =>
        Assert.IsType<PackageHashResult.Hashed>(PackageHasher.HashZip(new MemoryStream(zip), Plenty));

    private static PackageHash Expected(params (string Name, string Content)[] sorted) => Expected(Encoding.UTF8, sorted);

    private static PackageHash Expected(Encoding names, params (string Name, string Content)[] sorted)
    {
        var lines = new List<byte>();
        foreach (var (name, content) in sorted)
        {
            lines.AddRange(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content))) + "  "));
            lines.AddRange(names.GetBytes(name));
            lines.Add((byte)'\n');
        }

        return PackageHash.Content(SHA256.HashData(lines.ToArray()));
    }

    private static byte[] Zip(CompressionLevel level = CompressionLevel.Fastest, params (string Name, string Content)[] entries) =>
        Zip(level, null, entries);

    private static byte[] Zip(CompressionLevel level, Encoding? names, params (string Name, string Content)[] entries)
    {
        var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true, names))
        {
            foreach (var (name, content) in entries)
            {
                using Stream entry = archive.CreateEntry(name, level).Open();
                entry.Write(Encoding.UTF8.GetBytes(content));
            }
        }

        return stream.ToArray();
    }

    /// <summary>An archive of one entry with one field of its central directory header overwritten.</summary>
    private static byte[] Patched(int offset, ushort value)
    {
        byte[] zip = Zip(CompressionLevel.SmallestSize, ("a", new string('a', 1000)));
        int header = zip.AsSpan().IndexOf("PK\u0001\u0002"u8);
        BinaryPrimitives.WriteUInt16LittleEndian(zip.AsSpan(header + offset), value);
        return zip;
    }

    private static byte[] AbsurdCount() => PatchedEnd(10, 9_000, ("a", "a"));

    /// <summary>An archive with one field of its end record overwritten.</summary>
    private static byte[] PatchedEnd(int offset, ushort value, params (string Name, string Content)[] entries)
    {
        byte[] zip = Zip(CompressionLevel.Fastest, entries);
        BinaryPrimitives.WriteUInt16LittleEndian(zip.AsSpan(zip.Length - 22 + offset), value);
        return zip;
    }

    /// <summary>A stored entry whose sizes and position are in zip64 fields only.</summary>
    private static byte[] Zip64Archive(string name, byte[] content)
    {
        byte[] plain = Zip(CompressionLevel.NoCompression, (name, Encoding.UTF8.GetString(content)));
        int start = plain.AsSpan().IndexOf("PK\u0001\u0002"u8);
        byte[] header = plain[start..(start + 46 + name.Length)];
        var zip = new MemoryStream();
        zip.Write(plain.AsSpan(0, start));
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(30), 28);
        header.AsSpan(20, 8).Fill(0xff);
        header.AsSpan(42, 4).Fill(0xff);
        zip.Write(header);
        using var writer = new BinaryWriter(zip);
        writer.Write((ushort)1);
        writer.Write((ushort)24);
        writer.Write((long)content.Length);
        writer.Write((long)content.Length);
        writer.Write(0L);
        writer.Flush();
        long end = zip.Length;
        writer.Write(0x06064b50);
        writer.Write(44L);
        writer.Write(0x002d002d);
        writer.Write(0L);
        writer.Write(1L);
        writer.Write(1L);
        writer.Write(end - start);
        writer.Write((long)start);
        writer.Write(0x07064b50);
        writer.Write(0);
        writer.Write(end);
        writer.Write(1);
        writer.Write(0x06054b50);
        writer.Write(0);
        writer.Write(-1);
        writer.Write(-1L);
        writer.Write((ushort)0);
        writer.Flush();
        return zip.ToArray();
    }

    private void Write(string name, string content)
    {
        string path = Path.Combine(_directory.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    private sealed class Recorder : IProgress<long>
    {
        public List<long> Values { get; } = [];

        public void Report(long value) => Values.Add(value);
    }
}
