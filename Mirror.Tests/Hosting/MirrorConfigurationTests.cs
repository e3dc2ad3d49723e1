using Mirror.Core.Configuration;
using Mirror.Tests.Importing;
using Mirror.Web.Cli;
using Xunit;

namespace Mirror.Tests.Hosting;

public sealed class MirrorConfigurationTests : IDisposable
{
    private static readonly Dictionary<string, string?> NoArguments = [];

    private readonly MirrorDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Load_WithoutAFile_ReturnsTheDefaultsOfTheExecutable()
    {
        var configuration = MirrorConfiguration.Load(_directory.Path, NoArguments);

        Assert.Equal("./data", configuration["Mirror:DataDirectory"]);
        Assert.Equal("Warning", configuration["Logging:LogLevel:Microsoft.AspNetCore"]);
        Assert.Equal(UpstreamMode.Fallback, MirrorOptionsReader.Read(configuration).Upstream.Mode);
    }

    [Fact]
    public void Load_FileAndArguments_OverrideTheDefaultsInThisOrder()
    {
        _directory.AddFile("appsettings.json", """{"Mirror":{"DataDirectory":"/srv/file","Upstream":{"Mode":"Offline"}}}""");

        var configuration = MirrorConfiguration.Load(
            _directory.Path, new Dictionary<string, string?> { ["Mirror:DataDirectory"] = "/srv/argument" });

        Assert.Equal("/srv/argument", configuration["Mirror:DataDirectory"]);
        Assert.Equal("Offline", configuration["Mirror:Upstream:Mode"]);
        Assert.Equal("Warning", configuration["Logging:LogLevel:Microsoft.AspNetCore"]);
    }

    [Fact]
    public void Load_InvalidJson_ReportsTheFileAndThePosition()
    {
        string file = _directory.AddFile("appsettings.json", "{ \"Mirror\": ");

        var failure = Assert.Throws<StartFailedException>(() => MirrorConfiguration.Load(_directory.Path, NoArguments));

        Assert.Contains(file, failure.Message, StringComparison.Ordinal);
        Assert.Contains("LineNumber: 0", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"urls":["http://localhost:1/"],"pid":2147483647}""")]
    [InlineData("""{"urls":""")]
    [InlineData("")]
    public void ServerFile_OfAStoppedServer_IsIgnored(string content)
    {
        _directory.AddFile("server.json", content);

        Assert.Null(ServerFile.Read(ServerFile.PathIn(_directory.Path)));
    }
}
