using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Mirror.Core.Addresses;
using Mirror.Tests.Cli;
using Mirror.Tests.Hosted.Publishing;
using Mirror.Tests.Hosting;
using Mirror.Tests.Importing;

namespace Mirror.Tests.Features.Registry;

public sealed class PublishModuleCommandTests : IDisposable
{
    private readonly MirrorDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Directory_IsPackedWithoutWorkingFilesAndPublished()
    {
        Add("main.tf", "variable \"cidr\" { type = string }\nmodule \"x\" { source = \"git::https://example.com/x.git\" }\n");
        Add("modules/inner/main.tf", "module \"y\" { source = \"https://example.com/y.zip\" }\n");
        Add("examples/a/main.tf", "module \"z\" { source = \"git::https://example.com/z.git\" }\n");
        Add("broken.tf", "}");
        Add(".git/config", "[remote]");
        Add(".terraform/modules/modules.json", "{}");
        Add("terraform.tfstate", "{}");
        Add("terraform.tfstate.backup", "{}");
        await using var server = await PublishingServer.StartAsync();

        var published = await CommandLine.RunAsync(server, "publish", "module", _directory.Path, "acme/vpc/aws", "1.2.0");
        var again = await CommandLine.RunAsync(server, "publish", "module", _directory.Path, "acme/vpc/aws", "1.2.0");
        var shown = await CommandLine.RunAsync(server, "get-module", "mirror.example.com/acme/vpc/aws", "1.2.0");
        var json = await CommandLine.RunAsync(server, "get-module", "mirror.example.com/acme/vpc/aws", "1.2.0", "--json");

        Assert.Equal(0, published.ExitCode);
        Assert.Matches(
            """^Published mirror.example.com/acme/vpc/aws 1.2.0 \([0-9.]+ KB\).\n\nmodule "vpc" {\n  source  = "mirror.example.com/acme/vpc/aws"\n  version = "1.2.0"\n}\n$""",
            published.Output);
        Assert.Equal(
            [
                "skipped .git: working files of another tool",
                "skipped .terraform: working files of another tool",
                "skipped terraform.tfstate: state, which may contain secrets",
                "skipped terraform.tfstate.backup: state, which may contain secrets",
                "warning: broken.tf: line 1, column 1: '}' closes no block",
                "warning: module \"x\" has the source 'git::https://example.com/x.git', which clients fetch directly, not from this server.",
                "warning: modules/inner: module \"y\" has the source 'https://example.com/y.zip', which clients fetch directly, not from this server.",
            ],
            published.Error.TrimEnd('\n').Split('\n'));
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("1.2.0 exists", again.Error, StringComparison.Ordinal);
        Assert.Matches("(?m)^cidr +string +\\(required\\)", shown.Output);
        Assert.Matches("(?m)^x +git::https://example.com/x.git +- +directly", shown.Output);
        Assert.Matches("(?m)^modules/inner +0 +0", shown.Output);
        Assert.Equal("cidr", (string?)json.Json["documentation"]!["root"]!["inputs"]![0]!["name"]);
    }

    [Fact]
    public async Task SameFiles_AtAnotherTimeAndPlace_MakeTheSameArchive()
    {
        Add("a/main.tf", "# 1");
        Add("b/main.tf", "# 1");
        File.SetLastWriteTimeUtc(Path.Combine(_directory.Path, "b", "main.tf"), DateTime.UnixEpoch);
        await using var server = await PublishingServer.StartAsync();

        var first = await PublishAsync("a", "1.0.0");
        var second = await PublishAsync("b", "1.0.1");

        Assert.Equal((string?)first["package"]!["sha256"], (string?)second["package"]!["sha256"]);

        async Task<JsonNode> PublishAsync(string name, string version)
        {
            var published = await CommandLine.RunAsync(
                server, "publish", "module", Path.Combine(_directory.Path, name), $"{PublishingServer.Host}/acme/vpc/aws", version, "--json");
            Assert.True(published.ExitCode == 0, published.Error);
            return published.Json;
        }
    }

    [Fact]
    public async Task Archive_IsPublishedUnchanged()
    {
        byte[] archive = ModuleTar.Make(("main.tf", "# a module"));
        string path = _directory.AddFile("vpc.tgz", archive);
        await using var server = await PublishingServer.StartAsync();

        var published = await CommandLine.RunAsync(server, "publish", "module", path, "acme/vpc/aws", "1.2.0", "--json");

        Assert.Equal(Sha256Digest.Of(archive).Hex, (string?)published.Json["package"]!["sha256"]);
    }

