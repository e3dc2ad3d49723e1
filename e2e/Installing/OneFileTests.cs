using System.Diagnostics;
using System.Net;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using Mirror.E2E.Processes;
using Mirror.E2E.Terraform;
using Mirror.Tests.Origin;
using Xunit.Abstractions;

namespace Mirror.E2E.Installing;

/// <summary>The published file in an otherwise empty directory: it is the complete product.</summary>
public sealed partial class OneFileTests(ITestOutputHelper output)
{
    private const string Hello = "registry.example.com/example/hello";

    [RequiresPublishedFact]
    public void Publish_ForEachSystem_IsOneFile()
    {
        Assert.Equal(["mirror"], FilesIn("linux-x64"));
        Assert.Equal(["mirror.exe"], FilesIn("win-x64"));
    }

    [RequiresPublishedFact]
    public async Task OneFile_Alone_ServesPagesAndTerraform()
    {
        using var directory = new TemporaryDirectory();
        string file = directory.Combine("mirror");
        File.Copy(Path.Combine(MirrorExecutable.PublishDirectory("linux-x64"), "mirror"), file);
        await using var origin = FakeOrigin.Start();
        origin.AddProvider("example/hello").AddVersions("1.0.0", "2.0.0");
        var clock = Stopwatch.StartNew();

        await using var mirror = await MirrorProcess.StartBeforeAsync(MirrorExecutable.OneFile(file), origin.ProvidersUrl);
        using var root = await mirror.Client.GetAsync("/");
        Report($"start to first answer: {clock.ElapsedMilliseconds} ms");
        Assert.Equal(HttpStatusCode.Found, root.StatusCode);
        Report($"resident after the start: {mirror.ResidentMemory() >> 20} MB");

        string page = await mirror.Client.GetStringAsync(root.Headers.Location);
        var files = Reference().Matches(page).Select(match => match.Groups[1].Value).Distinct().ToList();
        Assert.Contains(files, name => name.StartsWith("_framework/blazor.web.", StringComparison.Ordinal));
        Assert.Contains(files, name => name.EndsWith(".css", StringComparison.Ordinal));
        foreach (string name in files)
        {
            using var answer = await mirror.Client.GetAsync("/" + name);
            Assert.True(answer.StatusCode == HttpStatusCode.OK && answer.Content.Headers.ContentLength > 0, name);
            Assert.True(answer.Headers.CacheControl?.MaxAge > TimeSpan.FromDays(300), $"{name} is not fingerprinted");
        }

        using var project = new TerraformProject(Hello);
        var init = (await project.PasteAndRunAsync(mirror.PrintedConfiguration, "init", "-no-color")).AssertSuccess();
        Assert.Contains(
            $"- Installed {Hello} v2.0.0 (self-signed, key ID {TestKeys.Publisher.KeyId})", init.Output, StringComparison.Ordinal);
        await mirror.WhenFillsEndedAsync();
        var list = (await mirror.RunCommandAsync("list-versions", "default")).AssertSuccess();
        Assert.Contains("2.0.0", list.Output, StringComparison.Ordinal);
        Report($"resident after an init and pages: {mirror.ResidentMemory() >> 20} MB");
    }

    [RequiresPublishedFact(asRoot: true)]
    [UnsupportedOSPlatform("windows")]
    public async Task OneFile_WithoutAccountAndHome_ServesTerraformAndExtractsNothing()
    {
        using var directory = new TemporaryDirectory();
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(directory.Path, (UnixFileMode)0b111_101_101);
        }

        string file = directory.Combine("mirror");
        File.Copy(Path.Combine(MirrorExecutable.PublishDirectory("linux-x64"), "mirror"), file);
        await using var origin = FakeOrigin.Start();
        origin.AddProvider("example/hello").AddVersions("1.0.0");

        await using var mirror = await MirrorProcess.StartBeforeAsync(MirrorExecutable.OneFileWithoutAccount(file), origin.ProvidersUrl);
        using var project = new TerraformProject(Hello);
        (await project.PasteAndRunAsync(mirror.PrintedConfiguration, "init", "-no-color")).AssertSuccess();
        await mirror.WhenFillsEndedAsync();
        var list = (await mirror.RunCommandAsync("list-versions", "default")).AssertSuccess();

        Assert.Contains("1.0.0", list.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(mirror.WorkingDirectory, "*.so", SearchOption.AllDirectories));
    }

    [RequiresPublishedFact]
    public async Task OneFile_Alone_RunsEveryCommand()
    {
        using var directory = new TemporaryDirectory();
        string file = directory.Combine("mirror");
        File.Copy(Path.Combine(MirrorExecutable.PublishDirectory("linux-x64"), "mirror"), file);
        var executable = MirrorExecutable.OneFile(file);
        var help = (await executable.RunAsync(directory.Path, "--help")).AssertSuccess();
        var commands = help.Output.Split("commands:", 2)[1].Split("Options:")[0].Split('\n')
            .Select(line => CommandName().Match(line).Groups[1].Value)
            .Where(name => name.Length > 0)
            .ToList();

        Assert.Superset(new HashSet<string>(["serve", "sync", "import", "list-versions"]), commands.ToHashSet());
        foreach (string command in commands)
        {
            var run = (await executable.RunAsync(directory.Path, command, "--help")).AssertSuccess();
            Assert.StartsWith("Description:", run.Output, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<string> FilesIn(string runtime)
    {
        string directory = MirrorExecutable.PublishDirectory(runtime);
        return Directory.EnumerateFileSystemEntries(directory, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(directory, path));
    }

    private void Report(string line)
    {
        output.WriteLine(line);
        // Printed on the console even if the test passes.
        Console.WriteLine(line);
    }

    [GeneratedRegex("""(?:src|href)="((?:assets|_framework|_content|mirror\.)[^"]+)""")]
    private static partial Regex Reference();

    [GeneratedRegex("^  ([a-z-]+)(?: |$)")]
    private static partial Regex CommandName();
}
