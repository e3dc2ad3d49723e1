using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Core.Hosted.Publishing;
using Mirror.Tests.Cli;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using Mirror.Tests.Time;
using static Mirror.Tests.Hosted.Publishing.ForgeDelivery;

namespace Mirror.Tests.Hosted.Publishing;

/// <summary>Tags that forges report, published from a real Git server.</summary>
public sealed class WebhookTests
{
    [RequiresToolFact("git")]
    public Task Tag_OfGitHub_IsPublishedWithItsCommit() => PublishAsync("gitHub", ForgeKind.GitHub, "push", Push("refs/tags/v1.0.0"));

    [RequiresToolFact("git")]
    public Task Tag_OfGitLab_IsPublishedWithItsCommit() => PublishAsync("gitLab", ForgeKind.GitLab, "Tag Push Hook", TagPush("v1.0.0"));

    [RequiresToolFact("git")]
    public Task Tag_OfGitea_IsPublishedWithItsCommit() => PublishAsync("gitea", ForgeKind.Gitea, "push", Push("refs/tags/v1.0.0"));

    private static async Task PublishAsync(string name, ForgeKind forge, string @event, string body)
    {
        await using var server = await WebhookServer.StartAsync();
        var repository = server.AddRepository();
        var (hook, secret) = await server.AddSourceAsync(repository, name);

        var answer = await server.DeliverAsync(hook, secret, @event, body, forge);
        var source = await server.WhenPublishedAsync();

        Assert.Equal((HttpStatusCode.Accepted, "publishing: mirror.example.com/acme/vpc/aws 1.0.0\n"), answer);
        Assert.Equal(("v1.0.0", null), ((string?)source["lastTag"], (string?)source["lastProblem"]));
        Assert.NotNull(source["lastDeliveryAt"]);
        var row = await MirrorWithOrigin.QueryAsync(server.Server, db => db.ModulePackages.SingleAsync());
        Assert.Equal(
            ("mirror.example.com", "1.0.0", $"{server.Git.UrlOf(repository)}", "v1.0.0", repository.Resolve("v1.0.0"), "webhook acme/vpc/aws"),
            (row.Hostname, row.Version, row.Repository, row.Revision, row.Commit, row.CachedBy));
    }

    [RequiresToolFact("git")]
    public async Task Tag_DeliveredAgain_IsIgnored()
    {
        await using var server = await WebhookServer.StartAsync();
        var repository = server.AddRepository();
        var hook = await server.AddSourceAsync(repository);
        await server.PushAsync(hook, "v1.0.0");
        await server.WhenPublishedAsync();
        repository.Commit(("main.tf", "# changed"));
        repository.Tag("v1.0.0");
        int before = server.Git.Requests.Count;

        var replayed = await server.PushAsync(hook, "v1.0.0");
        var created = await server.DeliverAsync(hook.Hook, hook.Secret, "create", Create("v1.0.0"));

        Assert.Equal(
            (HttpStatusCode.OK, "ignored: mirror.example.com/acme/vpc/aws 1.0.0 exists, and published versions do not change\n"), replayed);
        Assert.Equal(replayed, created);
        Assert.Equal(before, server.Git.Requests.Count);
        Assert.Null((string?)(await server.FindSourceAsync())["lastProblem"]);
    }

    [RequiresToolFact("git")]
    public async Task Tag_OfAnUnpublishedVersion_IsIgnoredAndRefusedByHand()
    {
        await using var server = await WebhookServer.StartAsync();
        var repository = server.AddRepository();
        var hook = await server.AddSourceAsync(repository);
        await server.PushAsync(hook, "v1.0.0");
        await server.WhenPublishedAsync();
        var unpublished = await CommandLine.RunAsync(server.Server, "unpublish", "acme/vpc/aws", "1.0.0", "--yes");
        int before = server.Git.Requests.Count;

        var replayed = await server.PushAsync(hook, "v1.0.0");
        var byHand = await CommandLine.RunAsync(server.Server, "module-source", "publish", "acme/vpc/aws", "v1.0.0");

        Assert.True(unpublished.ExitCode == 0, unpublished.Error);
        Assert.Equal(HttpStatusCode.OK, replayed.Status);
        Assert.Matches(
            "^ignored: mirror.example.com/acme/vpc/aws 1.0.0 was unpublished on [0-9-]{10}, and its number cannot be used again\n$", replayed.Text);
        Assert.Equal(1, byHand.ExitCode);
        Assert.Contains("its number cannot be used again. Publish a new version.", byHand.Error, StringComparison.Ordinal);
        Assert.Equal(before, server.Git.Requests.Count);
        Assert.Empty(await server.VersionsAsync());
    }

