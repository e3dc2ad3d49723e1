using Mirror.Core.Configuration;
using Mirror.Tests.Hosting;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using Mirror.Tests.Protocols.Modules;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Fetching.Documents;

public sealed class OfflineTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("mirror-tests-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("offline")]
    [InlineData("host offline")]
    public async Task Offline_WithTheOriginRunning_ServesCachedContentWithoutConnections(string how)
    {
        byte[] content;
        await using (var online = await StartAsync(configure: options => options with { DataDirectory = _directory }))
        {
            await online.GetJsonAsync(Base + "index.json");
            content = await online.Client.GetByteArrayAsync(Base + Package);
            await online.WhenIdleAsync();
        }

        await using var mirror = await StartAsync(
            configure: options => options with { DataDirectory = _directory },
            upstream: options => how == "offline"
                ? options with { Mode = UpstreamMode.Offline }
                : options with { Hosts = [.. options.Hosts.Select(host => host with { Mode = UpstreamMode.Offline })] });
        var index = await mirror.GetJsonAsync(Base + "index.json");
        var version = await mirror.GetJsonAsync(Base + "1.0.0.json");
        byte[] package = await mirror.Client.GetByteArrayAsync(Base + Package);
        using var otherVersion = await mirror.Client.GetAsync(Base + "1.1.0.json");
        using var otherPlatform = await mirror.Client.GetAsync(Base + "terraform-provider-hello_1.0.0_linux_arm64.zip");
        using var otherProvider = await mirror.Client.GetAsync($"/v1/mirror/{Host}/example/other/index.json");

        Assert.Equal(["1.0.0"], index.GetProperty("versions").EnumerateObject().Select(item => item.Name));
        Assert.Equal(["linux_amd64"], version.GetProperty("archives").EnumerateObject().Select(item => item.Name));
        Assert.Equal(content, package);
        Assert.Equal([200, 404, 404], new[] { otherVersion, otherPlatform, otherProvider }.Select(response => (int)response.StatusCode));
        Assert.Equal("{\"archives\":{}}", await otherVersion.Content.ReadAsStringAsync());
        Assert.Equal(0, mirror.Origin.ConnectionsAccepted);
    }

    [Fact]
    public async Task Offline_ModuleWithOnlyAKnownLocation_OpensNoConnection()
    {
        const string Module = $"/v1/registries/{Host}/modules/{ModuleTests.Module}/1.0.0/";
        await using var origin = FakeOrigin.Start();
        ModuleTests.SetUp(origin);
        MirrorOptions Configure(MirrorOptions options, UpstreamMode mode) => options with
        {
            DataDirectory = _directory,
            Listen = options.Listen with { Https = null },
            Upstream =
                options.Upstream with { Mode = mode, Hosts = [new UpstreamHostOptions { Name = Name, ProvidersUrl = new Uri(origin.ProvidersUrl) }] },
        };
        await using (var online = await MirrorServer.StartAsync(options => Configure(options, UpstreamMode.Fallback)))
        {
            using var location = await online.Client.GetAsync(Module + "download");
            location.EnsureSuccessStatusCode();
        }

        int asked = origin.Requests.Count;
        await using var offline = await MirrorServer.StartAsync(options => Configure(options, UpstreamMode.Offline));
        using var archive = await offline.Client.GetAsync(Module + "module.zip");

        Assert.Equal(404, (int)archive.StatusCode);
        Assert.Equal(asked, origin.Requests.Count);
    }

    [Fact]
    public async Task UnlistedHost_OfImportedPackages_IsServedWithoutOriginRequests()
    {
        const string Unlisted = "/v1/mirror/unlisted.example.org/example/hello/";
        await using var mirror = await StartAsync();
        using var content = new ByteArrayContent(mirror.OriginPackage().Content);
        using var imported = await mirror.Server.AdminClient.PutAsync(
            "/api/v1/groups/default/providers/unlisted.example.org/example/hello/versions/1.0.0/platforms/linux_amd64/package", content);
        imported.EnsureSuccessStatusCode();

        var index = await mirror.GetJsonAsync(Unlisted + "index.json");
        byte[] package = await mirror.Client.GetByteArrayAsync(Unlisted + Package);

        Assert.True(index.GetProperty("versions").TryGetProperty("1.0.0", out _));
        Assert.Equal(mirror.OriginPackage().Content, package);
        Assert.Equal(0, mirror.Origin.ConnectionsAccepted);
    }
}
