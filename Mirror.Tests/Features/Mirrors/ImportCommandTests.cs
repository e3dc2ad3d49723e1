using Mirror.Core.Storage.Archives;
using Mirror.Tests.Cli;
using Mirror.Tests.Hosting;
using Mirror.Tests.Importing;
using Mirror.Tests.Storage.Archives;
using Xunit;

namespace Mirror.Tests.Features.Mirrors;

public sealed class ImportCommandTests : IDisposable
{
    private const string Null = "registry.terraform.io/hashicorp/null";

    private readonly MirrorDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Import_BothLayouts_StoresEveryPackageWithItsOwnHash()
    {
        _directory.AddPacked(Null, "1.0.0", "linux_amd64");
        string unpacked = _directory.AddUnpacked(Null, "1.0.0", "darwin_arm64");
        await using var server = await MirrorServer.StartAsync();

        var import = await CommandLine.RunAsync(server, "import", _directory.Path);

        Assert.Equal((0, ""), (import.ExitCode, import.Error));
        Assert.Contains("imported hashicorp/null 1.0.0 darwin_arm64", import.Output, StringComparison.Ordinal);
        Assert.EndsWith("Imported 2, unchanged 0, failed 0.\n", import.Output, StringComparison.Ordinal);
        var version = (await CommandLine.RunAsync(server, "get-version", "hashicorp/null", "1.0.0", "--json")).Json;
        var expected = Assert.IsType<PackageHashResult.Hashed>(PackageHasher.HashDirectory(unpacked));
        Assert.Equal(expected.Hash.Value, (string)version["platforms"]![0]!["hashes"]![1]!);
        Assert.Equal("imported", (string)version["trust"]!);
    }

    [Fact]
    public async Task Import_Again_SendsNothing()
    {
        _directory.AddPacked(Null, "1.0.0", "linux_amd64");
        _directory.AddUnpacked(Null, "1.0.0", "darwin_arm64");
        await using var server = await MirrorServer.StartAsync(
            options => options with { Packages = options.Packages with { MaxPackageSize = 100_000 } });
        await CommandLine.RunAsync(server, "import", _directory.Path);

        var again = await CommandLine.RunAsync(server, "import", _directory.Path, "--json");

        Assert.Equal(0, again.ExitCode);
        Assert.Equal((0, 2, 0), ((int)again.Json["imported"]!, (int)again.Json["unchanged"]!, (int)again.Json["failed"]!));
        Assert.All(again.Json["packages"]!.AsArray(), package => Assert.Null(package!["size"]));
    }

    [Fact]
    public async Task Import_ToAnUnknownGroup_ReportsItOnceAndSendsNothing()
    {
        _directory.AddPacked(Null, "1.0.0", "linux_amd64");
        _directory.AddPacked(Null, "1.0.0", "darwin_arm64");
        await using var server = await MirrorServer.StartAsync();

        var import = await CommandLine.RunAsync(server, "import", _directory.Path, "--group-path", "nothing");

        Assert.Equal((1, "", "Not found: There is no group or workspace 'nothing'.\n"), (import.ExitCode, import.Output, import.Error));
    }

    [Fact]
    public async Task Import_OfAChangedDirectory_SendsItAgain()
    {
        _directory.AddUnpacked(Null, "1.0.0", "linux_amd64", "old");
        await using var server = await MirrorServer.StartAsync();
        await CommandLine.RunAsync(server, "import", _directory.Path);
        _directory.AddUnpacked(Null, "1.0.0", "linux_amd64", "new");

        var again = await CommandLine.RunAsync(server, "import", _directory.Path, "--json");

        Assert.Equal(1, (int)again.Json["imported"]!);
    }

    [Fact]
    public async Task Import_WithInvalidEntries_ReportsThemAndImportsTheRest()
    {
        string broken = _directory.AddFile(Null + "/terraform-provider-null_1.0.0_linux_386.zip", "no zip");
        _directory.AddPacked(Null, "1.0.0", "linux_amd64");
        string stray = _directory.AddFile(Null + "/notes.txt", "x");
        await using var server = await MirrorServer.StartAsync();

        var import = await CommandLine.RunAsync(server, "import", _directory.Path);

        Assert.Equal(1, import.ExitCode);
        Assert.Contains("failed hashicorp/null 1.0.0 linux_386: Not a provider package", import.Error, StringComparison.Ordinal);
        Assert.Contains("imported hashicorp/null 1.0.0 linux_amd64", import.Output, StringComparison.Ordinal);
        Assert.Contains($"skipped: '{stray}'", import.Error, StringComparison.Ordinal);
        Assert.EndsWith("Imported 1, unchanged 0, failed 1, skipped 1.\n", import.Output, StringComparison.Ordinal);

        var json = (await CommandLine.RunAsync(server, "import", _directory.Path, "--json")).Json;
        Assert.Equal(broken, (string)json["packages"]!.AsArray().Single(package => (string)package!["outcome"]! == "failed")!["path"]!);
        Assert.Equal(stray, (string)json["skipped"]![0]!["path"]!);
    }

