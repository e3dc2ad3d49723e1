using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Tests.Hosting;
using Mirror.Tests.Origin.Git;
using Mirror.Tests.Time;

namespace Mirror.Tests.Hosted.Publishing;

/// <summary>A server that publishes tags of a real Git server into the registry namespace <c>acme</c>.</summary>
internal sealed class WebhookServer : IAsyncDisposable
{
    public const string Sources = "/api/v1/groups/default/registry/sources";
    public const string Vpc = Sources + "/acme/vpc/aws";

    private WebhookServer(GitServer git, MirrorServer server) => (Git, Server) = (git, server);

    public GitServer Git { get; }

    public MirrorServer Server { get; private set; }

    public HttpClient Admin => Server.AdminClient;

    public static async Task<WebhookServer> StartAsync(Func<MirrorOptions, MirrorOptions>? configure = null)
    {
        var git = await GitServer.StartAsync();
        return new WebhookServer(git, await PublishingServer.StartAsync(options => Configure(git, configure?.Invoke(options) ?? options)));
    }

    /// <summary>Starts again on the same data.</summary>
    public async Task RestartAsync(Func<MirrorOptions, MirrorOptions> configure)
    {
        await Server.DisposeAsync();
        Server = await MirrorServer.StartAsync(options => Configure(
            Git, configure(options with { PublicUrl = new Uri($"https://{PublishingServer.Host}") })));
    }

    /// <summary>A repository with one module and the tag <c>v1.0.0</c>.</summary>
    public GitRepository AddRepository(string name = "acme/vpc.git")
    {
        var repository = Git.Add(name);
        repository.Commit(("main.tf", """output "name" { value = "vpc" }"""), ("README.md", "# vpc"));
        repository.Tag("v1.0.0");
        return repository;
    }

    /// <returns>The path of the webhook and its secret.</returns>
    public async Task<(string Hook, string Secret)> AddSourceAsync(
        GitRepository repository, string forge = "gitHub", string tagPrefix = "v", string subdirectory = "", string path = Vpc)
    {
        using var answer = await Admin.PostAsJsonAsync(path, new { repository = $"{Git.UrlOf(repository)}", forge, tagPrefix, subdirectory });
        var created = await answer.Content.ReadFromJsonAsync<JsonObject>();
        Assert.True(answer.StatusCode == HttpStatusCode.Created, $"{created}");
        return (new Uri((string)created!["source"]!["webhookUrl"]!).AbsolutePath, (string)created["secret"]!);
    }

    /// <summary>Delivers as the forge: without a token.</summary>
    public async Task<(HttpStatusCode Status, string Text)> DeliverAsync(
        string hook, string? secret, string @event, string body, ForgeKind forge = ForgeKind.GitHub)
    {
        using var request = ForgeDelivery.Of(forge, hook, @event, body, secret);
        using var answer = await Server.Client.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public Task<(HttpStatusCode Status, string Text)> PushAsync((string Hook, string Secret) hook, string tag) =>
        DeliverAsync(hook.Hook, hook.Secret, "push", ForgeDelivery.Push($"refs/tags/{tag}"));

    public async Task<JsonObject> FindSourceAsync(int index = 0) =>
        (JsonObject)(await Admin.GetFromJsonAsync<JsonObject>(Sources))!["items"]![index]!;

    /// <summary>Waits until no tag of the source waits.</summary>
    public async Task<JsonObject> WhenPublishedAsync(int index = 0)
    {
        await Eventually.TrueAsync(async () => ((JsonArray)(await FindSourceAsync(index))["pendingTags"]!).Count == 0);
        return await FindSourceAsync(index);
    }

    public async Task<IReadOnlyList<string>> VersionsAsync(string module = "acme/vpc/aws")
    {
        using var answer = await Admin.GetAsync($"/v1/modules/{module}/versions");
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            return [];
        }

        var versions = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return [.. versions.GetProperty("modules")[0].GetProperty("versions").EnumerateArray().Select(item => item.GetProperty("version").GetString()!)];
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Git.DisposeAsync();
    }

    private static MirrorOptions Configure(GitServer git, MirrorOptions options) => options with
    {
        Listen = options.Listen with { Https = null },
        Upstream = options.Upstream with
        {
            Hosts = [new UpstreamHostOptions { Name = ProviderHostname.Parse("git.example.com"), GitUrl = new Uri(git.Url + "/") }],
        },
    };
}
