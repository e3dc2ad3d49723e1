using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Tests.Access;
using Mirror.Tests.Protocols.Modules;
using static Mirror.Tests.Protocols.MirrorWithOrigin;
using static Mirror.Tests.Protocols.Registry.RegistryAddresses;

namespace Mirror.Tests.Protocols.Registry;

/// <summary>Without anonymous read access, documents require a token, and the files that they link to require a signed link.</summary>
public sealed class RegistryAccessTests
{
    [Fact]
    public async Task Documents_WithoutAnonymousRead_RequireAToken()
    {
        await using var mirror = await StartAsync(configure: Closed);

        foreach (string path in new[] { Versions, Download, Hello.Replace("hello", "absent", StringComparison.Ordinal) + "versions", "/v1/providers/example/hello/versions" })
        {
            using var response = await mirror.Client.GetAsync(path);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.NotEmpty(response.Headers.WwwAuthenticate);
        }

        using var signedIn = await mirror.Server.AdminClient.GetAsync(Versions);
        using var discovery = await mirror.Client.GetAsync("/.well-known/terraform.json");

        Assert.Equal(HttpStatusCode.OK, signedIn.StatusCode);
        Assert.Equal(HttpStatusCode.OK, discovery.StatusCode);
    }

    [Fact]
    public async Task Links_WithoutAnonymousRead_WorkWithoutAToken()
    {
        await using var mirror = await StartAsync(configure: Closed);
        var url = new Uri(mirror.Server.Url, Download);
        var version = mirror.Origin.Provider("example/hello")["1.0.0"];

        var download = JsonDocument.Parse(await mirror.Server.AdminClient.GetStringAsync(Download)).RootElement;

        Assert.Equal(version.Sha256Sums, await RegistryDocumentTests.FollowAsync(mirror, url, download, "shasums_url"));
        Assert.Equal(version.Signature, await RegistryDocumentTests.FollowAsync(mirror, url, download, "shasums_signature_url"));
        Assert.Equal(mirror.OriginPackage().Content, await RegistryDocumentTests.FollowAsync(mirror, url, download, "download_url"));
        Assert.Equal(mirror.OriginPackage().Content, await RegistryDocumentTests.FollowAsync(mirror, url, download, "download_url"));
    }

    [Fact]
    public async Task Links_MissingOrOfAnotherFile_AreDenied()
    {
        await using var mirror = await StartAsync(configure: Closed);
        var download = JsonDocument.Parse(await mirror.Server.AdminClient.GetStringAsync(Download)).RootElement;
        string query = download.GetProperty("shasums_url").GetString()!.Split('?')[1];

        foreach (string path in new[] { Sums, Signature, RegistryAddresses.Package, Signature + "?" + query, RegistryAddresses.Package + "?" + query, Sums + "?" + query.Replace("signature=", "signature=x", StringComparison.Ordinal) })
        {
            using var response = await mirror.Client.GetAsync(path);
            Assert.Equal((path, HttpStatusCode.Forbidden), (path, response.StatusCode));
        }

        Assert.Equal(0, mirror.Origin.Count(Mirror.Tests.Origin.RequestKind.Package));
    }

    [Fact]
    public async Task Namespace_Missing_Returns401ToAnonymousAnd404ToOthers()
    {
        await using var mirror = await StartAsync();
        string path = $"/v1/registries/nowhere/{Host}/providers/example/hello/versions";

        using var anonymous = await mirror.Client.GetAsync(path);
        using var admin = await mirror.Server.AdminClient.GetAsync(path);

        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, admin.StatusCode);
        Assert.Empty(mirror.Origin.Requests);
    }

    /// <summary>
    /// Like the network mirror: the same permissions apply to every document of providers and modules, in a group and below it.
    /// </summary>
    [Fact]
    public async Task Documents_OfAPrivateGroup_FollowTheRoleTable()
    {
        await using var mirror = await StartAsync(origin =>
        {
            origin.AddProvider("example/hello").AddVersions("1.0.0");
            ModuleTests.SetUp(origin);
        });
        await mirror.Server.AddNamespacesAsync("platform", "platform/network", "platform/network/production*", "elsewhere");
        await mirror.QueryAsync(db =>
            db.Namespaces.Where(row => row.Path == "platform").ExecuteUpdateAsync(
                set => set.SetProperty(row => row.AutomaticCaching, true)));
        mirror.Server.Services.GetRequiredService<NamespaceDirectory>().Invalidate();
        var viewer = await mirror.Server.AddUserAsync("viewer", Role.Viewer, "platform");
        using var job = await viewer.PostAsync("/api/v1/groups/platform%2Fnetwork%2Fproduction/jobs", null);
        string jobToken = JsonDocument.Parse(await job.Content.ReadAsStringAsync()).RootElement.GetProperty("token").GetString()!;
        (string Name, HttpClient Client, int Status)[] callers =
        [
            ("anonymous", mirror.Client, 401),
            ("invalid", mirror.Server.CreateClient("no-such-token"), 401),
            ("outsider", await mirror.Server.AddUserAsync("outsider"), 404),
            ("neighbour", await mirror.Server.AddUserAsync("neighbour", Role.Owner, "elsewhere"), 404),
            ("viewer", viewer, 200),
            ("deployer", await mirror.Server.AddUserAsync("deployer", Role.Deployer, "platform"), 200),
            ("job", mirror.Server.CreateClient(jobToken), 200),
            ("admin", mirror.Server.AdminClient, 200),
        ];
        string below = $"/v1/registries/platform/network/production/{Host}/";
        string[] documents =
            ["providers/example/hello/versions", "providers/example/hello/1.0.0/download/linux/amd64", $"modules/{ModuleTests.Module}/versions", $"modules/{ModuleTests.Module}/1.0.0/download"];

        foreach (string document in documents)
        {
            foreach (var (name, client, status) in callers)
            {
                using var response = await client.GetAsync(below + document);
                Assert.True(
                    status == ((int)response.StatusCode == 204 ? 200 : (int)response.StatusCode),
                    $"{document} for {name}: expected {status}, got {response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
            }
        }
    }

    private static MirrorOptions Closed(MirrorOptions options) => options with { Auth = options.Auth with { AnonymousRead = false } };
}
