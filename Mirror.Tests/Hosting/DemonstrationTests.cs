using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Web.Contracts;
using Mirror.Web.Hosting.Commands;
using Mirror.Web.Hosting.Demo;
using Xunit;

namespace Mirror.Tests.Hosting;

public sealed class DemonstrationTests
{
    private static readonly MirrorOptions Configured = new() { DataDirectory = "/srv/mirror" };

    [Fact]
    public async Task Start_WithoutADirectory_UsesATemporaryOneAndRemovesIt()
    {
        string directory;
        await using (var demonstration = await Demonstration.StartAsync(Configured, keepData: false))
        {
            directory = demonstration.Options.DataDirectory;
            Assert.True(Directory.Exists(directory));
            Assert.NotEqual(Configured.DataDirectory, directory);
        }

        Assert.False(Directory.Exists(directory));
    }

    [Fact]
    public async Task Start_WithADirectory_KeepsIt()
    {
        await using var demonstration = await Demonstration.StartAsync(Configured, keepData: true);

        Assert.Equal(Configured.DataDirectory, demonstration.Options.DataDirectory);
    }

    [Fact]
    public async Task Server_WithTheDemoOrigin_MirrorsItsProvidersVerified()
    {
        await using var demonstration = await Demonstration.StartAsync(Configured, keepData: true);
        await using var server = await MirrorServer.StartAsync(options => options with { Upstream = demonstration.Options.Upstream });
        var example = ExampleProvider.All[0];
        var document = new Uri(server.HttpsUrl, $"/v1/mirror/{example.Address}/{example.Versions[0]}.json");

        var archives = System.Text.Json.Nodes.JsonNode.Parse(await server.Client.GetStringAsync(document))!["archives"]!;
        // The last byte can arrive before the row is written.
        var stored = new TaskCompletionSource();
        server.Services.GetRequiredService<CatalogChanges>().Changed += _ => stored.TrySetResult();
        using var package = await server.Client.GetAsync(new Uri(document, (string)archives["linux_amd64"]!["url"]!));

        package.EnsureSuccessStatusCode();
        await stored.Task;
        var version = await new MirrorClient(server.Client).GetVersionAsync(
            NamespacePath.Default, example.Address, example.Versions[0], CancellationToken.None);
        Assert.Equal(TrustLevel.Verified, version.Trust);
        Assert.Equal(demonstration.Origin.SigningKeyFingerprint, version.Proof?.KeyFingerprint);
    }
}
