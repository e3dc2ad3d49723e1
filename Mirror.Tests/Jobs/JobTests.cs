using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Audit;
using Mirror.Core.Database;
using Mirror.Core.Jobs;
using Mirror.Tests.Access;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using Mirror.Tests.Time;
using Xunit;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Jobs;

/// <summary>Jobs through the API and both protocols.</summary>
public sealed class JobTests : IAsyncLifetime
{
    private const string Jobs = "/api/v1/groups/default/jobs";
    private const string Registry = $"/v1/registries/{Host}/providers/example/hello/";

    private readonly ManualTimeProvider _time = new();
    private MirrorWithOrigin _mirror = null!;

    public async Task InitializeAsync() => _mirror = await StartAsync(time: _time);

    public async Task DisposeAsync() => await _mirror.DisposeAsync();

    [Fact]
    public async Task Package_FetchedInAJob_IsCachedByItAndThenUsed()
    {
        var (first, job) = await CreateAsync();
        await InstallAsync(job, "1.0.0");
        await _mirror.WhenIdleAsync();
        var (second, other) = await CreateAsync();
        await InstallAsync(other, "1.0.0");
        await InstallAsync(other, "2.0.0");
        await _mirror.WhenIdleAsync();

        Assert.Equal(["cached registry.example.com/example/hello 1.0.0"], await SummaryAsync(first, job));
        Assert.Equal(
            ["used registry.example.com/example/hello 1.0.0", "cached registry.example.com/example/hello 2.0.0"],
            await SummaryAsync(second, other));
        var version = await _mirror.GetJsonAsync("/api/v1/groups/default/providers/registry.example.com/example/hello/versions/1.0.0");
        var by = version.GetProperty("platforms")[0].GetProperty("cachedBy");
        Assert.Equal(("job", first.Name), (by.GetProperty("kind").GetString()!, by.GetProperty("name").GetString()!));
    }

    [Fact]
    public async Task Events_OfAJob_AreOneLineOfTheAuditLog()
    {
        var (made, job) = await CreateAsync();
        await InstallAsync(job, "1.0.0");
        await _mirror.WhenIdleAsync();
        (await job.DeleteAsync($"{Jobs}/{made.Id}")).EnsureSuccessStatusCode();

        var lines = await _mirror.Server.Services.GetRequiredService<AuditReader>().ListLinesAsync(new AuditQuery(null), CancellationToken.None);

        var line = Assert.Single(lines.Items, line => line.Run is not null);
        Assert.Equal(($"job/{made.Name}", "job.create"), (line.Run!.Name, line.First.Action));
        Assert.Equal((1, 1), (line.Run.CountOf("package.cache", succeeded: true), line.Run.CountOf("job.end", succeeded: true)));
        Assert.DoesNotContain(lines.Items, other => other.Run is null && other.First.Action is "package.cache" or "job.end");
    }

