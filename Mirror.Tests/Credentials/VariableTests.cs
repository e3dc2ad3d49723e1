using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;

namespace Mirror.Tests.Credentials;

/// <summary>Variables of namespaces, and packages that are fetched with them from a private origin.</summary>
public sealed class VariableTests : IAsyncLifetime
{
    private const string Ours = "the-token-of-our-group";
    private const string Theirs = "the-token-of-their-group";
    private const string Nearer = "the-token-of-a-workspace";
    private const string Name = "TF_TOKEN_registry_example_com";
    private const string Hello = "registry.example.com/example/hello/";

    private MirrorWithOrigin Mirror { get; set; } = null!;

    private HttpClient Admin => Mirror.Server.AdminClient;

    public async Task InitializeAsync()
    {
        Mirror = await MirrorWithOrigin.StartAsync(origin =>
        {
            origin.AddProvider("example/hello").VisibleTo(Ours, Nearer).AddVersions("1.0.0", "2.0.0");
            origin.RequireToken(Ours, Theirs, Nearer);
        });
        await using var db = Mirror.Server.Services.GetRequiredService<CatalogDatabase>().CreateDbContext();
        db.Namespaces.Add(new NamespaceRow { Id = 50, RootGroupId = 50, Path = "ours", AutomaticCaching = true, AnonymousRead = true });
        db.Namespaces.Add(new NamespaceRow { Id = 51, ParentId = 50, RootGroupId = 50, Path = "ours/team", Kind = NamespaceKind.Group });
        db.Namespaces.Add(
            new NamespaceRow { Id = 52, ParentId = 51, RootGroupId = 50, Path = "ours/team/prod", Kind = NamespaceKind.Workspace });
        db.Namespaces.Add(new NamespaceRow { Id = 60, RootGroupId = 60, Path = "theirs", AutomaticCaching = true });
        await db.SaveChangesAsync();
        Mirror.Server.Services.GetRequiredService<NamespaceDirectory>().Invalidate();
    }

    public async Task DisposeAsync() => await Mirror.DisposeAsync();

    [Fact]
    public async Task Variable_OfTheNearestNamespace_IsSentForDocumentsOnly()
    {
        await SetAsync("ours", Ours);
        await SetAsync("ours/team/prod", Nearer);

        await FetchAsync("ours/team/prod", "1.0.0");
        Assert.Equal([$"Bearer {Nearer}"], SentTokens());

        int before = Mirror.Origin.Requests.Count;
        await FetchAsync("ours/team", "2.0.0");
        Assert.Equal([$"Bearer {Ours}"], SentTokens(before));
        Assert.All(
            Mirror.Origin.Requests,
            request => Assert.Equal(
                request.Kind is RequestKind.Discovery or RequestKind.Versions or RequestKind.Download, request.Authorization is not null));
        Mirror.Origin.AssertNoViolations();
    }

