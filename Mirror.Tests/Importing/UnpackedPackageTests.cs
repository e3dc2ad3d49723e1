using System.IO.Compression;
using Mirror.Core.Importing;
using Mirror.Core.Storage.Archives;
using Xunit;

namespace Mirror.Tests.Importing;

public sealed class UnpackedPackageTests : IDisposable
{
    private readonly MirrorDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task WriteZip_Directory_HasTheSameContentHash()
    {
        _directory.AddFile("terraform-provider-null_v1.0.0", "binary");
        _directory.AddFile("docs/guide/index.md", "guide");
        _directory.AddFile("docs/a-b.md", "");
        Directory.CreateDirectory(Path.Combine(_directory.Path, "empty"));

        using var zip = new MemoryStream(await PackAsync());

        var expected = Assert.IsType<PackageHashResult.Hashed>(PackageHasher.HashDirectory(_directory.Path));
        var actual = Assert.IsType<PackageHashResult.Hashed>(PackageHasher.HashZip(zip, long.MaxValue));
        Assert.Equal(expected.Hash, actual.Hash);
        Assert.False(actual.HasDirectoryEntries);
    }

    [Fact]
    public async Task WriteZip_SameFilesWithNewTimestamps_WritesTheSameBytes()
    {
        string file = _directory.AddFile("terraform-provider-null_v1.0.0", "binary");
        byte[] first = await PackAsync();
        File.SetLastWriteTimeUtc(file, new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));

        Assert.Equal(first, await PackAsync());
    }

    [Fact]
    public async Task WriteZip_FileModes_KeepTheProviderExecutable()
    {
        _directory.AddFile("terraform-provider-null_v1.0.0", "the mode was lost"u8.ToArray(), executable: false);
        _directory.AddFile("README.md", "text");
        _directory.AddFile("tools/helper.sh", "#!/bin/sh"u8.ToArray(), executable: true);

        using var zip = new ZipArchive(new MemoryStream(await PackAsync()));

        Assert.Equal("100644", Mode(zip, "README.md"));
        Assert.Equal("100755", Mode(zip, "terraform-provider-null_v1.0.0"));
        Assert.Equal(OperatingSystem.IsWindows() ? "100644" : "100755", Mode(zip, "tools/helper.sh"));
    }

    [Fact]
    public async Task WriteZip_Progress_CountsEveryByteOnce()
    {
        _directory.AddFile("a", new byte[300_000]);
        _directory.AddFile("b", new byte[200_000]);
        var package = UnpackedPackage.Open(_directory.Path);
        var reports = new Reports();

        await package.WriteZipAsync(Stream.Null, reports, CancellationToken.None);

        Assert.Equal(500_000, package.Size);
        Assert.Equal(500_000, reports.Values[^1]);
        Assert.Equal(reports.Values.Order(), reports.Values);
    }

    [UnixFact("making symbolic links needs a privilege on Windows")]
    public void Open_BrokenLink_IsRejected()
    {
        File.CreateSymbolicLink(Path.Combine(_directory.Path, "dangling"), "nowhere");

        Assert.Throws<InvalidDataException>(() => UnpackedPackage.Open(_directory.Path));
    }

    private async Task<byte[]> PackAsync()
    {
        using var zip = new MemoryStream();
        await UnpackedPackage.Open(_directory.Path).WriteZipAsync(zip, null, CancellationToken.None);
        return zip.ToArray();
    }

    private static string Mode(ZipArchive zip, string name) => Convert.ToString((zip.GetEntry(name)!.ExternalAttributes >> 16) & 0xFFFF, 8);

    private sealed class Reports : IProgress<long>
    {
        public List<long> Values { get; } = [];

        public void Report(long value) => Values.Add(value);
    }
}