    [Fact]
    public async Task Package_ThroughTheRegistryProtocol_IsRecordedForTheJob()
    {
        var (made, job) = await CreateAsync();

        var download = await job.GetFromJsonAsync<JsonElement>(Registry + "1.0.0/download/linux_amd64".Replace('_', '/'));
        string link = download.GetProperty("download_url").GetString()!;
        await _mirror.Client.GetByteArrayAsync(new Uri(new Uri(_mirror.Server.Url, Registry + "1.0.0/download/linux/amd64"), link));
        await _mirror.WhenIdleAsync();

        Assert.Equal(["cached registry.example.com/example/hello 1.0.0"], await SummaryAsync(made, job));
        Assert.DoesNotContain(
            "job=", await _mirror.Client.GetStringAsync(Registry + "1.0.0/download/linux/amd64"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Module_InstalledInAJob_IsCachedThenUsedAndAMissingOneReported()
    {
        const string module = $"{Host}/example/greeting/null", address = $"/v1/registries/{Host}/modules/example/greeting/null/";
        _mirror.Origin.AddModule("example/greeting/null").AddVersion("1.0.0");
        async Task<string[]> InstallModuleAsync()
        {
            var (made, job) = await CreateAsync();
            (await job.GetAsync(address + "versions")).EnsureSuccessStatusCode();
            using var located = await job.GetAsync(address + "1.0.0/download");
            string location = located.Headers.GetValues("X-Terraform-Get").Single();
            await _mirror.Client.GetByteArrayAsync(new Uri(new Uri(_mirror.Server.Url, address + "1.0.0/download"), location));
            await _mirror.WhenIdleAsync();
            (await job.GetAsync(address.Replace("greeting", "none", StringComparison.Ordinal) + "versions")).Dispose();
            return [.. (await GetAsync(made, job))["packages"]!.AsArray()
                .Select(item => $"{item!["outcome"]} {item["module"]} {item["version"]} {item["provider"]}")];
        }

        string[] first = await InstallModuleAsync(), second = await InstallModuleAsync();

        Assert.Equal([$"cached {module} 1.0.0 ", $"failed {Host}/example/none/null  "], first);
        Assert.Equal([$"used {module} 1.0.0 ", $"failed {Host}/example/none/null  "], second);
    }

    [Fact]
    public async Task Failure_InAJob_IsReportedUntilItIsResolved()
    {
        var (made, job) = await CreateAsync();
        _mirror.Origin.Misbehave(RequestKind.Package, Fault.Flip(40));

        using var unknown = await job.GetAsync(Base.Replace("hello", "none", StringComparison.Ordinal) + "index.json");
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => InstallAsync(job, "1.0.0"));
        await _mirror.WhenIdleAsync();
        var failed = await GetAsync(made, job);
        _mirror.Origin.Behave();
        _time.Advance(TimeSpan.FromMinutes(2));
        await InstallAsync(job, "1.0.0");
        await _mirror.WhenIdleAsync();

        Assert.Equal(["failed registry.example.com/example/hello 1.0.0", "failed registry.example.com/example/none "], Lines(failed));
        Assert.Contains("SHA-256", (string)failed["packages"]![0]!["reason"]!, StringComparison.Ordinal);
        Assert.Equal(
            ["cached registry.example.com/example/hello 1.0.0", "failed registry.example.com/example/none "],
            await SummaryAsync(made, job));
    }

    [Fact]
    public async Task Link_WithTheNumberOfAnotherJob_IsInvalid()
    {
        var (made, job) = await CreateAsync();
        var (victim, theirs) = await CreateAsync();
        string link = await LinkAsync(job, "1.0.0");

        await _mirror.Client.GetByteArrayAsync(Base + link.Replace($"job={made.Id}&", $"job={victim.Id}&", StringComparison.Ordinal));
        await _mirror.WhenIdleAsync();

        Assert.Empty(await SummaryAsync(victim, theirs));
        Assert.Equal(PrincipalKind.Anonymous, await _mirror.QueryAsync(db => db.Packages.Select(x => x.CachedByKind).SingleAsync()));
    }

    [Fact]
    public async Task Token_OfAJobThatEndedOrExpired_IsNotValid()
    {
        await using var mirror = await StartAsync(
            configure: options => options with { Auth = options.Auth with { AnonymousRead = false } }, time: _time);
        var (ended, first) = await CreateAsync(mirror, mirror.Server.AdminClient);
        var (_, second) = await CreateAsync(mirror, mirror.Server.AdminClient, "10m");
        (await first.GetAsync(Base + "index.json")).EnsureSuccessStatusCode();

        (await first.DeleteAsync($"{Jobs}/{ended.Id}")).EnsureSuccessStatusCode();
        using var afterEnd = await first.GetAsync(Base + "index.json");
        using var before = await second.GetAsync(Base + "index.json");
        _time.Advance(TimeSpan.FromMinutes(10));
        using var afterExpiry = await second.GetAsync(Base + "index.json");

        Assert.Equal(
            (HttpStatusCode.Unauthorized, HttpStatusCode.OK, HttpStatusCode.Unauthorized),
            (afterEnd.StatusCode, before.StatusCode, afterExpiry.StatusCode));
        using var anonymous = await mirror.Client.PostAsync(Jobs, null);
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
    }

    [Fact]
    public async Task Job_CreatedAnonymously_CannotReadContentFetchedWithACredential()
    {
        await using var mirror = await StartAsync(
            origin =>
            {
                origin.RequireToken("server-token");
                origin.AddProvider("example/hello").AddVersions("1.0.0");
            },
            upstream: upstream => upstream with { Hosts = [upstream.Hosts[0] with { Token = "server-token" }] });
        var (_, client) = await CreateAsync(mirror, mirror.Client);
        var (_, admins) = await CreateAsync(mirror, mirror.Server.AdminClient);

        using var refused = await client.GetAsync(Base + "1.0.0.json");
        using var served = await admins.GetAsync(Base + "1.0.0.json");

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK), (refused.StatusCode, served.StatusCode));
    }

