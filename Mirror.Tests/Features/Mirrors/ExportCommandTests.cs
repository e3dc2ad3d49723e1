using System.Text.Json.Nodes;
using Mirror.Core.Importing;
using Mirror.Core.Storage.Archives;
using Mirror.Tests.Cli;
using Mirror.Tests.Hosting;
using Mirror.Tests.Importing;
using Mirror.Tests.Protocols;
using Mirror.Tests.Storage.Archives;

namespace Mirror.Tests.Features.Mirrors;

public sealed class ExportCommandTests : IDisposable
{
    private const string Hello = $"{MirrorWithOrigin.Host}/example/hello";

    private readonly MirrorDirectory _directory = new();

    private string Bundle => Path.Combine(_directory.Path, "out.tar");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Bundle_ImportedIntoAnotherInstance_IsVerifiedAndServed()
    {
        await using var source = await StockedAsync("1.0.0", "2.0.0");
        await using var target = await OfflineAsync();

        var export = await CommandLine.RunAsync(source.Server, "export", Bundle);
        var import = await CommandLine.RunAsync(target, "import", Bundle);
        var again = await CommandLine.RunAsync(target, "import", Bundle);

        Assert.Equal((0, ""), (export.ExitCode, export.Error));
        Assert.EndsWith($"Exported 2, present 0, failed 0: {Bundle}\n", export.Output, StringComparison.Ordinal);
        Assert.Equal((0, ""), (import.ExitCode, import.Error));
        Assert.EndsWith("Imported 2, unchanged 0, failed 0.\n", import.Output, StringComparison.Ordinal);
        Assert.EndsWith("Imported 0, unchanged 2, failed 0.\n", again.Output, StringComparison.Ordinal);
        var before = (await CommandLine.RunAsync(source.Server, "get-version", Hello, "1.0.0", "--json")).Json;
        var after = (await CommandLine.RunAsync(target, "get-version", Hello, "1.0.0", "--json")).Json;
        Assert.Equal("bundled", (string)after["trust"]!);
        Assert.Equal((string)before["proof"]!["keyFingerprint"]!, (string)after["proof"]!["keyFingerprint"]!);
        Assert.True(JsonNode.DeepEquals(before["platforms"]![0]!["hashes"], after["platforms"]![0]!["hashes"]));
        using var signed = await target.Client.GetAsync(
            $"/v1/registries/{MirrorWithOrigin.Host}/providers/example/hello/1.0.0/download/linux/amd64");
        Assert.True(signed.IsSuccessStatusCode, await signed.Content.ReadAsStringAsync());
        byte[] package = await target.Client.GetByteArrayAsync(MirrorWithOrigin.Base + MirrorWithOrigin.Package);
        Assert.Equal(source.OriginPackage().Content, package);
    }

    [Theory]
    [InlineData("package", "does not match the signed SHA256SUMS")]
    [InlineData("sums", "failed verification")]
    [InlineData("key", "failed verification")]
    public async Task Bundle_Altered_IsRejected(string part, string expected)
    {
        await using var source = await StockedAsync("1.0.0");
        await using var target = await OfflineAsync();
        await CommandLine.RunAsync(source.Server, "export", Bundle);
        var (name, file) = TarDirectory.Read(Bundle).Entries.Select(entry => (entry.Name, entry.Content)).Single(item => part switch
        {
            "package" => item.Name.EndsWith(".zip", StringComparison.Ordinal),
            "sums" => item.Name.EndsWith("_SHA256SUMS", StringComparison.Ordinal),
            _ => item.Name.EndsWith("_proof.json", StringComparison.Ordinal),
        });
        Assert.NotNull(name);
        using (var bytes = new FileStream(Bundle, FileMode.Open))
        {
            // In the zip archive a byte of the content; in SHA256SUMS the first digit; in the description a capital letter of the key's
            // armor, which is no escape sequence.
            bytes.Position = file.Offset + (part == "package" ? 60 : part == "sums" ? 0 : file.Length / 2);
            int old = bytes.ReadByte();
            while (part == "key" && !char.IsAsciiLetterUpper((char)old))
            {
                old = bytes.ReadByte();
            }

            bytes.Position--;
            bytes.WriteByte((byte)(part == "sums" ? old == '0' ? '1' : '0' : old == 'A' ? 'B' : 'A'));
        }

        var import = await CommandLine.RunAsync(target, "import", Bundle);

        Assert.Equal(1, import.ExitCode);
        Assert.Contains("failed 1.", import.Output, StringComparison.Ordinal);
        Assert.Contains(part == "package" ? $"failed {Hello} 1.0.0" : expected, import.Error, StringComparison.Ordinal);
        var list = (await CommandLine.RunAsync(target, "list-versions", "default", "--json")).Json;
        Assert.Equal(0, (int)list["total"]!);
    }

