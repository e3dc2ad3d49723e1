using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Database;
using Mirror.Core.Hosted.Publishing;
using Mirror.Tests.Access;
using Mirror.Tests.Cli;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;

namespace Mirror.Tests.Hosted.Publishing;

/// <summary>The module sources of a root group: who may change them, what is valid, and what their secrets are kept from.</summary>
public sealed class ModuleSourceTests
{
    private const string Repository = "https://github.com/acme/terraform-aws-vpc";

    [Fact]
    public async Task Source_IsAddedListedAndRemovedByCommands()
    {
        await using var server = await PublishingServer.StartAsync();

        var added = await CommandLine.RunAsync(server, "module-source", "add", "acme/vpc/aws", Repository, "--json");
        var again = await CommandLine.RunAsync(server, "module-source", "add", "acme/vpc/aws", Repository);
        var list = await CommandLine.RunAsync(server, "module-source", "list");
        var secret = await CommandLine.RunAsync(server, "module-source", "secret", "mirror.example.com/acme/vpc/aws", "--json");
        var removed = await CommandLine.RunAsync(server, "module-source", "remove", "acme/vpc/aws");
        var missing = await CommandLine.RunAsync(server, "module-source", "remove", "acme/vpc/aws");
        var foreign = await CommandLine.RunAsync(server, "module-source", "add", "other.example.com/acme/vpc/aws", Repository);

        var source = added.Json["source"]!;
        Assert.Equal(
            ("mirror.example.com/acme/vpc/aws", Repository, "gitHub", "v", ""),
            ((string?)source["module"], (string?)source["repository"], (string?)source["forge"], (string?)source["tagPrefix"], (string?)source["subdirectory"]));
        Assert.StartsWith("https://mirror.example.com/api/v1/hooks/", (string?)source["webhookUrl"], StringComparison.Ordinal);
        Assert.Null(WebhookSecret.Check((string)added.Json["secret"]!));
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("has a module source already", again.Error, StringComparison.Ordinal);
        Assert.Contains("acme/vpc/aws", list.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("whsec_", list.Output, StringComparison.Ordinal);
        Assert.NotEqual((string?)added.Json["secret"], (string?)secret.Json["secret"]);
        Assert.Equal((string?)source["webhookUrl"], (string?)secret.Json["source"]!["webhookUrl"]);
        Assert.Equal((0, "Removed the module source of acme/vpc/aws.\n"), (removed.ExitCode, removed.Output));
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("is not the hostname of this server", foreign.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://github.com/acme/vpc", "gitHub", "v", "", "repository")]
    [InlineData("https://me:token@github.com/acme/vpc", "gitHub", "v", "", "repository")]
    [InlineData("git@github.com:acme/vpc.git", "gitHub", "v", "", "repository")]
    [InlineData("file:///etc", "gitHub", "v", "", "repository")]
    [InlineData("https://github.com", "gitHub", "v", "", "repository")]
    [InlineData("https://127.0.0.1/acme/vpc", "gitHub", "v", "", "repository")]
    [InlineData("https://git.internal.example/acme/vpc", null, "v", "", "forge")]
    [InlineData("https://bitbucket.org/acme/vpc", null, "v", "", "forge")]
    [InlineData("https://github.com/acme/vpc", "azureDevOps", "v", "", "forge")]
    [InlineData("https://github.com/acme/vpc", "gitea", "v", "", "forge")]
    [InlineData("https://codeberg.org/acme/vpc", "gitLab", "v", "", "forge")]
    [InlineData("https://github.com/acme/vpc", "gitHub", "../v", "", "tagPrefix")]
    [InlineData("https://github.com/acme/vpc", "gitHub", "-v", "", "tagPrefix")]
    [InlineData("https://github.com/acme/vpc", "gitHub", "v", "../vpc", "subdirectory")]
    [InlineData("https://github.com/acme/vpc", "gitHub", "v", "/vpc", "subdirectory")]
    [InlineData("https://github.com/acme/vpc", "gitHub", "v", "vpc/", "subdirectory")]
    [InlineData("https://github.com/acme/vpc", "gitHub", "v", "a b", "subdirectory")]
    public async Task Source_ThatIsNotValid_IsRefusedByName(string repository, string? forge, string tagPrefix, string subdirectory, string named)
    {
        await using var server = await PublishingServer.StartAsync();

        using var answer = await server.AdminClient.PostAsJsonAsync(WebhookServer.Vpc, new { repository, forge, tagPrefix, subdirectory });
        string text = await answer.Content.ReadAsStringAsync();

        Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, text);
        Assert.StartsWith($"{named}: ", (string?)JsonNode.Parse(text)!["detail"], StringComparison.Ordinal);
        Assert.DoesNotContain("me:token", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Source_InANamespaceThatDoesNotExist_IsRefusedWithTheCommand()
    {
        await using var server = await PublishingServer.StartAsync();

        using var answer = await server.AdminClient.PostAsJsonAsync(WebhookServer.Sources + "/other/vpc/aws", new { repository = Repository });

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("mirror registry-namespace create other", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Source_OfAnotherRootGroup_IsNeitherShownNorChanged()
    {
        await using var server = await PublishingServer.StartAsync();
        using var group = await server.AdminClient.PostAsJsonAsync("/api/v1/groups", new { name = "other" });
        using var added = await server.AdminClient.PostAsJsonAsync(WebhookServer.Vpc, new { repository = Repository });
        string others = WebhookServer.Vpc.Replace("/default/", "/other/", StringComparison.Ordinal);

        using var removed = await server.AdminClient.DeleteAsync(others);
        using var replaced = await server.AdminClient.PostAsJsonAsync(others + "/secret", new { });
        using var published = await server.AdminClient.PostAsJsonAsync(others + "/tags", new { tag = "v1.0.0" });
        using var taken = await server.AdminClient.PostAsJsonAsync(others, new { repository = Repository });
        var list = await server.AdminClient.GetFromJsonAsync<JsonElement>("/api/v1/groups/other/registry/sources");

        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        Assert.All([removed, replaced, published, taken], answer => Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode));
        Assert.Equal(0, list.GetProperty("items").GetArrayLength());
    }

    [RequiresToolFact("git")]
    public async Task Roles_Decide_WhoChangesSourcesAndWhoPublishes()
    {
        await using var server = await WebhookServer.StartAsync();
        var hook = await server.AddSourceAsync(server.AddRepository());
        using var deployer = await ClientAsync(server, "deployer");
        using var viewer = await ClientAsync(server, "viewer");

        foreach (var client in new[] { deployer, viewer })
        {
            using var list = await client.GetAsync(WebhookServer.Sources);
            using var added = await client.PostAsJsonAsync(WebhookServer.Sources + "/acme/dns/aws", new { repository = Repository });
            using var secret = await client.PostAsJsonAsync(WebhookServer.Vpc + "/secret", new { });
            using var removed = await client.DeleteAsync(WebhookServer.Vpc);
            Assert.All([list, added, secret, removed], answer => Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode));
        }

        using var refused = await viewer.PostAsJsonAsync(WebhookServer.Vpc + "/tags", new { tag = "v1.0.0" });
        using var anonymous = await server.Server.Client.PostAsJsonAsync(WebhookServer.Vpc + "/tags", new { tag = "v1.0.0" });
        using var published = await deployer.PostAsJsonAsync(WebhookServer.Vpc + "/tags", new { tag = "v1.0.0" });
        Assert.Equal(
            (HttpStatusCode.Forbidden, HttpStatusCode.Unauthorized, HttpStatusCode.OK),
            (refused.StatusCode, anonymous.StatusCode, published.StatusCode));
    }

    [RequiresToolFact("git")]
    public async Task Tag_PublishedByHand_IsOfThePrincipal_AndIsNotPublishedTwice()
    {
        await using var server = await WebhookServer.StartAsync();
        var repository = server.AddRepository();
        await server.AddSourceAsync(repository);

        var published = await CommandLine.RunAsync(server.Server, "module-source", "publish", "acme/vpc/aws", "v1.0.0", "--json");
        var again = await CommandLine.RunAsync(server.Server, "module-source", "publish", "acme/vpc/aws", "v1.0.0");
        var missing = await CommandLine.RunAsync(server.Server, "module-source", "publish", "acme/vpc/aws", "v1.0.1");
        var unlike = await CommandLine.RunAsync(server.Server, "module-source", "publish", "acme/vpc/aws", "main");
        var source = await server.FindSourceAsync();

        Assert.Equal(
            ("mirror.example.com/acme/vpc/aws", "1.0.0", "v1.0.0", repository.Resolve("v1.0.0")),
            ((string?)published.Json["module"], (string?)published.Json["version"], (string?)published.Json["tag"], (string?)published.Json["commit"]));
        Assert.Contains("exists, and published versions do not change", again.Error, StringComparison.Ordinal);
        Assert.Contains("refs/tags/v1.0.1", missing.Error, StringComparison.Ordinal);
        Assert.Contains("'main' is not 'v' and a version", unlike.Error, StringComparison.Ordinal);
        Assert.Equal("v1.0.1", (string?)source["lastTag"]);
        Assert.NotNull((string?)source["lastProblem"]);
        Assert.Null(source["lastDeliveryAt"]);
        Assert.Equal(
            "admin", await MirrorWithOrigin.QueryAsync(server.Server, db => db.Audit.Where(row => row.Action == "module.publish").Select(row => row.Principal).SingleAsync()));
    }

    [Fact]
    public async Task Secret_IsStoredEncrypted_AndInNoAuditEvent()
    {
        await using var server = await PublishingServer.StartAsync();
        const string Given = "whsec_Z2l2ZW4tYnktdGhlLWZvcmdlLTEyMzQ1Ng==";
        using var added = await server.AdminClient.PostAsJsonAsync(WebhookServer.Vpc, new { repository = Repository });
        string secret = (string)(await added.Content.ReadFromJsonAsync<JsonObject>())!["secret"]!;
        using var set = await server.AdminClient.PostAsJsonAsync(WebhookServer.Vpc + "/secret", new { secret = Given });
        using var weak = await server.AdminClient.PostAsJsonAsync(WebhookServer.Vpc + "/secret", new { secret = "weak" });

        var (row, events) = await MirrorWithOrigin.QueryAsync(
            server, async db => (await db.ModuleSources.SingleAsync(), await db.Audit.Where(row => row.Action.StartsWith("module-source.")).ToListAsync()));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.BadRequest), (set.StatusCode, weak.StatusCode));
        Assert.DoesNotContain(Given, System.Text.Encoding.Latin1.GetString(row.Secret), StringComparison.Ordinal);
        Assert.Equal(
            [("module-source.add", Repository), ("module-source.secret", "given")], events.Select(item => (item.Action, item.Detail)));
        Assert.All(events, item => Assert.DoesNotContain(secret, $"{item.Target} {item.Detail}", StringComparison.Ordinal));
    }

    private static async Task<HttpClient> ClientAsync(WebhookServer server, string role)
    {
        using var answer = await server.Admin.PostAsJsonAsync("/api/v1/groups/default/tokens", new { role, name = role });
        var client = server.Server.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", (string)(await answer.Content.ReadFromJsonAsync<JsonObject>())!["token"]!);
        return client;
    }
}
