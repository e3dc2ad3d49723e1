using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Tests.Access;
using Mirror.Tests.Origin;

namespace Mirror.Tests.Protocols;

/// <summary>The addresses of groups and workspaces: their mirror, settings and permissions.</summary>
public sealed class NamespaceMirrorTests : IAsyncLifetime
{
    private const string Package = "terraform-provider-hello_1.0.0_linux_amd64.zip";
    private MirrorWithOrigin _mirror = null!;
    private HttpClient _viewer = null!;

    private NamespaceWriter Writer => _mirror.Server.Services.GetRequiredService<NamespaceWriter>();

    public async Task InitializeAsync()
    {
        _mirror = await MirrorWithOrigin.StartAsync();
        await _mirror.Server.AddNamespacesAsync("platform", "platform/network", "platform/network/on*", "platform/network/off*", "other");
        await Writer.ChangeSettingsAsync(
            NamespacePath.Parse("platform/network/on"), CachingSetting.On, null, Principal.Admin, CancellationToken.None);
        _viewer = await _mirror.Server.AddUserAsync("viewer", Role.Viewer, "platform");
    }

    public async Task DisposeAsync() => await _mirror.DisposeAsync();

    [Fact]
    public async Task Workspace_WithAutomaticCachingOff_ServesOnlyPackagesCachedInTheRootGroup()
    {
        foreach (string path in new[] { "platform/network/off", "platform/network", "platform" })
        {
            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(_viewer, Address(path, "index.json")));
            Assert.Equal("{\"archives\":{}}", await _viewer.GetStringAsync(Address(path, "1.0.0.json")));
            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(_viewer, Registry(path, "versions")));
        }

        Assert.Empty(_mirror.Origin.Requests);
        Assert.Equal(["1.0.0", "1.1.0", "2.0.0"], await VersionsAsync("platform/network/on"));
        Assert.Equal(_mirror.OriginPackage().Content, await FollowAsync("platform/network/on"));
        await _mirror.WhenIdleAsync();

        foreach (string path in new[] { "platform/network/off", "platform/network", "platform" })
        {
            Assert.Equal(["1.0.0"], await VersionsAsync(path));
            Assert.Equal(_mirror.OriginPackage().Content, await FollowAsync(path));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(_viewer, Registry(path, "1.0.0/download/linux/amd64")));
            Assert.Equal("{\"archives\":{}}", await _viewer.GetStringAsync(Address(path, "2.0.0.json")));
        }

        Assert.Equal(1, _mirror.Origin.Count(RequestKind.Package));
        Assert.Equal(1, await _mirror.CountPackageRowsAsync());
    }

    [Fact]
    public async Task Setting_ChangedOnAParent_AppliesToDescendantsImmediately()
    {
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(_viewer, Address("platform/network/off", "index.json")));

        await Writer.ChangeSettingsAsync(NamespacePath.Parse("platform"), CachingSetting.On, null, Principal.Admin, CancellationToken.None);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(_viewer, Address("platform/network/off", "index.json")));

        await Writer.ChangeSettingsAsync(
            NamespacePath.Parse("platform/network/off"), CachingSetting.Off, null, Principal.Admin, CancellationToken.None);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(_viewer, Address("platform/network/off", "index.json")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(_viewer, Address("platform/network", "index.json")));
    }

    [Fact]
    public async Task Documents_OfANewRootGroup_AreForMembersUntilAnonymousReadIsOn()
    {
        var none = await _mirror.Server.AddUserAsync("none");
        string document = Address("platform/network/on", "index.json"), package = Address("platform/network/on", Package);

        foreach (string path in new[] { document, Address("platform/nothing", "index.json"), Address("nowhere", "index.json"), Registry("platform/network/on", "versions") })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(_mirror.Client, path));
            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(none, path));
        }

        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(_mirror.Client, package));
        Assert.Empty(_mirror.Origin.Requests);

        await Writer.ChangeSettingsAsync(NamespacePath.Parse("platform"), null, true, Principal.Admin, CancellationToken.None);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(_mirror.Client, document));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(none, document));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(_mirror.Client, package));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(_mirror.Client, Address("other", "index.json")));
    }

    [Fact]
    public async Task Rename_OfAGroup_MovesTheAddressesOfItsDescendants()
    {
        string[] old = [Address("platform/network/on", "index.json"), Registry("platform/network/on", "1.0.0/download/linux/amd64")];
        Assert.All(await Task.WhenAll(old.Select(path => StatusAsync(_viewer, path))), status => Assert.Equal(HttpStatusCode.OK, status));

        await Writer.RenameAsync(
            NamespacePath.Parse("platform/network"), NamespacePath.Parse("platform/net"), Principal.Admin, CancellationToken.None);

        Assert.All(
            await Task.WhenAll(old.Select(path => StatusAsync(_viewer, path))), status => Assert.Equal(HttpStatusCode.NotFound, status));
        var download = JsonDocument.Parse(
            await _viewer.GetStringAsync(Registry("platform/net/on", "1.0.0/download/linux/amd64"))).RootElement;
        string url = download.GetProperty("download_url").GetString()!;
        Assert.Equal(
            _mirror.OriginPackage().Content,
            await _mirror.Client.GetByteArrayAsync(
                new Uri(new Uri(_mirror.Server.Url, Registry("platform/net/on", "1.0.0/download/linux/amd64")), url)));
        Assert.Equal(_mirror.OriginPackage().Content, await FollowAsync("platform/net/on"));
    }

    private static string Address(string path, string file) =>
        $"/v1/provider-mirror/providers/{path}/{MirrorWithOrigin.Host}/example/hello/{file}";

    private static string Registry(string path, string rest) =>
        $"/v1/registries/{path}/{MirrorWithOrigin.Host}/providers/example/hello/{rest}";

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(path);
        return response.StatusCode;
    }

    private async Task<IEnumerable<string>> VersionsAsync(string path) =>
        JsonDocument.Parse(await _viewer.GetStringAsync(Address(path, "index.json"))).RootElement.GetProperty("versions")
            .EnumerateObject()
            .Select(version => version.Name)
            .Order(StringComparer.Ordinal);

    /// <summary>Like a client: requests the document with the token, and its package without.</summary>
    private async Task<byte[]> FollowAsync(string path)
    {
        var version = JsonDocument.Parse(await _viewer.GetStringAsync(Address(path, "1.0.0.json"))).RootElement;
        string url = version.GetProperty("archives").GetProperty("linux_amd64").GetProperty("url").GetString()!;
        return await _mirror.Client.GetByteArrayAsync(new Uri(new Uri(_mirror.Server.Url, Address(path, "1.0.0.json")), url));
    }
}
