using System.Formats.Tar;
using System.Text;
using Mirror.Core.Storage.Archives;
using Mirror.Tests.Origin.Git;

namespace Mirror.Tests.Storage.Archives;

public sealed class SourceTreeTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => System.IO.File.Delete(_path);

    [Fact]
    public async Task Archives_OfTheSameFiles_HaveTheSameBytes()
    {
        byte[] first = await WriteAsync(stripTop: true, File("top/b.tf", "b"), File("top/a/a.tf", "a"));
        byte[] second = await WriteAsync(
            stripTop: false, new GnuTarEntry(TarEntryType.Directory, "a/") { Uid = 5 }, File("./a/a.tf", "a", TarEntryFormat.Ustar), File("b.tf", "b"));

        Assert.Equal(first, second);
        Assert.Equal([("a/a.tf", "a"), ("b.tf", "b")], TarGzFiles.Read(new MemoryStream(first)));
    }

    [Fact]
    public async Task Archive_LargerThanABlock_CanBeRead()
    {
        string text = new('x', 200_000);

        byte[] archive = await WriteAsync(stripTop: false, File("large.txt", text), File("empty.txt", ""));

        Assert.Equal([("empty.txt", ""), ("large.txt", text)], TarGzFiles.Read(new MemoryStream(archive)));
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("/etc/x")]
    [InlineData("a/../../x")]
    [InlineData("a//x")]
    [InlineData("a\\x")]
    [InlineData(".git/config")]
    [InlineData("a/.GIT/config")]
    [InlineData("a\u0001")]
    public void Name_ThatLeavesTheArchive_IsRejected(string name) =>
        Assert.Contains("is not allowed", Assert.Throws<InvalidDataException>(() => Read(stripTop: false, File(name, "x"))).Message);

    [Fact]
    public void Archive_ThatCannotBeStored_IsRejected()
    {
        foreach (var (expected, stripTop, entries) in new (string, bool, TarEntry[])[]
        {
            ("no files", false, []),
            ("in addition to", true, [File("top/a", "a"), File("other/b", "b")]),
            ("hard link", false, [File("a", "a"), new PaxTarEntry(TarEntryType.HardLink, "b") { LinkName = "a" }]),
            ("expected at most 10", false, [File("a", "0123456789"), File("b", "x")]),
            ("expected at most 10", false, [File("a", "0123456"), new PaxTarEntry(TarEntryType.SymbolicLink, "b") { LinkName = "a" }]),
        })
        {
            Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => Read(stripTop, entries)).Message, StringComparison.Ordinal);
        }
    }

    private static PaxTarEntry Pax(string name, string text) =>
        new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) };

    private static TarEntry File(string name, string text, TarEntryFormat format = TarEntryFormat.Pax) => format == TarEntryFormat.Ustar
        ? new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)), Uid = 7 }
        : Pax(name, text);

    private SourceTree Read(bool stripTop, params TarEntry[] entries)
    {
        Write(entries);
        return SourceTree.Read(_path, stripTop, maxSize: 10);
    }

    private async Task<byte[]> WriteAsync(bool stripTop, params TarEntry[] entries)
    {
        Write(entries);
        using var archive = new MemoryStream();
        await SourceTree.Read(_path, stripTop, 1 << 20).WriteAsync(archive.WriteAsync, CancellationToken.None);
        return archive.ToArray();
    }

    private void Write(TarEntry[] entries)
    {
        using var tar = new TarWriter(System.IO.File.Create(_path));
        tar.WriteEntry(new PaxGlobalExtendedAttributesTarEntry([KeyValuePair.Create("comment", "a commit")]));
        foreach (var entry in entries)
        {
            tar.WriteEntry(entry);
        }
    }
}