    [Fact]
    public async Task Package_FetchedWithOneGroupsCredential_IsHiddenFromOtherGroupsAndAnonymousReaders()
    {
        await SetAsync("ours", Ours);
        await SetAsync("theirs", Theirs);
        await FetchAsync("ours", "1.0.0");

        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(Admin, $"theirs/{Hello}index.json"));
        // The response for a version that the index does not list.
        Assert.Equal("""{"archives":{}}""", await Admin.GetStringAsync(new Uri($"/v1/provider-mirror/providers/theirs/{Hello}1.0.0.json", UriKind.Relative)));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(Admin, $"theirs/{Hello}{MirrorWithOrigin.Package}"));
        // Anonymous clients can read the group's other providers.
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(Mirror.Client, $"ours/{Hello}index.json"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(Mirror.Client, $"ours/{Hello}1.0.0.json"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(Mirror.Client, $"ours/{Hello}{MirrorWithOrigin.Package}"));

        // Deleting the token does not make them public.
        using var deleted = await Admin.DeleteAsync(Url("ours", Name));
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(Mirror.Client, $"ours/{Hello}{MirrorWithOrigin.Package}"));
        var versions = await Mirror.Client.GetFromJsonAsync<JsonObject>(new Uri("/api/v1/groups/ours/versions", UriKind.Relative));
        Assert.Equal(0, (int)versions!["total"]!);
    }

    [Fact]
    public async Task Package_CachedInAWorkspace_IsSharedWithMembersOfTheRootGroup()
    {
        await SetAsync("ours/team", Ours);
        await FetchAsync("ours/team", "1.0.0");

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(Admin, $"ours/{Hello}{MirrorWithOrigin.Package}"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(Mirror.Client, $"ours/{Hello}{MirrorWithOrigin.Package}"));
    }

    [Fact]
    public async Task Provider_KnownOnlyThroughACredential_IsHiddenBeforeAndAfterItIsStored()
    {
        await SetAsync("ours/team", Ours);
        await Admin.GetStringAsync(new Uri($"/v1/provider-mirror/providers/ours/team/{Hello}1.0.0.json", UriKind.Relative));
        await AssertNamedToMembersOnlyAsync("keys");

        await FetchAsync("ours/team", "1.0.0");
        using var deleted = await Admin.DeleteAsync(
            new Uri($"/api/v1/groups/ours/providers/{Hello}versions/1.0.0/platforms/linux_amd64", UriKind.Relative));

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await AssertNamedToMembersOnlyAsync("keys");
        await AssertNamedToMembersOnlyAsync("versions");
        await AssertNamedToMembersOnlyAsync("statistics");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sync_StartedWithACredential_IsVisibleToMembersOnly(bool isVariable)
    {
        Mirror.Origin.Misbehave(RequestKind.Package, Fault.Status(404));
        if (isVariable)
        {
            await SetAsync("ours/team", Ours);
        }

        using var begun = await Admin.PostAsJsonAsync(new Uri("/api/v1/groups/ours%2Fteam/syncs", UriKind.Relative), new
        {
            providers = new[] { new { provider = Hello.TrimEnd('/'), versions = "1.0.0" } },
            tokens = isVariable ? null : new Dictionary<string, string> { [MirrorWithOrigin.Host] = Ours },
        });

        Assert.Equal(HttpStatusCode.Accepted, begun.StatusCode);
        await Admin.GetStringAsync(new Uri("/api/v1/groups/ours%2Fteam/syncs/1/events", UriKind.Relative)); // Read until it ends.
        await AssertNamedToMembersOnlyAsync("syncs");
    }

    [Fact]
    public async Task Variables_Listed_HideSensitiveValues()
    {
        await SetAsync("ours", "a-plain-value", sensitive: false, name: "TF_TOKEN_open_example_com");
        await SetAsync("ours", Ours);

        var own = await ListAsync("ours");
        var below = await ListAsync("ours%2Fteam");

        Assert.Equal(["TF_TOKEN_open_example_com a-plain-value False", $"{Name}  False"], own);
        Assert.Equal(["TF_TOKEN_open_example_com  True", $"{Name}  True"], below);
    }

    [Fact]
    public async Task Variables_InDatabaseAndAuditLog_ContainNoPlainValue()
    {
        await SetAsync("ours", Ours);
        await FetchAsync("ours", "1.0.0");

        var rows = await Mirror.QueryAsync(db => db.Audit.AsNoTracking().Where(row => row.Action.StartsWith("variable.")).ToListAsync());
        var set = Assert.Single(rows);
        Assert.Equal(
            ("variable.set", Name, "admin", 50L, "127.0.0.1"), (set.Action, set.Target, set.Principal, set.NamespaceId, set.RemoteAddress));
        foreach (string file in Directory.GetFiles(Mirror.Server.DataDirectory, "*", SearchOption.AllDirectories).Where(file =>
            !file.Contains("packages", StringComparison.Ordinal) && !file.EndsWith("mirror.lock", StringComparison.Ordinal)))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            Assert.DoesNotContain(Ours, await reader.ReadToEndAsync(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("AWS_SECRET", "x", "AWS_SECRET")]
    [InlineData(Name, "", "empty")]
    [InlineData(Name, "two words", "spaces")]
    public async Task Variable_Invalid_IsRejectedWithoutRepeatingItsValue(string name, string value, string named)
    {
        using var response = await Admin.PutAsJsonAsync(Url("ours", name), new { value });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        string body = await response.Content.ReadAsStringAsync();
        Assert.Contains(named, body, StringComparison.Ordinal);
        Assert.DoesNotContain("two words", body, StringComparison.Ordinal);
    }

    private async Task SetAsync(string group, string value, bool sensitive = true, string name = Name)
    {
        using var response = await Admin.PutAsJsonAsync(Url(group, name), new { value, sensitive });
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    private async Task FetchAsync(string group, string version)
    {
        string root = $"/v1/provider-mirror/providers/{group}/{Hello}";
        var document = await Admin.GetFromJsonAsync<JsonElement>(new Uri($"{root}{version}.json", UriKind.Relative));
        string link = document.GetProperty("archives").GetProperty("linux_amd64").GetProperty("url").GetString()!;
        // Like a client, without credentials for a package.
        byte[] package = await Mirror.Client.GetByteArrayAsync(new Uri(root + link, UriKind.Relative));
        Assert.Equal(Mirror.OriginPackage(version).Content, package);
        await Mirror.WhenIdleAsync();
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(new Uri($"/v1/provider-mirror/providers/{path}", UriKind.Relative));
        return response.StatusCode;
    }

    private async Task AssertNamedToMembersOnlyAsync(string what)
    {
        var url = new Uri($"/api/v1/groups/ours/{what}", UriKind.Relative);
        Assert.Contains("hello", await Admin.GetStringAsync(url), StringComparison.Ordinal);
        Assert.DoesNotContain("hello", await Mirror.Client.GetStringAsync(url), StringComparison.Ordinal);
    }

    private IEnumerable<string> SentTokens(int skip = 0) =>
        Mirror.Origin.Requests.Skip(skip).Select(request => request.Authorization).OfType<string>().Distinct();

    private async Task<IEnumerable<string>> ListAsync(string group)
    {
        var list = await Admin.GetFromJsonAsync<JsonObject>(new Uri($"/api/v1/groups/{group}/variables", UriKind.Relative));
        return list!["items"]!.AsArray().Select(item => $"{item!["name"]} {item["value"]} {(bool)item["inherited"]!}");
    }

    private static Uri Url(string group, string name) =>
        new($"/api/v1/groups/{Uri.EscapeDataString(group)}/variables/{name}", UriKind.Relative);
}