    [Fact]
    public async Task Job_OfAnotherUser_CanNeitherBeReadNorEnded()
    {
        var (made, job) = await CreateAsync();
        var (_, other) = await CreateAsync();

        Assert.All(
            [
                await other.GetAsync($"{Jobs}/{made.Id}"), await other.DeleteAsync($"{Jobs}/{made.Id}"),
                await _mirror.Client.GetAsync($"{Jobs}/{made.Id}"),
                await job.PostAsync(Jobs, null), await job.PostAsJsonAsync("/api/v1/groups/default/refresh", new { }),
            ],
            response => Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode));
        (await _mirror.Server.AdminClient.GetAsync($"{Jobs}/{made.Id}")).EnsureSuccessStatusCode();
        using var unknown = await _mirror.Server.AdminClient.GetAsync($"{Jobs}/999");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Theory]
    [InlineData("DELETE", "/api/v1/users/alice")]
    [InlineData("DELETE", "/api/v1/groups/default/members/alice")]
    public async Task Job_AfterItsCreatorLostAccess_CannotReadEither(string method, string what)
    {
        await using var mirror = await StartAsync(
            configure: options => options with { Auth = options.Auth with { AnonymousRead = false } }, time: _time);
        var (_, job) = await CreateAsync(mirror, await mirror.Server.AddUserAsync("alice", Role.Viewer));
        using var before = await job.GetAsync(Base + "index.json");

        using var gone = await mirror.Server.AdminClient.SendAsync(new HttpRequestMessage(new HttpMethod(method), what));
        using var after = await job.GetAsync(Base + "index.json");

        Assert.Equal(
            (HttpStatusCode.OK, HttpStatusCode.NoContent, HttpStatusCode.NotFound), (before.StatusCode, gone.StatusCode, after.StatusCode));
    }

    [Fact]
    public async Task Job_OfTheAdminToken_DoesNotBelongToAUserWithTheSameName()
    {
        var (made, _) = await CreateAsync(_mirror, _mirror.Server.AdminClient);
        var called = await _mirror.Server.AddUserAsync(Principal.Admin.Name, Role.Viewer);
        var (own, _) = await CreateAsync(_mirror, called);

        using var theirs = await called.GetAsync($"{Jobs}/{made.Id}");
        using var mine = await called.GetAsync($"{Jobs}/{own.Id}");

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK), (theirs.StatusCode, mine.StatusCode));
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("30s")]
    [InlineData("25h")]
    public async Task Lifetime_OutOfRange_IsRejected(string lifetime)
    {
        using var response = await _mirror.Client.PostAsync($"{Jobs}?lifetime={lifetime}", null);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains($"'{lifetime}'", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Job_CreatedBeforeTheClockWasSetBack_HasEndedAndDoesNotCountForItsCaller()
    {
        var (_, job) = await CreateAsync();
        using var before = await job.GetAsync("/api/v1/user");
        await _mirror.QueryAsync(db =>
        {
            var made = db.Principals.Include(x => x.Job).Single();
            db.Principals.AddRange(Enumerable.Range(1, JobLimits.OpenPerCaller - 1).Select(i => new PrincipalRow
            {
                Kind = PrincipalKind.Job,
                Name = $"job {i}",
                NamespaceId = made.NamespaceId,
                CreatedAt = made.CreatedAt,
                CreatedBy = made.CreatedBy,
                Job = new JobRow { ExpiresAt = made.Job!.ExpiresAt },
            }));
            return db.SaveChangesAsync();
        });

        _time.SetWallClock(_time.GetUtcNow().AddDays(-1));
        _time.Advance(TimeSpan.FromSeconds(1));
        using var after = await job.GetAsync("/api/v1/user");
        using var made = await _mirror.Client.PostAsync(Jobs, null);

        Assert.Equal(
            (HttpStatusCode.OK, HttpStatusCode.Unauthorized, HttpStatusCode.Created),
            (before.StatusCode, after.StatusCode, made.StatusCode));
    }

    [Fact]
    public async Task Jobs_OfOneCaller_AreLimitedAndDeletedADayAfterTheirEnd()
    {
        var jobs = _mirror.Server.Services.GetRequiredService<JobService>();
        await CreateAsync();
        await _mirror.QueryAsync(db =>
        {
            var made = db.Principals.Include(x => x.Job).Single();
            db.Principals.AddRange(Enumerable.Range(1, JobLimits.OpenPerCaller - 1).Select(i => new PrincipalRow
            {
                Kind = PrincipalKind.Job,
                Name = $"job {i}",
                NamespaceId = made.NamespaceId,
                CreatedAt = made.CreatedAt,
                CreatedBy = made.CreatedBy,
                Job = new JobRow { ExpiresAt = made.Job!.ExpiresAt },
            }));
            return db.SaveChangesAsync();
        });

        using var refused = await _mirror.Client.PostAsync(Jobs, null);
        await CreateAsync(_mirror, _mirror.Server.AdminClient);
        _time.Advance(TimeSpan.FromHours(2));
        await CreateAsync();
        _time.Advance(TimeSpan.FromHours(24) + TimeSpan.FromSeconds(1));
        await jobs.CleanUpAsync(CancellationToken.None);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("60", refused.Headers.GetValues("Retry-After").Single());
        Assert.Equal((1, 1), await _mirror.QueryAsync(async db => (await db.Jobs.CountAsync(), await db.AccessTokens.CountAsync())));
    }

    [Theory]
    [InlineData("10.1.2.3", "anonymous (10.1.2.3)")]
    [InlineData("2001:db8:1:2:3:4:5:6", "anonymous (2001:db8:1:2::/64)")]
    [InlineData(null, "anonymous")]
    public void CallerName_OfAnAnonymousCaller_IsTheirAddress(string? address, string expected) =>
        Assert.Equal(expected, JobService.CallerName(Principal.Anonymous with { RemoteAddress = address }));

    private Task<(NewJob Job, HttpClient Client)> CreateAsync() => CreateAsync(_mirror, _mirror.Client);

    private static async Task<(NewJob Job, HttpClient Client)> CreateAsync(MirrorWithOrigin mirror, HttpClient by, string? lifetime = null)
    {
        using var response = await by.PostAsync(lifetime is null ? Jobs : $"{Jobs}?lifetime={lifetime}", null);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var job = await response.Content.ReadFromJsonAsync<JsonElement>();
        string token = job.GetProperty("token").GetString()!;
        var client = mirror.Server.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return (
            new NewJob(
                job.GetProperty("id").GetInt64(),
                job.GetProperty("name").GetString()!,
                "default",
                token,
                job.GetProperty("expiresAt").GetDateTimeOffset(),
                null,
                []),
            client);
    }

    /// <summary>Like Terraform: sends the token for documents, but not for the package.</summary>
    private async Task InstallAsync(HttpClient job, string version)
    {
        (await job.GetAsync(Base + "index.json")).EnsureSuccessStatusCode();
        await _mirror.Client.GetByteArrayAsync(Base + await LinkAsync(job, version));
    }

    private static async Task<string> LinkAsync(HttpClient job, string version)
    {
        var document = await job.GetFromJsonAsync<JsonElement>($"{Base}{version}.json");
        return document.GetProperty("archives").GetProperty("linux_amd64").GetProperty("url").GetString()!;
    }

    private static async Task<JsonObject> GetAsync(NewJob job, HttpClient client) =>
        (await client.GetFromJsonAsync<JsonObject>($"{Jobs}/{job.Id}"))!;

    private static async Task<string[]> SummaryAsync(NewJob job, HttpClient client) => Lines(await GetAsync(job, client));

    private static string[] Lines(JsonObject job) =>
        [.. job["packages"]!.AsArray().Select(item => $"{item!["outcome"]} {item["provider"]} {item["version"]}")];
}
