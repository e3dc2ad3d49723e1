using Mirror.Core.Importing;
using Xunit;

namespace Mirror.Tests.Importing;

public sealed class FilesystemMirrorTests : IDisposable
{
    private const string Null = "registry.terraform.io/hashicorp/null";

    private readonly MirrorDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Scan_PackedAndUnpackedMixed_FindsBothInOrder()
    {
        _directory.AddUnpacked(Null, "3.10.0", "linux_amd64");
        _directory.AddPacked(Null, "3.9.0", "linux_amd64");
        _directory.AddPacked(Null, "3.9.0", "darwin_arm64");
        _directory.AddPacked("registry.example.com/example/a_b", "1.0.0-rc.1", "windows_386");

        var content = FilesystemMirror.Scan(_directory.Path);

        Assert.Empty(content.Skipped);
        Assert.Equal(
            [
                ("registry.example.com/example/a_b 1.0.0-rc.1 windows_386", PackageLayout.Packed),
                ("hashicorp/null 3.9.0 darwin_arm64", PackageLayout.Packed),
                ("hashicorp/null 3.9.0 linux_amd64", PackageLayout.Packed),
                ("hashicorp/null 3.10.0 linux_amd64", PackageLayout.Unpacked),
            ],
            content.Packages.Select(package => (package.ToString(), package.Layout)));
    }

    [Fact]
    public void Scan_SamePackagePackedAndUnpacked_UsesTheArchive()
    {
        _directory.AddUnpacked(Null, "1.0.0", "linux_amd64");
        string archive = _directory.AddPacked(Null, "1.0.0", "linux_amd64");

        var content = FilesystemMirror.Scan(_directory.Path);

        Assert.Equal(archive, Assert.Single(content.Packages).Path);
        Assert.Empty(content.Skipped);
    }

    [Fact]
    public void Scan_InternationalizedHostname_IsReadInUnicode()
    {
        _directory.AddPacked("bücher.example/example/null", "1.0.0", "linux_amd64");

        var content = FilesystemMirror.Scan(_directory.Path);

        Assert.Equal("xn--bcher-kva.example/example/null", Assert.Single(content.Packages).Provider.ToString());
    }

    [Fact]
    public void Scan_HashFilesAndHiddenFiles_AreIgnored()
    {
        _directory.AddPacked(Null, "1.0.0", "linux_amd64");
        _directory.AddFile(Null + "/index.json", """{"versions":{"1.0.0":{}}}""");
        _directory.AddFile(Null + "/1.0.0.json", """{"archives":{"linux_amd64":{"hashes":["h1:wrong"]}}}""");
        _directory.AddFile(".DS_Store", "");

        var content = FilesystemMirror.Scan(_directory.Path);

        Assert.Single(content.Packages);
        Assert.Empty(content.Skipped);
    }

    [Theory]
    [InlineData("README.md", "README.md", "hostname")]
    [InlineData("hashicorp/null/1.0.0/linux_amd64/terraform-provider-null_v1.0.0", "hashicorp", "hostname")]
    [InlineData("registry.terraform.io/hashi..corp/null/x.zip", "registry.terraform.io/hashi..corp/null", "source address")]
    [InlineData(
        Null + "/terraform-provider-null_v1.0.0_linux_amd64.zip",
        Null + "/terraform-provider-null_v1.0.0_linux_amd64.zip",
        "VERSION_OS_ARCH")]
    [InlineData(
        Null + "/terraform-provider-random_1.0.0_linux_amd64.zip",
        Null + "/terraform-provider-random_1.0.0_linux_amd64.zip",
        "terraform-provider-null")]
    [InlineData(Null + "/notes.txt", Null + "/notes.txt", "not a package")]
    [InlineData(Null + "/v1.0.0/linux_amd64/terraform-provider-null", Null + "/v1.0.0", "not a version")]
    [InlineData(Null + "/1.0.0/linux-amd64/terraform-provider-null", Null + "/1.0.0/linux-amd64", "os_arch")]
    [InlineData(Null + "/1.0.0/linux_amd64/terraform-provider-nullable", Null + "/1.0.0/linux_amd64", "terraform-provider-null")]
    public void Scan_OtherFiles_AreSkippedWithAReason(string file, string skipped, string reason)
    {
        _directory.AddPacked(Null, "2.0.0", "linux_amd64");
        _directory.AddFile(file, "x");

        var content = FilesystemMirror.Scan(_directory.Path);

        Assert.Single(content.Packages);
        var entry = Assert.Single(content.Skipped);
        Assert.Equal(Path.Combine(_directory.Path, skipped), entry.Path);
        Assert.Contains(reason, entry.Reason, StringComparison.Ordinal);
    }

    [UnixFact("making symbolic links needs a privilege on Windows")]
    public void Scan_LinkedPlatformDirectory_IsFollowed()
    {
        string real = _directory.AddUnpacked("registry.terraform.io/hashicorp/null", "1.0.0", "linux_amd64");
        Directory.CreateSymbolicLink(Path.Combine(Path.GetDirectoryName(real)!, "linux_arm64"), real);

        Assert.Equal(
            ["linux_amd64", "linux_arm64"], FilesystemMirror.Scan(_directory.Path).Packages.Select(package => package.Platform.Value));
    }

    [UnixFact("Windows has no named pipes among its files.")]
    public void Scan_NamedPipesAndBrokenLinks_AreSkippedUnopened()
    {
        string unpacked = _directory.AddUnpacked(Null, "1.0.0", "linux_amd64");
        string packed = Path.Combine(_directory.Path, Null, "terraform-provider-null_2.0.0_linux_amd64.zip");
        string sums = Path.Combine(_directory.Path, Null, "terraform-provider-null_2.0.0_SHA256SUMS");
        MakePipe(packed);
        File.CreateSymbolicLink(sums, packed);
        MakePipe(Path.Combine(unpacked, "pipe"));

        var content = FilesystemMirror.Scan(_directory.Path);

        Assert.Equal([sums, packed], content.Skipped.Select(skipped => skipped.Path));
        var refused = Assert.Throws<InvalidDataException>(() => UnpackedPackage.Open(Assert.Single(content.Packages).Path));
        Assert.Contains("pipe' is a device, a named pipe or a socket", refused.Message, StringComparison.Ordinal);
    }

    private static void MakePipe(string path)
    {
        using var mkfifo = System.Diagnostics.Process.Start("mkfifo", [path]);
        mkfifo.WaitForExit();
        Assert.Equal(0, mkfifo.ExitCode);
    }
}