    [RequiresToolFact("git")]
    public async Task Tags_OfTwoModulesInOneRepository_ArePublishedFromTheirDirectories()
    {
        await using var server = await WebhookServer.StartAsync();
        var repository = server.Git.Add("acme/modules.git");
        repository.Commit(("vpc/main.tf", "# vpc"), ("dns/main.tf", "# dns"));
        repository.Tag("vpc/v1.2.3");
        repository.Tag("dns/v2.0.0-rc.1", annotated: true);
        var dns = await server.AddSourceAsync(repository, tagPrefix: "dns/v", subdirectory: "dns", path: WebhookServer.Sources + "/acme/dns/aws");
        var vpc = await server.AddSourceAsync(repository, tagPrefix: "vpc/v", subdirectory: "vpc");

        foreach (string tag in new[] { "vpc/v1.2.3", "dns/v2.0.0-rc.1" })
        {
            await server.PushAsync(vpc, tag);
            await server.PushAsync(dns, tag);
        }

        await server.WhenPublishedAsync(0);
        await server.WhenPublishedAsync(1);
        var rows = await MirrorWithOrigin.QueryAsync(server.Server, db => db.ModulePackages.OrderBy(row => row.Name).ToListAsync());
        Assert.Equal(
            [("dns", "2.0.0-rc.1", "dns"), ("vpc", "1.2.3", "vpc")], rows.Select(row => (row.Name, row.Version, row.Subdirectory)));
    }

    [RequiresToolFact("git")]
    public async Task Deliveries_ThatNameNoTag_AreIgnoredAndCounted()
    {
        await using var server = await WebhookServer.StartAsync();
        var (hook, secret) = await server.AddSourceAsync(server.AddRepository());

        foreach (var (@event, body, said) in new[]
        {
            ("ping", Ping, "ignored: the event 'ping' names no new tag\n"),
            ("push", Push("refs/heads/main"), "ignored: 'refs/heads/main' is not a tag\n"),
            ("push", Push("refs/tags/v1.0.0", isDeleted: true), "ignored: 'refs/tags/v1.0.0' was deleted\n"),
            ("push", Push("refs/tags/v1"), "ignored: the tag 'v1' is not 'v' and a version such as 1.2.3\n"),
            ("push", Push("refs/tags/dns/v1.0.0"), "ignored: the tag 'dns/v1.0.0' is not 'v' and a version such as 1.2.3\n"),
            ("create", Create("feature", "branch"), "ignored: it creates a branch, not a tag\n"),
        })
        {
            Assert.Equal((HttpStatusCode.OK, said), await server.DeliverAsync(hook, secret, @event, body));
        }

        var source = await server.FindSourceAsync();
        Assert.NotNull(source["lastDeliveryAt"]);
        Assert.Null((string?)source["lastTag"]);
        Assert.Empty(server.Git.Requests);
    }

    [RequiresToolFact("git")]
    public async Task Delivery_ForAnUnknownWebhookOrWithAWrongSignature_GetsTheSameAnswer()
    {
        await using var server = await WebhookServer.StartAsync();
        var (hook, secret) = await server.AddSourceAsync(server.AddRepository());
        string body = Push("refs/tags/v1.0.0"), other = WebhookSecret.Generate();

        var answers = new[]
        {
            await server.DeliverAsync(hook, other, "push", body),
            await server.DeliverAsync(hook, null, "push", body),
            await server.DeliverAsync(hook, secret, "Tag Push Hook", TagPush("v1.0.0"), ForgeKind.GitLab),
            await server.DeliverAsync(hook, secret, "push", body, ForgeKind.Gitea),
            await server.DeliverAsync(hook, other, "push", "not JSON"),
            await server.DeliverAsync("/api/v1/hooks/" + new string('0', 32), secret, "push", body),
            await server.DeliverAsync("/api/v1/hooks/" + hook[^32..].ToUpperInvariant() + "x", secret, "push", body),
            await server.DeliverAsync("/api/v1/hooks/%20", secret, "push", body),
        };

        Assert.Equal(HttpStatusCode.NotFound, answers[0].Status);
        Assert.Contains("No webhook has this URL and this secret", answers[0].Text, StringComparison.Ordinal);
        Assert.Single(answers.Distinct());
        Assert.Null((await server.FindSourceAsync())["lastDeliveryAt"]);
        Assert.Empty(server.Git.Requests);
    }

