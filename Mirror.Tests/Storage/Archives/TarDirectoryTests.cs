using System.Formats.Tar;
using System.Text;
using Mirror.Core.Storage.Archives;
using Mirror.Tests.Importing;
using Entry = Mirror.Tests.Storage.Archives.RawTar.Entry;

namespace Mirror.Tests.Storage.Archives;

public sealed class TarDirectoryTests : IDisposable
{
    private readonly MirrorDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(TarEntryFormat.V7)]
    [InlineData(TarEntryFormat.Ustar)]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    public void Read_ValidArchive_ListsItsContent(TarEntryFormat format)
    {
        string longName = format == TarEntryFormat.V7
            ? "short"
            : $"{new string('d', 90)}/{new string('é', format == TarEntryFormat.Ustar ? 20 : 120)}";
        var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, format, leaveOpen: true))
        {
            tar.WriteEntry(Make(format, "a", "content of a"));
            tar.WriteEntry(Make(format, "empty", ""));
            tar.WriteEntry(
                format == TarEntryFormat.V7 ? new V7TarEntry(
                    TarEntryType.Directory,
                    "d/") : format == TarEntryFormat.Gnu ? new GnuTarEntry(
                        TarEntryType.Directory, "d/") : new UstarTarEntry(TarEntryType.Directory, "d/"));
            tar.WriteEntry(Make(format, longName, new string('x', 5000)));
        }

        var listing = TarDirectory.Read(_directory.AddFile("a.tar", bytes.ToArray()));

        Assert.Null(listing.Fault);
        Assert.Equal(
            [("a", false, "content of a"), ("empty", false, ""), ("d/", true, ""), (longName, false, new string('x', 5000))],
            listing.Entries.Select(entry => (entry.Name, entry.IsDirectory, Encoding.UTF8.GetString(entry.Content.ReadAllBytes()))));
        Assert.All(listing.Entries, entry => Assert.Null(entry.Fault));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, listing.Entries[0].Mode);
    }

    [Theory]
    [InlineData('1', "is a hard link")]
    [InlineData('2', "is a symbolic link")]
    [InlineData('3', "is a device")]
    [InlineData('4', "is a device")]
    [InlineData('6', "is a named pipe")]
    [InlineData('g', "is a global header")]
    [InlineData('S', "is of an unknown kind (0x53)")]
    public void Read_OtherEntryType_IsReportedAndTheRestListed(char kind, string fault)
    {
        var listing = Read(new Entry("before", "1"), new Entry("odd") { Kind = kind }, new Entry("after", "2"));

        Assert.Null(listing.Fault);
        Assert.Equal(["before", "odd", "after"], listing.Entries.Select(entry => entry.Name));
        Assert.Contains(fault, listing.Entries[1].Fault, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Malformed() => new()
    {
        { "overflowing pax size", "has the size '99999999999999999999'; expected a number of bytes" },
        { "negative pax size", "has the size '-1'; expected a number of bytes" },
        { "pax size of bits", "has 9223372036854775807 bytes" },
        { "binary size", "has 9223372036854775807 bytes" },
        { "negative binary size", "is not a number" },
        { "octal size", "has 8589934591 bytes" },
        { "letters for size", "the size of its entry 'odd' is not a number" },
        { "directory with content", "has content, but is a directory" },
        { "link with content", "has content, but is a symbolic link" },
        { "extended header that lies", "extended header 'PaxHeaders/x' is malformed" },
        { "extended header too long", "extended header of 70000 bytes" },
        { "extended header at the end", "no entry after an extended header" },
        { "checksum", "entry header at 1024 is missing or damaged" },
        { "junk", "entry header at 1024 is missing or damaged" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Read_MalformedArchive_ReportsTheErrorAndListsPrecedingEntries(string what, string fault)
    {
        byte[] largest = [0x80, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
        Entry[] odd = what switch
        {
            "overflowing pax size" => [new("odd") { Extended = Record("size=99999999999999999999") }],
            "negative pax size" => [new("odd") { Extended = Record("size=-1") }],
            "pax size of bits" => [new("odd") { Extended = Record("size=9223372036854775807") }],
            "binary size" => [new("odd") { Size = largest }],
            "negative binary size" => [new("odd") { Size = [.. Enumerable.Repeat((byte)0xff, 12)] }],
            "octal size" => [new("odd") { Size = "77777777777\0"u8.ToArray() }],
            "letters for size" => [new("odd") { Size = "many bytes\0\0"u8.ToArray() }],
            "directory with content" => [new("odd", "x") { Kind = '5' }],
            "link with content" => [new("odd", "x") { Kind = '2' }],
            "extended header that lies" => [new("odd") { Extended = "99 path=x\n" }],
            "extended header too long" => [new("odd") { Extended = Record("comment=" + new string('c', 69985)) }],
            "extended header at the end" => [new("PaxHeaders/x", Record("path=x")) { Kind = 'x' }],
            "checksum" => [new("odd") { IsDamaged = true }],
            _ => [],
        };
        byte[] tar = RawTar.Make([new("before", "1"), .. odd]);
        if (what == "junk")
        {
            tar[1024 + 7] = 1;
        }

        var listing = TarDirectory.Read(_directory.AddFile("a.tar", tar));

        Assert.Contains(fault, listing.Fault, StringComparison.Ordinal);
        Assert.Equal("before", Assert.Single(listing.Entries).Name);
    }

    [Fact]
    public void Read_TruncatedAnywhere_NeverThrows()
    {
        byte[] tar = RawTar.Make(new("a", "1"), new("b", new string('x', 600)) { Extended = Record("path=long") });
        for (int length = 0; length < tar.Length; length += 7)
        {
            var listing = TarDirectory.Read(_directory.AddFile("a.tar", tar[..length]));
            Assert.InRange(listing.Entries.Count, 0, 2);
        }
    }

    private TarListing Read(params Entry[] entries) => TarDirectory.Read(_directory.AddFile("a.tar", RawTar.Make(entries)));

    private static string Record(string text)
    {
        // The length includes its own digits.
        int length = text.Length + 3;
        length += length.ToString(System.Globalization.CultureInfo.InvariantCulture).Length - 1;
        return $"{length} {text}\n";
    }

    private static TarEntry Make(TarEntryFormat format, string name, string content)
    {
        var stream = new MemoryStream(Encoding.UTF8.GetBytes(content));
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return format switch
        {
            TarEntryFormat.V7 => new V7TarEntry(TarEntryType.V7RegularFile, name) { DataStream = stream, Mode = mode },
            TarEntryFormat.Ustar => new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = stream, Mode = mode },
            TarEntryFormat.Gnu => new GnuTarEntry(TarEntryType.RegularFile, name) { DataStream = stream, Mode = mode },
            _ => new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = stream, Mode = mode },
        };
    }
}
