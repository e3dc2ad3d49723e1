using Mirror.Tests.Cli;
using Mirror.Tests.Hosting;
using Mirror.Tests.Importing;
using Xunit;

namespace Mirror.Tests.Features.Mirrors;

public sealed class DeleteCommandTests
{
    [Fact]
    public async Task DeletePlatformThenVersion_Confirmed_RemovesBoth()
    {
        using var directory = new MirrorDirectory();
        directory.AddPacked("registry.terraform.io/hashicorp/null", "1.0.0", "linux_amd64");
        await using var server = await MirrorServer.StartAsync();
        await CommandLine.RunAsync(server, "import", directory.Path);

        var platform = await CommandLine.RunAsync(server, "delete-platform", "default", "hashicorp/null", "1.0.0", "linux_amd64", "--yes");
        var empty = await CommandLine.RunAsync(server, "list-platforms", "hashicorp/null", "1.0.0");
        var version = await CommandLine.RunAsync(server, "delete-version", "default", "hashicorp/null", "1.0.0", "--yes", "--json");
        var list = await CommandLine.RunAsync(server, "list-versions", "default");

        Assert.Equal((0, "Deleted linux_amd64 of hashicorp/null 1.0.0 from default.\n"), (platform.ExitCode, platform.Output));
        Assert.Equal("No platform is stored.\n", empty.Output);
        Assert.Equal("registry.terraform.io/hashicorp/null", (string)version.Json["provider"]!);
        Assert.Equal("No versions are stored.\n", list.Output);
    }
}