    [Theory]
    [InlineData("packed")]
    [InlineData("unpacked")]
    public async Task Import_LargerThanTheServersLimit_FailsWithTheLimit(string layout)
    {
        byte[] noise = new byte[4 << 20];
        new Random(3).NextBytes(noise);
        if (layout == "packed")
        {
            _directory.AddPacked(Null, "1.0.0", "linux_amd64", Convert.ToHexString(noise));
        }
        else
        {
            _directory.AddUnpacked(Null, "1.0.0", "linux_amd64", Convert.ToHexString(noise));
        }

        await using var server = await MirrorServer.StartAsync(
            options => options with { Packages = options.Packages with { MaxPackageSize = 1 << 20 } });

        var import = await CommandLine.RunAsync(server, "import", _directory.Path);

        Assert.Equal(1, import.ExitCode);
        Assert.Contains("1 MB", import.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(server.Host.Options.StagingDirectory));
    }

    [UnixFact("making symbolic links needs a privilege on Windows")]
    public async Task Import_OfUninstallableArchives_IsRejectedByNameAndNotStored()
    {
        RawZip.Entry executable = new("terraform-provider-null_v1.0.0", "#!/bin/sh\n");
        (string Platform, RawZip.Entry Entry, string Reason)[] packages =
        [
            ("linux_386", new("../x", "1"), "'../x' leads out of the package with '..'"),
            ("linux_amd64", new("/etc/x", "1"), "'/etc/x' has an absolute name"),
            ("linux_arm", new("C:\\x", "1"), "'C:\\x' has a backslash in its name"),
            ("linux_arm64", new("x", "/etc/passwd") { Attributes = 0xA1FFu << 16 }, "'x' is a symbolic link"),
        ];
        foreach (var (platform, entry, _) in packages)
        {
            _directory.AddFile($"{Null}/terraform-provider-null_1.0.0_{platform}.zip", RawZip.Make(executable, entry));
        }

        string link = Path.Combine(_directory.AddUnpacked(Null, "1.0.0", "darwin_arm64"), "README");
        File.CreateSymbolicLink(link, "/etc/passwd");
        await using var server = await MirrorServer.StartAsync();

        var import = await CommandLine.RunAsync(server, "import", _directory.Path);

        Assert.Equal((1, "Imported 0, unchanged 0, failed 5.\n"), (import.ExitCode, import.Output));
        Assert.All(packages, package => Assert.Contains(
            $"hashicorp/null 1.0.0 {package.Platform}: the zip archive's entry {package.Reason}", import.Error, StringComparison.Ordinal));
        Assert.Contains(
            $"failed hashicorp/null 1.0.0 darwin_arm64: '{link}' is a symbolic link to '/etc/passwd', which is outside the package",
            import.Error,
            StringComparison.Ordinal);
        Assert.Equal(0, (int)(await CommandLine.RunAsync(server, "list-versions", "default", "--json")).Json["total"]!);
        Assert.Empty(Directory.EnumerateFiles(server.Host.Options.StagingDirectory));
        Assert.Empty(
            Directory.EnumerateFiles(Path.Combine(server.Host.Options.PackagesDirectory, "sha256"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Import_EmptyDirectory_Fails()
    {
        await using var server = await MirrorServer.StartAsync();

        var import = await CommandLine.RunAsync(server, "import", _directory.Path);

        Assert.Equal(1, import.ExitCode);
        Assert.Contains("contains no packages", import.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_WithoutAToken_FailsAndReportsIt()
    {
        _directory.AddPacked(Null, "1.0.0", "linux_amd64");
        await using var server = await MirrorServer.StartAsync();

        var import = await CommandLine.RunAsync("import", _directory.Path, "--url", server.Url.ToString());

        Assert.Equal(1, import.ExitCode);
        Assert.Contains("MIRROR_TOKEN", import.Error, StringComparison.Ordinal);
    }
}
