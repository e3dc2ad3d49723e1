using Mirror.Tests.Cli;
using Mirror.Tests.Importing;
using Xunit;

namespace Mirror.Tests.Hosting;

public sealed class ServeCommandTests
{
    [Fact]
    public async Task Serve_InvalidConfiguration_ReportsEachKeyOnItsOwnLine()
    {
        var result = await CommandLine.RunAsync(
            "serve",
            "--Mirror:Upstream:Mode=sometimes",
            "--Mirror:Packages:MaxPackageSize",
            "big",
            "--Mirror:Unheard=1",
            "--Logging:LogLevel:Default=Loud",
            "--Logging:Console:LogLevel:Mirror=Loud");

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Equal(
            ["Logging:Console:LogLevel:Mirror", "Logging:LogLevel:Default", "Mirror:Packages:MaxPackageSize", "Mirror:Unheard", "Mirror:Upstream:Mode"],
            result.Error.TrimEnd().Split('\n').Select(
                line => line[..line.IndexOf(": ", StringComparison.Ordinal)]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Serve_WithoutTheVerb_AcceptsConfigurationArguments()
    {
        var result = await CommandLine.RunAsync("--Mirror:Upstream:Mode=sometimes");

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("Mirror:Upstream:Mode: 'sometimes'", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Mirror:Upstream:Mode")]
    [InlineData("now")]
    [InlineData("--verbose")]
    public async Task Serve_UnknownArgument_IsAUsageError(string argument)
    {
        var result = await CommandLine.RunAsync("serve", argument);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"'{argument}'", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/below")]
    public async Task Serve_DataDirectoryIsAFile_FailsNamingItsKey(string below)
    {
        using var directory = new MirrorDirectory();
        string path = directory.AddFile("data", "") + below;

        var result = await CommandLine.RunAsync(
            "serve", $"--Mirror:DataDirectory={path}", "--Mirror:Listen:Http=", "--Mirror:Listen:Https=https://127.0.0.1:0");

        Assert.Equal((1, Starting(path)), (result.ExitCode, result.Output));
        Assert.StartsWith($"Mirror:DataDirectory: '{path}'", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_InvalidDatabaseFile_FailsNamingItsKey()
    {
        using var directory = new MirrorDirectory();
        directory.AddFile("mirror.db", "no database");

        var result = await CommandLine.RunAsync(
            "serve", $"--Mirror:DataDirectory={directory.Path}", "--Mirror:Listen:Http=http://127.0.0.1:0", "--Mirror:Listen:Https=");

        Assert.Equal((1, Starting(directory.Path)), (result.ExitCode, result.Output));
        Assert.StartsWith("Mirror:Database:ConnectionString", result.Error, StringComparison.Ordinal);
        Assert.Contains("'mirror restore <file>'", result.Error, StringComparison.Ordinal);
        Assert.Equal("no database", await File.ReadAllTextAsync(Path.Combine(directory.Path, "mirror.db")));
    }

    [Fact]
    public async Task Serve_DataDirectoryInUse_Fails()
    {
        await using var server = await MirrorServer.StartAsync();

        var result = await CommandLine.RunAsync(
            "serve", $"--Mirror:DataDirectory={server.DataDirectory}", "--Mirror:Listen:Http=http://127.0.0.1:0", "--Mirror:Listen:Https=");

        Assert.Equal((1, Starting(server.DataDirectory)), (result.ExitCode, result.Output));
        Assert.Contains("Another mirror", result.Error, StringComparison.Ordinal);
    }

    /// <summary>The server reports that it starts before it uses its data, and nothing failed afterwards.</summary>
    private static string Starting(string dataDirectory) =>
        $"Mirror {Core.ProductVersion.Text} is starting; data in {dataDirectory}.\n";
}
