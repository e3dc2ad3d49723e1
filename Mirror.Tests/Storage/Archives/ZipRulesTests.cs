using Mirror.Core.Storage.Archives;
using Entry = Mirror.Tests.Storage.Archives.RawZip.Entry;

namespace Mirror.Tests.Storage.Archives;

public sealed class ZipRulesTests
{
    private const long Plenty = 1L << 40;
    private const uint Link = 0xA1FFu << 16;

    /// <summary>Additional entries of an archive with a file "a", and the error message.</summary>
    private static readonly Dictionary<string, (Entry[] Entries, string Reason)> Hostile = new()
    {
        ["parent"] = ([new("../x", "1")], "'../x' leads out of the package"),
        ["parent inside"] = ([new("b/../../x", "1")], "'b/../../x' leads out of the package"),
        ["parent directory"] = ([new("..") { Host = 0 }], "'..' leads out of the package"),
        ["absolute"] = ([new("/etc/x", "1")], "'/etc/x' has an absolute name"),
        ["drive"] = ([new("C:x", "1")], "'C:x' has an absolute name"),
        ["drive and backslash"] = ([new("C:\\x", "1")], "'C:\\x' has a backslash"),
        ["backslash"] = ([new("b\\..\\x", "1")], "has a backslash"),
        ["dot"] = ([new("./x", "1")], "'./x' has '.' as a directory"),
        ["empty directory"] = ([new("b//x", "1")], "'b//x' has an empty directory"),
        ["no name"] = ([new("", "1")], "has no name"),
        ["only a slash"] = ([new("/")], "absolute name"),
        ["NUL"] = ([new("b\0c", "1")], "control character"),
        ["escape"] = ([new("b\u001b[2J", "1")], "control character"),
        ["long name"] = ([new(new string('n', 1025), "1")], "has a name of 1025 bytes"),
        ["link"] = ([new("b", "/etc/passwd") { Attributes = Link }], "'b' is a symbolic link"),
        ["link of another host"] = ([new("b", "/etc/passwd") { Attributes = Link, Host = 0 }], "'b' is a symbolic link"),
        ["named pipe"] = ([new("b") { Attributes = 0x11A4u << 16 }], "'b' is a named pipe"),
        ["character device"] = ([new("b") { Attributes = 0x21A4u << 16 }], "'b' is a device"),
        ["block device"] = ([new("b") { Attributes = 0x61A4u << 16 }], "'b' is a device"),
        ["socket"] = ([new("b") { Attributes = 0xC1A4u << 16 }], "'b' is a socket"),
        ["unknown kind"] = ([new("b") { Attributes = 0xE1A4u << 16 }], "unknown kind"),
        ["directory by mode"] = ([new("b", "1") { Attributes = 0x41EDu << 16 }], "marked as a directory"),
        ["directory by MS-DOS"] = ([new("b", "1") { Attributes = 0x10, Host = 0 }], "marked as a directory"),
        ["directory with content"] = ([new("b/", "1")], "is a directory with content"),
        ["encrypted"] = ([new("b", "1") { Flags = 1 }], "'b' is encrypted"),
        ["strongly encrypted"] = ([new("b", "1") { Flags = 0x41 }], "'b' is encrypted"),
        ["masked header"] = ([new("b", "1") { Flags = 0x2000 }], "'b' is encrypted"),
        ["unknown method"] = ([new("b", "1") { Method = 93 }], "compression method 93"),
        ["same name"] = ([new("a", "2")], "two entries named 'a'"),
        ["differs in case"] = ([new("A", "2")], "differ only in case"),
        ["differs in case, not ASCII"] = ([new("dé/x", "1"), new("DÉ/X", "2")], "differ only in case"),
        ["below a file"] = ([new("a/b", "1"), new("a.b", "2"), new("a-b", "3")], "'a/b' is below 'a', which is a file"),
        ["file and directory"] = ([new("a/")], "'a/' is below 'a', which is a file"),
        ["other name in its header"] = ([new("b", "1") { LocalName = "c" }], "another name in its own header"),
        ["shared bytes"] = ([new("b", "1"), new("c", "1") { Overlaps = true }], "overlaps"),
        ["in another entry"] = ([new("b", "0123456789"), new("c", "1") { Offset = 36 }], "overlaps"),
        ["in the directory"] = ([new("b", "0123456789") { Offset = 60 }], "is outside the file, or inside its directory"),
        ["outside the file"] = ([new("b", "1") { Offset = 1_000_000 }], "is outside the file"),
    };