    [RequiresToolFact("git")]
    public async Task Secret_Replaced_EndsTheOldOne()
    {
        await using var server = await WebhookServer.StartAsync();
        var hook = await server.AddSourceAsync(server.AddRepository());
        using var answer = await server.Admin.PostAsync(WebhookServer.Vpc + "/secret", new StringContent("{}", Encoding.UTF8, "application/json"));
        string renewed = (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["secret"]!;

        var old = await server.PushAsync(hook, "v1.0.0");
        var accepted = await server.PushAsync((hook.Hook, renewed), "v1.0.0");

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.Accepted), (old.Status, accepted.Status));
        Assert.NotEqual(hook.Secret, renewed);
        await server.WhenPublishedAsync();
    }

    [RequiresToolFact("git")]
    public async Task Body_ThatIsTooLargeOrNoDocument_IsRefused()
    {
        await using var server = await WebhookServer.StartAsync();
        var (hook, secret) = await server.AddSourceAsync(server.AddRepository());
        string large = Push("refs/tags/v1.0.0").PadRight(WebhookDelivery.MaxBody + 1);

        foreach (bool isChunked in new[] { false, true })
        {
            using var request = Of(ForgeKind.GitHub, hook, "push", large, secret);
            (request.Headers.TransferEncodingChunked, request.Headers.ExpectContinue) = (isChunked, true);
            using var refused = await server.Server.Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
        }

        Assert.Equal(HttpStatusCode.BadRequest, (await server.DeliverAsync(hook, secret, "push", "[1")).Status);
        using var form = Of(ForgeKind.GitHub, hook, "push", "payload=%7B%7D", secret);
        form.Content!.Headers.ContentType = new("application/x-www-form-urlencoded");
        using var unsupported = await server.Server.Client.SendAsync(form);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, unsupported.StatusCode);
        Assert.Contains("expected application/json", await unsupported.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [RequiresToolFact("git")]
    public async Task Deliveries_AtTheSameTime_PublishEachTagOnce()
    {
        await using var server = await WebhookServer.StartAsync();
        var repository = server.AddRepository();
        string[] tags = [.. Enumerable.Range(0, 5).Select(i => $"v1.{i}.0")];
        foreach (string tag in tags)
        {
            repository.Tag(tag);
        }

        var hook = await server.AddSourceAsync(repository);

        var answers = await Task.WhenAll(tags.Concat(tags).Select(tag => server.PushAsync(hook, tag)));
        var source = await server.WhenPublishedAsync();

        Assert.All(answers, answer => Assert.True(answer.Status is HttpStatusCode.Accepted or HttpStatusCode.OK, $"{answer}"));
        Assert.Null((string?)source["lastProblem"]);
        Assert.Equal(tags.Select(tag => tag[1..]).Order(StringComparer.Ordinal), (await server.VersionsAsync()).Order(StringComparer.Ordinal));
        Assert.Equal(5, await MirrorWithOrigin.QueryAsync(server.Server, db => db.Audit.CountAsync(row => row.Action == "module.publish")));
    }

    [RequiresToolFact("git")]
    public async Task Tags_MoreThanMayWait_AreRefusedForLater()
    {
        await using var server = await WebhookServer.StartAsync();
        var hook = await server.AddSourceAsync(server.AddRepository());
        server.Git.Intercept = HoldAsync;

        for (int i = 0; i < TagQueue.MaxPending; i++)
        {
            Assert.Equal(HttpStatusCode.Accepted, (await server.PushAsync(hook, $"v1.0.{i}")).Status);
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.PushAsync(hook, "v2.0.0")).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await server.PushAsync(hook, "v1.0.0")).Status);
    }

    [RequiresToolFact("git")]
    public async Task Tag_PendingWhenTheServerStops_IsPublishedAfterTheNextStart()
    {
        string directory = Directory.CreateTempSubdirectory("mirror-tests-").FullName;
        try
        {
            await using var server = await WebhookServer.StartAsync(options => options with { DataDirectory = directory });
            var hook = await server.AddSourceAsync(server.AddRepository());
            server.Git.Intercept = HoldAsync;
            await server.PushAsync(hook, "v1.0.0");
            await Eventually.TrueAsync(() => server.Git.Requests.Count > 0);

            await server.RestartAsync(options =>
            {
                server.Git.Intercept = null;
                return options with { DataDirectory = directory };
            });
            var source = await server.WhenPublishedAsync();

            Assert.Null((string?)source["lastProblem"]);
            Assert.Equal(["1.0.0"], await server.VersionsAsync());
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [RequiresToolFact("git")]
    public async Task Tag_ThatCannotBePublished_KeepsTheReason_AndTheNextDeliveryWorks()
    {
        await using var server = await WebhookServer.StartAsync();
        var repository = server.AddRepository();
        var hook = await server.AddSourceAsync(repository);
        server.Git.Intercept = (context, _) =>
        {
            context.Response.StatusCode = 503;
            return Task.FromResult(true);
        };

        await server.PushAsync(hook, "v1.0.0");
        string? unreachable = (string?)(await server.WhenPublishedAsync())["lastProblem"];
        server.Git.Intercept = null;
        await server.PushAsync(hook, "v9.0.0");
        string? missing = (string?)(await server.WhenPublishedAsync())["lastProblem"];
        await server.PushAsync(hook, "v1.0.0");
        var published = await server.WhenPublishedAsync();

        Assert.Contains("503", unreachable, StringComparison.Ordinal);
        Assert.Contains("refs/tags/v9.0.0", missing, StringComparison.Ordinal);
        Assert.Equal(("v1.0.0", null), ((string?)published["lastTag"], (string?)published["lastProblem"]));
        var failed = await MirrorWithOrigin.QueryAsync(
            server.Server, db => db.Audit.Where(row => row.Action == "module-source.publish").OrderBy(row => row.Id).ToListAsync());
        Assert.Equal(
            [(false, "webhook acme/vpc/aws", "1.0.0", unreachable), (false, "webhook acme/vpc/aws", "9.0.0", missing)],
            failed.Select(row => (row.Succeeded, row.Principal, row.Version, row.Detail)));
    }

    [RequiresToolFact("git")]
    public async Task Tag_OfACommitWithoutAModule_IsNotPublished()
    {
        await using var server = await WebhookServer.StartAsync();
        var repository = server.Git.Add();
        repository.Commit(("README.md", "# nothing"));
        repository.Tag("v1.0.0");
        var hook = await server.AddSourceAsync(repository);

        await server.PushAsync(hook, "v1.0.0");
        var source = await server.WhenPublishedAsync();

        Assert.Contains(".tf", (string?)source["lastProblem"], StringComparison.Ordinal);
        Assert.Empty(await server.VersionsAsync());
        await PublishingServer.AssertNothingAsync(server.Server);
    }

    /// <summary>The payload names another repository, which is not asked.</summary>
    [RequiresToolFact("git")]
    public async Task Repository_InTheDelivery_IsNotTheOneThatIsFetched()
    {
        await using var server = await WebhookServer.StartAsync();
        var repository = server.AddRepository();
        server.AddRepository("evil/vpc.git");
        var (hook, secret) = await server.AddSourceAsync(repository);

        await server.DeliverAsync(hook, secret, "push", Push("refs/tags/v1.0.0", repository: "evil/vpc"));
        await server.WhenPublishedAsync();

        Assert.NotEmpty(server.Git.Requests);
        Assert.All(server.Git.Requests, request => Assert.StartsWith("/acme/vpc.git/", request.Path, StringComparison.Ordinal));
    }

    [RequiresToolFact("git")]
    public async Task Repository_ThatIsPrivate_GetsTheTokenOfTheRootGroup()
    {
        await using var server = await WebhookServer.StartAsync();
        var hook = await server.AddSourceAsync(server.AddRepository());
        server.Git.RequiredAuthorization = "Basic " + Convert.ToBase64String("x-access-token:the-token"u8);
        await server.PushAsync(hook, "v1.0.0");
        string? refused = (string?)(await server.WhenPublishedAsync())["lastProblem"];
        using var set = await server.Admin.PutAsync(
            "/api/v1/groups/default/variables/TF_TOKEN_git_example_com",
            new StringContent("""{"value":"the-token","sensitive":true}""", Encoding.UTF8, "application/json"));

        await server.PushAsync(hook, "v1.0.0");
        var published = await server.WhenPublishedAsync();

        Assert.NotNull(refused);
        Assert.Null((string?)published["lastProblem"]);
        Assert.Equal(["1.0.0"], await server.VersionsAsync());
    }

    private static async Task<bool> HoldAsync(Microsoft.AspNetCore.Http.HttpContext context, CancellationToken stopping)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        var held = new TaskCompletionSource();
        await using var ended = either.Token.Register(held.SetResult);
        await held.Task;
        return true;
    }
}
