using Mirror.E2E.Processes;

namespace Mirror.E2E.Serving;

public sealed class ConfigurationTests
{
    [Fact]
    public async Task Serve_WithConfigurationFaults_ReportsEachKeyAndDoesNotStart()
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.Combine("appsettings.json"), """
            { "Mirror": { "Upstream": { "Mode": "Sometimes", "Hosts": [ { "ProvidersUrl": "registry.example.com" } ] } } }
            """);

        var run = await MirrorExecutable.Built.RunAsync(
            directory.Path, "serve", "--Mirror:Listen:Https=ftp://localhost", "--Mirror:Packages:Quota=plenty", "--Mirror:Colour=blue");

        run.AssertFailure();
        Assert.All(
            ["Mirror:Upstream:Mode: 'Sometimes'", "Mirror:Upstream:Hosts:0:Name: is missing", "Mirror:Upstream:Hosts:0:ProvidersUrl: 'registry.example.com'",
                "Mirror:Listen:Https: 'ftp://localhost'", "Mirror:Packages:Quota: 'plenty'", "Mirror:Colour: is not a known key"],
            fault => Assert.Contains(fault, run.Error, StringComparison.Ordinal));
        Assert.Empty(run.Output);
        Assert.False(Path.Exists(directory.Combine("data")), "The server created a data directory despite the invalid configuration.");
    }
}
