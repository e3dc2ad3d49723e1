using System.Security.Cryptography;
using System.Text;
using Mirror.Core.Addresses;
using Mirror.Core.Storage.Archives;
using Mirror.Tests.Hosted.Publishing;
using Entry = Mirror.Tests.Storage.Archives.RawTar.Entry;

namespace Mirror.Tests.Storage.Archives;

public sealed class SourceArchiveTests
{
    private const long Limit = 1 << 30;

    [Fact]
    public void Read_ChosenFiles_InOnePassWithTheirContent()
    {
        byte[] archive = ModuleTar.Make(
            new Entry("pax_global_header", "52 comment=0123456789abcdef0123456789abcdef01234567\n") { Kind = 'g' },
            new Entry("./") { Kind = '5' },
            new Entry("./a.tf", "content of a"),
            new Entry("./d/") { Kind = '5' },
            new Entry("./d/b.tf", new string('b', 5000)),
            new Entry("c.tf", "content of c"));
        using var content = new MemoryStream(archive);
        var source = SourceArchive.Open(content, ArchiveFormat.Parse("tar.gz"), Limit, CancellationToken.None);
        var read = new List<(string, string)>();

        source.Read(new HashSet<string> { "c.tf", "a.tf", "missing.tf" }, (file, stream) =>
        {
            using var reader = new StreamReader(stream);
            read.Add((file.Path, reader.ReadToEnd()));
        });

        Assert.Equal([("a.tf", 12), ("d/b.tf", 5000), ("c.tf", 12)], source.Files.Select(file => (file.Path, file.Size)));
        Assert.Equal([("a.tf", "content of a"), ("c.tf", "content of c")], read);
    }

    [Theory]
    [InlineData("examples/link", "../README.md")]
    [InlineData("link", "modules/./a/../a")]
    public void Open_LinkInsideTheArchive_IsListed(string name, string target)
    {
        using var content = new MemoryStream(ModuleTar.Make(Link(name, target), new Entry("main.tf")));

        var source = SourceArchive.Open(content, ArchiveFormat.Parse("tgz"), Limit, CancellationToken.None);

        Assert.Equal([name], source.Links);
        Assert.Equal(["main.tf"], source.Files.Select(file => file.Path));
    }

    public static TheoryData<string, byte[], string> Forbidden() => new()
    {
        { "absolute", ModuleTar.Make(("/etc/main.tf", "")), "has an absolute name" },
        { "parent", ModuleTar.Make(("a/../../main.tf", "")), "leads out of the package with '..'" },
        { "backslash", ModuleTar.Make(("..\\main.tf", "")), "has a backslash" },
        { "absolute link", ModuleTar.Make(new Entry("passwd") { Kind = '2' }), "is a symbolic link to '/etc/passwd', outside the archive" },
        { "link out", ModuleTar.Make(Link("a/b", "../../etc")), "outside the archive" },
        { "long link out", ModuleTar.Make(Link("a", new string('x', 200) + "/../../etc")), "outside the archive" },
        { "empty link", ModuleTar.Make(Link("a", "")), "outside the archive" },
        { "hard link", ModuleTar.Make(new Entry("passwd") { Kind = '1' }), "is a hard link" },
        { "device", ModuleTar.Make(new Entry("null") { Kind = '3' }), "is a device" },
        { "pipe", ModuleTar.Make(new Entry("pipe") { Kind = '6' }), "is a named pipe" },
        { "twice", ModuleTar.Make(("main.tf", "1"), ("main.tf", "2")), "two entries named 'main.tf'" },
        { "case", ModuleTar.Make(("main.tf", "1"), ("Main.tf", "2")), "names that differ only in case" },
        { "below a file", ModuleTar.Make(("a", ""), ("a/main.tf", "")), "'a/main.tf' is below 'a', which is not a directory" },
        { "below a link", ModuleTar.Make(Link("a", "b"), new Entry("a/main.tf")), "'a/main.tf' is below 'a', which is not a directory" },
        { "bomb", ModuleTar.Make(new Entry("zeros", new byte[ZipRules.SmallSize + 1])), "unpacks to more than the 67108864 bytes allowed" },
        { "size", ModuleTar.Make(new Entry("a") { Size = "77777777777\0"u8.ToArray() }), "unpacks to more than the 67108864 bytes allowed" },
        {
            "entries",
            ModuleTar.Make([.. Enumerable.Range(0, SourceArchive.MaxEntries + 1).Select(n => new Entry($"{n}"))]),
            "more than 10000 entries"
        },
        { "after the end", ModuleTar.Compress([.. RawTar.Make(new Entry("a")), .. RawTar.Make(new Entry("b"))]), "content after its end marker" },
        { "padding bomb", ModuleTar.Compress([.. RawTar.Make(new Entry("a")), .. new byte[ZipRules.SmallSize]]), "unpacks to more than" },
        { "header", ModuleTar.Make(new Entry("a") { IsDamaged = true }), "is missing or damaged" },
        { "no tar", ModuleTar.Compress("this is no tar archive"u8.ToArray()), "is missing or damaged" },
        { "gzip truncated", ModuleTar.Make(("main.tf", ""))[..^1], "the archive is truncated" },
        { "gzip without checksum", ModuleTar.Make(("main.tf", ""))[..^8], "the archive is truncated" },
        { "gzip truncated early", ModuleTar.Make(("main.tf", Convert.ToHexString(RandomNumberGenerator.GetBytes(90_000))))[..40_000], "the archive is truncated" },
        { "gzip damaged", Damage(ModuleTar.Make(("main.tf", ""))), "the archive is truncated" },
    };

    [Theory]
    [MemberData(nameof(Forbidden))]
    public void Open_ForbiddenTar_IsRefusedWithTheReason(string what, byte[] archive, string reason)
    {
        using var content = new MemoryStream(archive);

        var refused = Assert.Throws<InvalidDataException>(
            () => SourceArchive.Open(content, ArchiveFormat.Parse("tar.gz"), Limit, CancellationToken.None));

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.NotEmpty(what);
    }

    private static Entry Link(string name, string target) =>
        new(name) { Kind = '2', Extended = Record("linkpath", target) };

    /// <summary>A record whose length includes its own digits.</summary>
    private static string Record(string key, string value)
    {
        int length = key.Length + Encoding.UTF8.GetByteCount(value) + 3;
        int digits = $"{length}".Length;
        digits = $"{length + digits}".Length;
        return $"{length + digits} {key}={value}\n";
    }

    /// <summary>Changes the checksum at the end.</summary>
    private static byte[] Damage(byte[] gzip)
    {
        gzip[^8] ^= 1;
        return gzip;
    }
}
