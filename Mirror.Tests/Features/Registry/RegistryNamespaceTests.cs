using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Core.Hosted;
using Mirror.Tests.Cli;
using Mirror.Tests.Hosted.Publishing;
using Mirror.Tests.Hosting;
using Mirror.Tests.Protocols;

namespace Mirror.Tests.Features.Registry;

public sealed class RegistryNamespaceTests
{
    private const string Namespaces = RegistryServer.Group + "/namespaces";

    [Fact]
    public async Task Namespace_CreatedListedAndDeleted_IsUniqueOnTheServer()
    {
        await using var server = await RegistryServer.StartAsync();
        await CommandLine.RunAsync(server, "group", "create", "team");

        var created = await CommandLine.RunAsync(server, "registry-namespace", "create", "acme");
        var taken = await CommandLine.RunAsync(server, "registry-namespace", "create", "acme", "--group-path", "team");
        var list = await CommandLine.RunAsync(server, "registry-namespace", "list");
        var others = await CommandLine.RunAsync(server, "registry-namespace", "list", "--group-path", "team");
        var deleted = await CommandLine.RunAsync(server, "registry-namespace", "delete", "acme", "--yes");
        var again = await CommandLine.RunAsync(server, "registry-namespace", "create", "acme", "--group-path", "team", "--json");

        Assert.Equal((0, "Created the registry namespace acme of default.\n"), (created.ExitCode, created.Output));
        Assert.Equal(1, taken.ExitCode);
        Assert.Contains("'acme' already exists", taken.Error, StringComparison.Ordinal);
        Assert.Matches("(?m)^acme +0 ", list.Output);
        Assert.Equal("No registry namespaces.\n", others.Output);
        Assert.Equal((0, "Deleted the registry namespace acme of default.\n"), (deleted.ExitCode, deleted.Output));
        Assert.Equal(("acme", "team"), ((string?)again.Json["name"], (string?)again.Json["group"]));
        Assert.Equal(
            ["registry-namespace.create", "registry-namespace.delete", "registry-namespace.create"],
            await MirrorWithOrigin.QueryAsync(server, db => db.Audit.Where(row => row.Action.StartsWith("registry-namespace."))
                .OrderBy(row => row.Id)
                .Select(row => row.Action)
                .ToListAsync()));
    }

    [Theory]
    [InlineData("Acme", HttpStatusCode.BadRequest)]
    [InlineData("a.b", HttpStatusCode.BadRequest)]
    [InlineData("a--b", HttpStatusCode.BadRequest)]
    [InlineData("-a", HttpStatusCode.BadRequest)]
    [InlineData("", HttpStatusCode.BadRequest)]
    [InlineData("größe", HttpStatusCode.BadRequest)]
    [InlineData("a_b-1", HttpStatusCode.Created)]
    public async Task Name_OfANamespace_IsValidForProvidersAndModules(string name, HttpStatusCode expected)
    {
        await using var server = await RegistryServer.StartAsync();

        using var answer = await server.AdminClient.PostAsJsonAsync(Namespaces, new { name });

        Assert.Equal(expected, answer.StatusCode);
    }