    [Fact]
    public async Task Files_ThatMayContainSecrets_AreNamedAndNotPublished()
    {
        Add("main.tf", "# a module");
        foreach (string name in new[]
        {
            ".env", ".env.production", "terraform.tfvars", "secret.auto.tfvars", "a.tfvars.json", "modules/x/b.tfvars", "examples/a/.env",
            "examples/a/terraform.tfvars", "environment.tf",
        })
        {
            Add(name, "secret = 1");
        }

        await using var server = await PublishingServer.StartAsync();

        var published = await CommandLine.RunAsync(server, "publish", "module", _directory.Path, "acme/vpc/aws", "1.0.0");

        Assert.True(published.ExitCode == 0, published.Error);
        Assert.Equal(
            [
                "skipped .env: environment variables, which may contain secrets",
                "skipped .env.production: environment variables, which may contain secrets",
                "skipped a.tfvars.json: values of variables, which may contain secrets",
                "skipped examples/a/.env: environment variables, which may contain secrets",
                "skipped modules/x/b.tfvars: values of variables, which may contain secrets",
                "skipped secret.auto.tfvars: values of variables, which may contain secrets",
                "skipped terraform.tfvars: values of variables, which may contain secrets",
            ],
            published.Error.Split('\n').Where(line => line.StartsWith("skipped", StringComparison.Ordinal)));
        Assert.Equal(["environment.tf", "examples/a/terraform.tfvars", "main.tf"], await PublishedFilesAsync(server));
    }

    [UnixFact("Windows has no named pipes in directories.")]
    public async Task Pipe_IsNamedAndNotPublished()
    {
        Add("main.tf", "# a module");
        Add("empty.tf", "");
        string pipe = Path.Combine(_directory.Path, "pipe.tf");
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", [pipe]))
        {
            await mkfifo.WaitForExitAsync();
            Assert.Equal(0, mkfifo.ExitCode);
        }

        await using var server = await PublishingServer.StartAsync();

        var published = await CommandLine.RunAsync(server, "publish", "module", _directory.Path, "acme/vpc/aws", "1.0.0");

        Assert.True(published.ExitCode == 0, published.Error);
        Assert.Equal("skipped pipe.tf: not a regular file\n", published.Error);
        Assert.Equal(["empty.tf", "main.tf"], await PublishedFilesAsync(server));
    }

    [UnixFact("Creating symbolic links needs a privilege on Windows.")]
    public async Task Links_AreFollowedOnlyInsideTheModule()
    {
        Add("module/main.tf", "# a module");
        Add("secret.txt", "secret");
        Link("module/copy.tf", "main.tf");
        Link("module/secret.txt", "../secret.txt");
        Add("module/.env", "secret");
        Add("module/.terraform/token", "secret");
        Link("module/env.txt", ".env");
        Link("module/token.txt", ".terraform/token");
        Link("module/loop", "loop");
        Link("module/directory", ".");
        await using var server = await PublishingServer.StartAsync();

        var published = await CommandLine.RunAsync(
            server, "publish", "module", Path.Combine(_directory.Path, "module"), "acme/vpc/aws", "1.0.0");

        Assert.Equal(0, published.ExitCode);
        Assert.Equal(
            [
                "skipped .env: environment variables, which may contain secrets",
                "skipped .terraform: working files of another tool",
                "skipped directory: a symbolic link to a directory or to nothing",
                "skipped env.txt: a symbolic link to environment variables, which may contain secrets",
                "skipped loop: a symbolic link to a directory or to nothing",
                "skipped secret.txt: a symbolic link that leads out of the module",
                "skipped token.txt: a symbolic link to working files of another tool",
            ],
            published.Error.TrimEnd('\n').Split('\n'));
    }

    [Theory]
    [InlineData(2, "does not exist", "missing", "acme/vpc/aws")]
    [InlineData(2, "'acme/dns' is a provider", ".", "acme/dns")]
    [InlineData(1, "contains no files to publish", "empty", "acme/vpc/aws")]
    [InlineData(1, "is not the hostname of this server", ".", "other.example.com/acme/vpc/aws")]
    [InlineData(1, "The registry namespace 'unknown' does not exist", ".", "unknown/vpc/aws")]
    public async Task Unusable_FailsWithTheReason(int exitCode, string message, string source, string address)
    {
        Add("main.tf", "# a module");
        Directory.CreateDirectory(Path.Combine(_directory.Path, "empty"));
        await using var server = await PublishingServer.StartAsync();

        var refused = await CommandLine.RunAsync(server, "publish", "module", Path.Combine(_directory.Path, source), address, "1.0.0");

        Assert.Equal(exitCode, refused.ExitCode);
        Assert.Contains(message, refused.Error, StringComparison.Ordinal);
        await PublishingServer.AssertNothingAsync(server);
    }

    /// <summary>The names of the files in the published archive.</summary>
    private static async Task<IReadOnlyList<string>> PublishedFilesAsync(MirrorServer server)
    {
        string archive = Directory.GetFiles(Path.Combine(server.Host.Options.PackagesDirectory, "sha256"), "*", SearchOption.AllDirectories).Single();
        await using var unpacked = new GZipStream(File.OpenRead(archive), CompressionMode.Decompress);
        await using var tar = new TarReader(unpacked);
        var names = new List<string>();
        while (await tar.GetNextEntryAsync() is { } entry)
        {
            if (entry.EntryType == TarEntryType.RegularFile)
            {
                names.Add(entry.Name);
            }
        }

        names.Sort(StringComparer.Ordinal);
        return names;
    }

    private void Add(string path, string text)
    {
        string file = Path.Combine(_directory.Path, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private void Link(string path, string target) => File.CreateSymbolicLink(Path.Combine(_directory.Path, path), target);
}