    public static TheoryData<string> HostileNames() => [.. Hostile.Keys];

    [Theory]
    [MemberData(nameof(HostileNames))]
    public void HashZip_UninstallableEntry_IsRejectedByNameBeforeUnpacking(string what)
    {
        var (entries, reason) = Hostile[what];
        var progress = new Unpacked();

        var result = PackageHasher.HashZip(new MemoryStream(RawZip.Make([new("a", "1"), .. entries])), Plenty, progress);

        Assert.Contains(reason, Assert.IsType<PackageHashResult.Refused>(result).Reason, StringComparison.Ordinal);
        // The local header of an entry is read only when the entry is processed.
        Assert.Equal(what == "other name in its header" ? 1 : 0, progress.Bytes);
    }

    [Fact]
    public void HashZip_SimilarButValidNames_AreHashed()
    {
        byte[] zip = RawZip.Make(
            new("a", "1"), new("a.b", "2"), new("a-b/", ""), new("a-b/c", "3"), new("..b", "4"), new("b..", "5"), new("...", "6"),
            new("bb:c", "7"), new("dir/") { Attributes = 0x41EDu << 16 },
            new("dos", "8") { Host = 0, Attributes = 0x20 }, new("dosdir/") { Host = 0, Attributes = 0x10 });

        Assert.Equal(8, Assert.IsType<PackageHashResult.Hashed>(PackageHasher.HashZip(new MemoryStream(zip), Plenty)).Files);
    }

    [Fact]
    public void HashZip_OverlappingEntries_AreRejectedCheaply()
    {
        // 5,000 entries of 1 MB that share the same kilobyte: 5 GB from less than half a megabyte.
        string content = new('0', 1 << 20);
        var entries = Enumerable.Range(0, 5000).Select(
            i => new Entry($"f{i}", i == 0 ? content : "") { Method = 8, Overlaps = i > 0, Size = 1 << 20 });
        byte[] zip = RawZip.Make([.. entries]);
        var progress = new Unpacked();

        var result = PackageHasher.HashZip(new MemoryStream(zip), Plenty, progress);

        Assert.InRange(zip.Length, 1, 500_000);
        Assert.Contains("overlaps", Assert.IsType<PackageHashResult.Refused>(result).Reason, StringComparison.Ordinal);
        Assert.Equal(0, progress.Bytes);
    }

    [Fact]
    public void HashZip_HighCompressionRatio_IsRejectedBeforeUnpacking()
    {
        string content = new('0', 50 << 20);
        byte[] once = RawZip.Make(new Entry("a", content) { Method = 8 });
        byte[] twice = RawZip.Make(new Entry("a", content) { Method = 8 }, new Entry("b", content) { Method = 8 });
        var progress = new Unpacked();

        var refused = Assert.IsType<PackageHashResult.Refused>(PackageHasher.HashZip(new MemoryStream(twice), Plenty, progress));

        Assert.Contains($"unpacks to more than the {64 << 20} bytes allowed", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(0, progress.Bytes);
        Assert.IsType<PackageHashResult.Hashed>(PackageHasher.HashZip(new MemoryStream(once), Plenty));
    }

    [Fact]
    public void HashZip_TooManyEntries_IsRejectedBeforeReadingTheDirectory()
    {
        byte[] zip = RawZip.Make([.. Enumerable.Range(0, ZipDirectory.MaxEntries + 1).Select(i => new Entry($"f{i}"))]);

        Assert.Contains(
            "at most 10000 entries",
            Assert.IsType<PackageHashResult.Refused>(PackageHasher.HashZip(new MemoryStream(zip), Plenty)).Reason,
            StringComparison.Ordinal);
    }

    private sealed class Unpacked : IProgress<long>
    {
        public long Bytes { get; private set; }

        public void Report(long value) => Bytes = value;
    }
}