    /// <summary>The name applies to every client of the server, regardless of its group.</summary>
    [Theory]
    [InlineData("owner", "default", HttpStatusCode.Forbidden, "An administrator creates registry namespaces")]
    [InlineData("deployer", "default", HttpStatusCode.Forbidden, "An administrator creates registry namespaces")]
    [InlineData("owner", "team", HttpStatusCode.NotFound, "There is no group or workspace 'team'")]
    [InlineData("owner", "other", HttpStatusCode.NotFound, "There is no group or workspace 'other'")]
    public async Task Namespace_IsCreatedByAnAdministrator_AndDeletedByAnOwner(
        string role, string group, HttpStatusCode expected, string reason)
    {
        await using var server = await RegistryServer.StartAsync();
        await CommandLine.RunAsync(server, "group", "create", "team");
        await CommandLine.RunAsync(server, "registry-namespace", "create", "acme");
        using var client = await ProviderServer.CreateClientAsync(server, role);

        using var refused = await client.PostAsJsonAsync($"/api/v1/groups/{group}/registry/namespaces", new { name = "opentofu" });
        using var deleted = await client.DeleteAsync(Namespaces + "/acme");

        Assert.Equal(expected, refused.StatusCode);
        Assert.Contains(reason, await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Null(await server.Services.GetRequiredService<RegistryNamespaces>().FindAsync("opentofu", CancellationToken.None));
        Assert.Equal(role == "owner" ? HttpStatusCode.NoContent : HttpStatusCode.Forbidden, deleted.StatusCode);
    }

    /// <summary>The server decodes a URL once: "%2578" is the name "%78", which is not valid, and not the name "x".</summary>
    [Theory]
    [InlineData("GET", "providers/acme/%2578/versions/3.0.0/deprecation")]
    [InlineData("GET", "providers/%2561cme/x/deprecation")]
    [InlineData("GET", "providers/acme/x/versions/3%252E0.0/deprecation")]
    [InlineData("GET", "modules/acme/%2578/aws/versions/3.0.0/deprecation")]
    [InlineData("POST", "providers/acme/%2578/versions/3.0.0")]
    [InlineData("POST", "modules/acme/%2578/aws/versions/3.0.0")]
    [InlineData("POST", "sources/acme/%2578/aws/tags")]
    [InlineData("POST", "namespaces/acme/keys/%2541000000000000000000000000000000000000A/retire")]
    public async Task Url_IsDecodedOnce(string method, string path)
    {
        await using var server = await RegistryServer.StartAsync();
        await CommandLine.RunAsync(server, "registry-namespace", "create", "acme");
        using var request = new HttpRequestMessage(new HttpMethod(method), $"{server.Url.AbsoluteUri.TrimEnd('/')}{RegistryServer.Group}/{path}");
        request.Content = method == "POST" && !path.StartsWith("providers", StringComparison.Ordinal) ? JsonContent.Create(new { tag = "v1.0.0" }) : null;
        if (path.EndsWith("retire", StringComparison.Ordinal))
        {
            request.Content = JsonContent.Create(new { reason = "old" });
        }

        using var answer = await server.AdminClient.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Matches("%(78|61|2E|41)", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task GroupInAUrl_IsDecodedOnce()
    {
        await using var server = await RegistryServer.StartAsync();

        using var twice = await server.AdminClient.GetAsync("/api/v1/groups/%2564efault/registry/namespaces");
        using var nested = await server.AdminClient.GetAsync("/api/v1/groups/default%2Fmissing/registry/namespaces");

        Assert.Equal(HttpStatusCode.BadRequest, twice.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, nested.StatusCode);
        Assert.Contains("'default/missing'", await nested.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Namespace_WithoutAPublicUrl_IsRefusedWithTheKey()
    {
        await using var server = await RegistryServer.StartAsync(options => options with { PublicUrl = null });

        using var answer = await server.AdminClient.PostAsJsonAsync(Namespaces, new { name = "acme" });

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("Mirror:PublicUrl", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Namespace_WithAModule_IsNotDeleted()
    {
        await using var server = await RegistryServer.StartAsync();
        using var created = await server.AdminClient.PostAsJsonAsync(Namespaces, new { name = "acme" });
        await AddModuleAsync(server);

        using var refused = await server.AdminClient.DeleteAsync(Namespaces + "/acme");
        using var unknown = await server.AdminClient.DeleteAsync(Namespaces + "/other");
        using var anonymous = await server.Client.DeleteAsync(Namespaces + "/acme");

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("in use", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        Assert.NotNull(await server.Services.GetRequiredService<RegistryNamespaces>().FindAsync("acme", CancellationToken.None));
    }

    [Fact]
    public async Task Deprecation_SetAndCleared_IsListedWithItsVersions()
    {
        await using var server = await RegistryServer.StartAsync();
        await AddModuleAsync(server);

        var all = await CommandLine.RunAsync(server, "deprecate", "acme/vpc/aws", "--message", "Use acme/network/aws.", "--link", "https://example.com/network");
        var one = await CommandLine.RunAsync(server, "deprecate", $"{RegistryServer.Hostname}/acme/vpc/aws", "1.0.0", "--message", "Broken.", "--json");
        var foreign = await CommandLine.RunAsync(server, "deprecate", "other.example.com/acme/vpc/aws", "--message", "x");
        var missing = await CommandLine.RunAsync(server, "deprecate", "acme/vpc/aws", "9.9.9", "--message", "x");
        var both = await server.Client.GetFromJsonAsync<JsonElement>(RegistryServer.Group + "/modules/acme/vpc/aws/deprecation");
        var effective = await server.Client.GetFromJsonAsync<JsonElement>(RegistryServer.Group + "/modules/acme/vpc/aws/versions/2.0.0/deprecation");
        var cleared = await CommandLine.RunAsync(server, "deprecate", "acme/vpc/aws", "--clear");
        var twice = await CommandLine.RunAsync(server, "deprecate", "acme/vpc/aws", "--clear");
        var rest = await server.Client.GetFromJsonAsync<JsonElement>(RegistryServer.Group + "/modules/acme/vpc/aws/deprecation");

        Assert.Equal((0, "Deprecated acme/vpc/aws.\n"), (all.ExitCode, all.Output));
        Assert.Equal(("Broken.", "1.0.0"), ((string?)one.Json["message"], (string?)one.Json["version"]));
        Assert.Contains($"'other.example.com' is not the hostname of this server, '{RegistryServer.Hostname}'", foreign.Error, StringComparison.Ordinal);
        Assert.Contains("publishes no module mirror.example.com/acme/vpc/aws 9.9.9", missing.Error, StringComparison.Ordinal);
        Assert.Equal(
            ["Use acme/network/aws.", "Broken."], both.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("message").GetString()!));
        Assert.Equal("Use acme/network/aws.", effective.GetProperty("message").GetString());
        Assert.Equal((0, "acme/vpc/aws is no longer deprecated.\n"), (cleared.ExitCode, cleared.Output));
        Assert.Equal(1, twice.ExitCode);
        Assert.Equal("1.0.0", Assert.Single(rest.GetProperty("items").EnumerateArray()).GetProperty("version").GetString());
    }

    [Theory]
    [InlineData("acme/vpc/aws")]
    [InlineData("acme/vpc/aws --message x --clear")]
    [InlineData("acme --message x")]
    [InlineData("acme/vpc/aws --clear --link https://example.com")]
    public async Task Deprecate_WithoutOneMeaning_IsBadUsage(string arguments)
    {
        await using var server = await RegistryServer.StartAsync();

        var result = await CommandLine.RunAsync(server, ["deprecate", .. arguments.Split(' ')]);

        Assert.Equal(2, result.ExitCode);
    }

    [Fact]
    public async Task Server_ShowsTheHostnamesOfPublishedAddresses_TheCurrentOneFirst()
    {
        await using var server = await RegistryServer.StartAsync(options => options with
        {
            Hosted = options.Hosted with { Hostnames = [ProviderAddress.Parse("old.example.com/a/b").Hostname] },
        });

        var info = await server.Client.GetFromJsonAsync<JsonElement>("/api/v1/server");

        Assert.Equal([RegistryServer.Hostname, "old.example.com"], info.GetProperty("hostnames").EnumerateArray().Select(item => item.GetString()!));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("two\nlines", null)]
    [InlineData("fine", "javascript:alert(1)")]
    public async Task Deprecation_WithTextThatClientsCannotShow_IsInvalid(string message, string? link)
    {
        await using var server = await RegistryServer.StartAsync();

        using var answer = await server.AdminClient.PutAsJsonAsync(
            RegistryServer.Group + "/modules/acme/vpc/aws/deprecation", new { message, link });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private static Task AddModuleAsync(MirrorServer server) => MirrorWithOrigin.QueryAsync(server, db =>
    {
        db.ModulePackages.Add(new ModulePackageRow
        {
            RootGroupId = MirrorDbContext.DefaultGroupId,
            Hostname = RegistryServer.Hostname,
            Namespace = "acme",
            Name = "vpc",
            System = "aws",
            Version = "1.0.0",
            Format = "tar.gz",
            Subdirectory = "",
            Sha256 = new string('0', 64),
            Credential = CredentialIdentity.None.Value,
            CachedBy = "admin",
        });
        return db.SaveChangesAsync();
    });
}