    [Fact]
    public async Task Bundle_WithAnotherPackageUnderTheSameName_FailsVerification()
    {
        await using var source = await StockedAsync("1.0.0");
        await using var target = await OfflineAsync();
        string directory = Path.Combine(_directory.Path, "mirror");
        await CommandLine.RunAsync(source.Server, "export", directory);
        string package = Directory.GetFiles(directory, "*.zip", SearchOption.AllDirectories).Single();
        await File.WriteAllBytesAsync(package, ProviderZip.Make("hello", "another publisher's"));

        var import = await CommandLine.RunAsync(target, "import", directory);

        Assert.Equal(1, import.ExitCode);
        Assert.Contains("does not match the signed SHA256SUMS", import.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_WithSince_ContainsOnlyNewerVersions()
    {
        await using var source = await StockedAsync("1.0.0");
        string second = Path.Combine(_directory.Path, "second.tar");
        string third = Path.Combine(_directory.Path, "third.tar");

        await CommandLine.RunAsync(source.Server, "export", Bundle);
        await SyncAsync(source, "2.0.0");
        var newer = await CommandLine.RunAsync(source.Server, "export", second, "--since", Bundle, "--json");
        var none = await CommandLine.RunAsync(source.Server, "export", third, "--since", second, "--json");

        Assert.Equal(["2.0.0"], newer.Json["packages"]!.AsArray().Select(package => (string)package!["version"]!));
        Assert.Equal((0, 0), (none.ExitCode, none.Json["packages"]!.AsArray().Count));
        Assert.Equal((string)newer.Json["through"]!, (string)none.Json["through"]!);
    }

    [Fact]
    public async Task Export_AfterAnInterruption_Resumes()
    {
        await using var source = await StockedAsync("1.0.0", "2.0.0");
        await CommandLine.RunAsync(source.Server, "export", Bundle);
        byte[] whole = await File.ReadAllBytesAsync(Bundle);
        var packages = TarDirectory.Read(Bundle).Entries.Where(item => item.Name.EndsWith(".zip", StringComparison.Ordinal)).ToList();
        // Simulates a kill in the middle of the second package.
        await File.WriteAllBytesAsync(Bundle + ".part", whole[..(int)(packages[1].Content.Offset + 100)]);
        File.Delete(Bundle);

        var export = await CommandLine.RunAsync(source.Server, "export", Bundle, "--json");

        Assert.Equal((0, 1, 1), (export.ExitCode, (int)export.Json["exported"]!, (int)export.Json["present"]!));
        Assert.Equal(
            TarDirectory.Read(Bundle).Entries.Select(item => item.Name).Order(),
            TarDirectory.Read(Bundle).Entries.Select(item => item.Name).Distinct().Order());
        Assert.Equal(2, MirrorBundle.Scan(Bundle).Packages.Count);
        Assert.Empty(MirrorBundle.Scan(Bundle).Skipped);
        Assert.False(File.Exists(Bundle + ".part"));
    }

    [Fact]
    public async Task Import_OfABundleWithOtherEntries_ReportsThemAndImportsTheRest()
    {
        await using var source = await StockedAsync("1.0.0");
        await using var target = await OfflineAsync();
        await CommandLine.RunAsync(source.Server, "export", Bundle);
        var whole = TarDirectory.Read(Bundle).Entries.Select(entry => new RawTar.Entry(entry.Name, entry.Content.ReadAllBytes())).ToList();
        var package = whole.Single(entry => entry.Name.EndsWith(".zip", StringComparison.Ordinal));
        string other = package.Name.Replace("amd64", "arm64", StringComparison.Ordinal);
        await File.WriteAllBytesAsync(Bundle, RawTar.Make(
            [new(other) { Kind = '2' }, new($"{Hello}/pipe") { Kind = '6' }, new("../" + other, "x"), .. whole[..^1], package, whole[^1]]));

        var import = await CommandLine.RunAsync(target, "import", Bundle);

        Assert.Equal(1, import.ExitCode);
        Assert.EndsWith("Imported 1, unchanged 0, failed 0, skipped 4.\n", import.Output, StringComparison.Ordinal);
        Assert.Contains($"skipped: '{other}' is a symbolic link; expected files only", import.Error, StringComparison.Ordinal);
        Assert.Contains($"skipped: '{Hello}/pipe' is a named pipe; expected files only", import.Error, StringComparison.Ordinal);
        Assert.Contains($"skipped: '../{other}' is not in a provider's directory", import.Error, StringComparison.Ordinal);
        Assert.Contains($"skipped: '{package.Name}' is a duplicate of {Hello} 1.0.0 linux_amd64", import.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_OfATruncatedBundle_ImportsCompletePackagesAndReportsIt()
    {
        await using var source = await StockedAsync("1.0.0", "2.0.0");
        await using var target = await OfflineAsync();
        await CommandLine.RunAsync(source.Server, "export", Bundle);
        var packages = TarDirectory.Read(Bundle).Entries.Where(item => item.Name.EndsWith(".zip", StringComparison.Ordinal)).ToList();
        using (var file = new FileStream(Bundle, FileMode.Open))
        {
            file.SetLength(packages[1].Content.Offset + 100);
        }

        var import = await CommandLine.RunAsync(target, "import", Bundle);

        Assert.Equal(1, import.ExitCode);
        Assert.EndsWith("Imported 1, unchanged 0, failed 0, skipped 1.\n", import.Output, StringComparison.Ordinal);
        Assert.Contains("is not a complete bundle: its entry ", import.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Directory_Exported_IsAFilesystemMirrorWithDocuments()
    {
        await using var source = await StockedAsync("1.0.0");
        string directory = Path.Combine(_directory.Path, "mirror");

        await CommandLine.RunAsync(source.Server, "export", directory);
        await SyncAsync(source, "2.0.0");
        var export = await CommandLine.RunAsync(source.Server, "export", directory, Hello, "--platform", "linux_amd64", "--json");

        Assert.Equal((1, 1), ((int)export.Json["exported"]!, (int)export.Json["present"]!));
        var index = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(directory, Hello, "index.json")))!;
        Assert.Equal(["1.0.0", "2.0.0"], index["versions"]!.AsObject().Select(item => item.Key).Order());
        var document = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(directory, Hello, "1.0.0.json")))!;
        Assert.Equal(MirrorWithOrigin.Package, (string)document["archives"]!["linux_amd64"]!["url"]!);
        var content = FilesystemMirror.Scan(directory);
        Assert.Equal((2, 2, 0), (content.Packages.Count, content.Proofs.Count, content.Skipped.Count));
    }

    [Fact]
    public async Task Export_OfAMissingProvider_Fails()
    {
        await using var source = await StockedAsync("1.0.0");

        var export = await CommandLine.RunAsync(source.Server, "export", Bundle, "hashicorp/none");
        var usage = await CommandLine.RunAsync(source.Server, "export", Bundle, "--since", "yesterday");

        Assert.Equal(1, export.ExitCode);
        Assert.Contains("contains no such packages", export.Error, StringComparison.Ordinal);
        Assert.Equal(2, usage.ExitCode);
        Assert.Contains("'yesterday'", usage.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Bundle));
    }

    /// <summary>One test for all steps, because each step needs several seconds for the 700 MB.</summary>
    [RealAwsProviderFact]
    public async Task RealAwsProvider_ImportedExportedAndImportedElsewhere_KeepsItsPublishedHash()
    {
        await using var first = await MirrorServer.StartAsync();
        await using var second = await OfflineAsync();

        var published = await CommandLine.RunAsync(first, "import", RealAwsProvider.Find()!, "--json");
        var export = await CommandLine.RunAsync(first, "export", Bundle, "hashicorp/aws");
        var import = await CommandLine.RunAsync(second, "import", Bundle);

        Assert.Equal((0, 0, 0), (published.ExitCode, export.ExitCode, import.ExitCode));
        var imported = published.Json["packages"]!.AsArray().Single(
            package => (string)package!["provider"]! == "registry.terraform.io/hashicorp/aws");
        Assert.Equal(RealAwsProvider.PublishedHash, (string)imported!["hashes"]![1]!);
        var aws = (await CommandLine.RunAsync(second, "list-platforms", "hashicorp/aws", "5.100.0", "--json")).Json;
        Assert.Contains(RealAwsProvider.PublishedHash, aws["platforms"]![0]!["hashes"]!.AsArray().Select(hash => (string)hash!));
    }

    private static async Task<MirrorWithOrigin> StockedAsync(params string[] versions)
    {
        var mirror = await MirrorWithOrigin.StartAsync();
        foreach (string version in versions)
        {
            await SyncAsync(mirror, version);
        }

        return mirror;
    }

    private static async Task SyncAsync(MirrorWithOrigin mirror, string version)
    {
        var sync = await CommandLine.RunAsync(mirror.Server, "sync", "--version", version, "--platform", "linux_amd64", Hello);
        Assert.Equal((0, ""), (sync.ExitCode, sync.Error));
        await mirror.WhenIdleAsync();
    }

    private static Task<MirrorServer> OfflineAsync() =>
        MirrorServer.StartAsync(
            options => options with { Upstream = options.Upstream with { Mode = Core.Configuration.UpstreamMode.Offline } });
}
