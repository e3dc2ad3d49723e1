using System.Net;
using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Documents;
using Mirror.Tests.Access;
using Mirror.Tests.Fetching;
using Mirror.Tests.Fetching.Documents;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols.Modules;
using Mirror.Tests.Time;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Protocols;

/// <summary>The table of responses if nothing cached can be served: each cause at each address of each protocol.</summary>
public sealed class NothingCachedTests
{
    private const string NoArchives = "{\"archives\":{}}";
    private const string Unlisted = "unlisted.example.org";

    // Index, version and package of the network mirror; versions, download, sums, signature and package of the provider registry; versions,
    // download and archive of the module registry; tags and manifest of the OCI protocol. "{}" is 200 without archives.
    private static readonly string[] Addresses =
    [
        "/v1/mirror/HOST/example/hello/index.json", "/v1/mirror/HOST/example/hello/1.0.0.json", "/v1/mirror/HOST/example/hello/" + Package,
        "/v1/registries/HOST/providers/example/hello/versions", "/v1/registries/HOST/providers/example/hello/1.0.0/download/linux/amd64",
        "/v1/registries/HOST/providers/example/hello/1.0.0/terraform-provider-hello_1.0.0_SHA256SUMS",
        "/v1/registries/HOST/providers/example/hello/1.0.0/terraform-provider-hello_1.0.0_SHA256SUMS.sig",
        "/v1/registries/HOST/providers/example/hello/1.0.0/" + Package,
        $"/v1/registries/HOST/modules/{ModuleTests.Module}/versions", $"/v1/registries/HOST/modules/{ModuleTests.Module}/1.0.0/download",
        $"/v1/registries/HOST/modules/{ModuleTests.Module}/1.0.0/module.zip",
        "/v2/providers/HOST/example/hello/tags/list", "/v2/providers/HOST/example/hello/manifests/1.0.0",
    ];

    // Policies do not apply to modules, and modules have no proof.
    private const string Absent = "404 {} 404 404 404 404 404 404 404 404 404 404 404";

    [Theory]
    [InlineData("malformed", "404 404 404 404 404 404 404 404 404 404 404 404 404")]
    [InlineData("policy", "451 451 451 451 451 451 451 451 200 204 200 451 451")]
    [InlineData("unlisted host", Absent)]
    [InlineData("offline", Absent)]
    [InlineData("caching off", Absent)]
    [InlineData("unknown provider", Absent)]
    [InlineData("unknown version", "200 {} 404 200 404 404 404 404 200 404 404 200 404")]
    [InlineData("another version stored, caching off", "200 {} 404 200 404 404 404 404 404 404 404 200 404")]
    [InlineData("stopped", "503 503 503 503 503 503 503 503 503 503 503 503 503")]
    [InlineData("reset", "503 503 503 503 503 503 503 503 503 503 503 503 503")]
    [InlineData("429", "503 503 503 503 503 503 503 503 503 503 503 503 503")]
    [InlineData("500", "503 503 503 503 503 503 503 503 503 503 503 503 503")]
    [InlineData("open breaker", "503 503 503 503 503 503 503 503 503 503 503 503 503")]
    [InlineData("another version stored, stopped", "200 503 503 200 503 503 503 503 503 503 503 200 503")]
    [InlineData("slow", "504 504 504 504 504 504 504 504 504 504 504 504 504")]
    [InlineData("401", "502 502 502 502 502 502 502 502 502 502 502 502 502")]
    [InlineData("html", "502 502 502 502 502 502 502 502 502 502 502 502 502")]
    [InlineData("endless body", "502 502 502 502 502 502 502 502 502 502 502 502 502")]
    [InlineData("redirect to metadata", "502 502 502 502 502 502 502 502 502 502 502 502 502")]
    [InlineData("unverifiable", "200 502 502 200 502 502 502 502 200 204 200 200 502")]
    [InlineData("no sums", "200 502 502 200 502 502 502 502 200 204 200 200 502")]
    [InlineData("no download document", "200 404 404 200 404 404 404 404 200 204 200 200 404")]
    [InlineData("database", "503 503 503 503 503 503 503 503 503 503 503 503 503")]
    [InlineData("no credentials", "401 401 403 401 401 403 403 403 401 401 403 401 401")]
    [InlineData("no role", "404 404 404 404 404 404 404 404 404 404 404 404 404")]
    public async Task Response_ByCauseAndAddress_MatchesTheTable(string cause, string expected)
    {
        using var gate = new OpenedGate();
        var database = new RefusedStatements(_ => true);
        await using var mirror = await StartForAsync(cause, database);
        await PrepareAsync(mirror, cause, gate.Gate, database);
        var client = cause == "no role" ? await mirror.Server.AddUserAsync("outsider") : mirror.Client;
        string host = cause switch { "malformed" => "Registry.Example.com", "unlisted host" => Unlisted, _ => Host };
        string version = cause is "unknown version" ? "9.0.0" : "1.0.0";

        var answers = new List<string>();
        foreach (string address in Addresses)
        {
            answers.Add(await AnswerAsync(client, address.Replace("HOST", host, StringComparison.Ordinal).Replace("1.0.0", version, StringComparison.Ordinal), cause == "no role"));
        }

        database.Arm(times: 0);
        Assert.Equal(expected, string.Join(' ', answers));
    }

    [Theory]
    [InlineData("unlisted host")]
    [InlineData("offline")]
    [InlineData("caching off")]
    [InlineData("unknown provider")]
    [InlineData("stopped")]
    [InlineData("500")]
    [InlineData("open breaker")]
    [InlineData("401")]
    [InlineData("html")]
    [InlineData("unverifiable")]
    [InlineData("another version stored, stopped")]
    public async Task Policy_HidingTheProvider_TakesPrecedenceOverOtherCauses(string cause)
    {
        using var gate = new OpenedGate();
        var database = new RefusedStatements(_ => true);
        await using var mirror = await StartForAsync(cause, database);
        await PrepareAsync(mirror, cause, gate.Gate, database);
        string host = cause == "unlisted host" ? Unlisted : Host;
        foreach (bool isDenied in new[] { true, false })
        {
            int id = isDenied
                ? await AddRuleAsync(mirror, "deny", "*/example/hello")
                : await AddRuleAsync(mirror, "allow", "*/example/other");
            int asked = mirror.Origin.Requests.Count;

            foreach (string address in Addresses.Where(address => address.Contains("example/hello", StringComparison.Ordinal)))
            {
                Assert.Equal(
                    (address, "451"),
                    (address, await AnswerAsync(mirror.Client, address.Replace("HOST", host, StringComparison.Ordinal), isHidden: false)));
            }

            string told = await (await mirror.Client.GetAsync($"/v1/mirror/{host}/example/hello/index.json")).Content.ReadAsStringAsync();
            Assert.Contains(isDenied ? "not for us" : "no allow rule", told, StringComparison.Ordinal);
            Assert.Equal(asked, mirror.Origin.Requests.Count);
            using var removed = await mirror.Server.AdminClient.DeleteAsync($"/api/v1/groups/default/policy/rules/{id}");
            Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        }
    }

    [Fact]
    public async Task Version_ListedWithoutAPackage_IsNotAnEmptyDocument()
    {
        await using var mirror = await StartAsync(
            origin => origin.AddProvider("example/hello").AddVersion("1.0.0", version => version.Platforms("linux_amd64")));
        await mirror.GetJsonAsync(Base + "1.0.0.json");
        mirror.Origin.Provider("example/hello").RemoveVersion("1.0.0").AddVersion("1.0.0", version => version.Platforms("windows_amd64"));
        await RefreshAsync(mirror);

        var versions = (await mirror.GetJsonAsync(Base + "index.json")).GetProperty("versions");
        string answer = await AnswerAsync(mirror.Client, Base + "1.0.0.json", isHidden: false);

        Assert.True(versions.TryGetProperty("1.0.0", out _));
        Assert.Equal("404", answer);
    }

    [Fact]
    public async Task EmptyArchives_InAResponse_AreNotCacheableAndCountAsNotFound()
    {
        await using var mirror = await StartAsync();
        string address = $"/v1/mirror/{Unlisted}/example/hello/1.0.0.json";
        var cache = mirror.Server.Services.GetRequiredService<DocumentCache>();
        long size = cache.Size;

        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.TryAddWithoutValidation("If-None-Match", "*");
        request.Headers.AcceptEncoding.ParseAdd("gzip");
        using var response = await mirror.Client.SendAsync(request);
        using var head = await mirror.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, address));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(NoArchives, await response.Content.ReadAsStringAsync());
        Assert.Equal(["application/json"], response.Content.Headers.GetValues("Content-Type"));
        Assert.Equal((true, null), (response.Headers.CacheControl?.NoStore, response.Headers.ETag));
        Assert.Equal((HttpStatusCode.OK, (long?)NoArchives.Length), (head.StatusCode, head.Content.Headers.ContentLength));
        Assert.Equal(size, cache.Size);
    }

    [Fact]
    public async Task EmptyArchives_ForAJob_AreReportedAsAFailure()
    {
        await using var mirror = await StartAsync();
        using var created = await mirror.Client.PostAsync("/api/v1/groups/default/jobs", null);
        var job = await created.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>();
        var client = mirror.Server.CreateClient(job.GetProperty("token").GetString()!);

        string body = await client.GetStringAsync($"/v1/mirror/{Unlisted}/example/hello/1.0.0.json");

        var told = await client.GetFromJsonAsync<System.Text.Json.JsonElement>(
            $"/api/v1/groups/default/jobs/{job.GetProperty("id").GetInt64()}");
        Assert.Equal(NoArchives, body);
        Assert.Contains("\"failed\"", told.GetRawText(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task ChainedMirror_WithoutAUsableArchive_ReturnsNotFoundForTheNegativeTtl()
    {
        var time = new ManualTimeProvider();
        await using var chained = FakeOrigin.Start();
        string path = $"/{Host}/example/hello/";
        chained.AddFile(path + "index.json", "{\"versions\":{\"1.0.0\":{}}}"u8.ToArray(), "application/json");
        chained.AddFile(
            path + "1.0.0.json",
            "{\"archives\":{\"linux_amd64\":{\"url\":\"a.zip\",\"hashes\":[\"h9:unknown\"]}}}"u8.ToArray(),
            "application/json");
        await using var mirror = await StartAsync(
            upstream: options => options with { Hosts = [new UpstreamHostOptions { Name = Name, MirrorUrl = new Uri(chained.Url) }] },
            time: time);

        using var first = await mirror.Client.GetAsync(Base + "1.0.0.json");
        using var package = await mirror.Client.GetAsync(Base + Package);
        int asked = chained.Count(path + "1.0.0.json");
        chained.AddFile(
            path + "1.0.0.json",
            System.Text.Encoding.UTF8.GetBytes(
                $"{{\"archives\":{{\"linux_amd64\":{{\"url\":\"a.zip\",\"hashes\":[\"{mirror.OriginPackage().ZipHash}\"]}}}}}}"),
            "application/json");
        time.Advance(TimeSpan.FromSeconds(61));
        using var later = await mirror.Client.GetAsync(Base + "1.0.0.json");

        // The list contains the version, so clients must not continue with another source.
        Assert.Equal([404, 404, 200], new[] { first, package, later }.Select(response => (int)response.StatusCode));
        Assert.Equal(1, asked);
        Assert.Contains(mirror.OriginPackage().ZipHash, await later.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChainedMirror_WithARepublishedVersion_IsRejectedWithInstructions()
    {
        await using var chained = FakeOrigin.Start();
        string path = $"/{Host}/example/hello/";
        chained.AddFile(path + "index.json", "{\"versions\":{\"1.0.0\":{}}}"u8.ToArray(), "application/json");
        await using var mirror = await StartAsync(
            upstream: options => options with { Hosts = [new UpstreamHostOptions { Name = Name, MirrorUrl = new Uri(chained.Url) }] });
        foreach (var (file, expected) in new[] { ("1.0.0.json", 200), (Package, 502) })
        {
            string hash = file == Package ? mirror.OriginPackage("2.0.0").ZipHash : mirror.OriginPackage().ZipHash;
            chained.AddFile(
                path + "1.0.0.json",
                System.Text.Encoding.UTF8.GetBytes($"{{\"archives\":{{\"linux_amd64\":{{\"url\":\"a.zip\",\"hashes\":[\"{hash}\"]}}}}}}"),
                "application/json");

            using var response = await mirror.Client.GetAsync(Base + file);

            Assert.Equal((file, expected), (file, (int)response.StatusCode));
            Assert.Equal(
                file == Package,
                (await response.Content.ReadAsStringAsync()).Contains(
                    "Delete the version to fetch its new proof", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Proof_StoredEarlierWithoutFiles_IsIgnored()
    {
        await using var mirror = await StartAsync();
        await mirror.QueryAsync(async db =>
        {
            var provider = new ProviderRow
            {
                RootGroupId = (
                await db.Namespaces.SingleAsync()).Id,
                Hostname = Host,
                Namespace = "example",
                Type = "hello"
            };
            db.Proofs.Add(new ProofRow { Provider = provider, Version = "1.0.0", Credential = "none", Sha256Sums = [], SigningKeys = "[]", Release = """{"protocols":[],"files":[]}""", Trust = TrustLevel.Chained });
            return await db.SaveChangesAsync();
        });

        var archives = (await mirror.GetJsonAsync(Base + "1.0.0.json")).GetProperty("archives");

        Assert.True(archives.TryGetProperty("linux_amd64", out _));
    }

    private static Task<MirrorWithOrigin> StartForAsync(string cause, RefusedStatements database) => StartAsync(
        SetUp,
        options => options with { Auth = options.Auth with { AnonymousRead = cause is not ("no credentials" or "no role") } },
        upstream => upstream with
        {
            Mode = cause == "offline" ? UpstreamMode.Offline : UpstreamMode.Fallback,
            Limits = upstream.Limits with
            {
                DocumentAttempts = 1,
                BreakerFailures = cause == "open breaker" ? 1 : 1000,
                DocumentDeadline = cause == "slow" ? TimeSpan.FromMilliseconds(200) : upstream.Limits.DocumentDeadline,
                UnknownVersionInterval = TimeSpan.Zero,
            },
        },
        services: services => services.AddSingleton<IDbContextFactory<MirrorDbContext>>(
            provider => InterceptedDatabase.Over(provider.GetRequiredService<MirrorOptions>(), database)));

    private static void SetUp(FakeOrigin origin)
    {
        origin.AddProvider("example/hello").AddVersions("1.0.0", "1.1.0", "2.0.0");
        ModuleTests.SetUp(origin);
    }

    private static async Task PrepareAsync(MirrorWithOrigin mirror, string cause, Gate gate, RefusedStatements database)
    {
        switch (cause)
        {
            case "policy":
                await DenyAsync(mirror);
                break;
            case "caching off":
                await TurnOffCachingAsync(mirror);
                break;
            case "unknown provider":
                mirror.Origin.RemoveProvider("example/hello");
                mirror.Origin.Misbehave(
                    request => request.Kind is RequestKind.ModuleVersions or RequestKind.ModuleDownload, Fault.Status(404));
                break;
            case "another version stored, caching off" or "another version stored, stopped":
                await mirror.Client.GetByteArrayAsync(Base + "terraform-provider-hello_2.0.0_linux_amd64.zip");
                await mirror.WhenIdleAsync();
                if (cause.EndsWith("off", StringComparison.Ordinal))
                {
                    await TurnOffCachingAsync(mirror);
                    break;
                }

                await RefreshAsync(mirror);
                await mirror.Origin.StopAsync();
                break;
            case "stopped":
                await mirror.Origin.StopAsync();
                break;
            case "open breaker":
                mirror.Origin.Misbehave(_ => true, Fault.Status(500), times: 1);
                using (await mirror.Client.GetAsync(Base + "index.json"))
                {
                }

                break;
            case "slow":
                mirror.Origin.Misbehave(_ => true, Fault.Hang(gate));
                break;
            case "unverifiable":
                mirror.Origin.Provider("example/hello")["1.0.0"].SignedBy(TestKeys.Other).OfferKeys(TestKeys.Publisher);
                break;
            case "no sums":
                mirror.Origin.Misbehave(request => request.Kind == RequestKind.Sums
                    && request.Path.Contains("1.0.0", StringComparison.Ordinal), Fault.Status(404));
                break;
            case "no download document":
                mirror.Origin.Misbehave(request => request.Kind == RequestKind.Download
                    && request.Path.Contains("1.0.0", StringComparison.Ordinal), Fault.Status(404));
                break;
            case "database":
                database.Arm(times: int.MaxValue);
                break;
            default:
                if (OriginFaults.All.ContainsKey(cause))
                {
                    mirror.Origin.Misbehave(_ => true, OriginFaults.Make(cause));
                }

                break;
        }
    }

    /// <summary>The status, or "{}" for a version without archives. Checks the headers and the body of such a response too.</summary>
    private static async Task<string> AnswerAsync(HttpClient client, string address, bool isHidden)
    {
        using var response = await client.GetAsync(new Uri(client.BaseAddress!.GetLeftPart(UriPartial.Authority) + address));
        int status = (int)response.StatusCode;
        if (status < 300)
        {
            return status == 200
                && address.EndsWith(".json", StringComparison.Ordinal)
                && await response.Content.ReadAsStringAsync() == NoArchives
                ? "{}"
                : $"{status}";
        }

        string mediaType = address.StartsWith("/v2/", StringComparison.Ordinal) ? "application/json" : "application/problem+json";
        Assert.Equal(mediaType, response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(status == 503 ? "1" : null, response.Headers.RetryAfter?.ToString());
        Assert.Equal(status == 401, response.Headers.WwwAuthenticate.Count > 0);
        Assert.True(response.Headers.CacheControl?.NoStore, address);
        Assert.True(isHidden || response.Headers.ETag is null, address);
        using var head = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, response.RequestMessage!.RequestUri));
        // The response to the second attempt can have another text.
        Assert.Equal(
            (address, status, mediaType, true),
            (address, (int)head.StatusCode, head.Content.Headers.ContentType?.MediaType, head.Content.Headers.ContentLength > 0));
        return $"{status}";
    }

    private static Task<int> DenyAsync(MirrorWithOrigin mirror) => AddRuleAsync(mirror, "deny", "*/example/hello");

    private static async Task<int> AddRuleAsync(MirrorWithOrigin mirror, string kind, string provider)
    {
        using var rule = await mirror.Server.AdminClient.PostAsJsonAsync(
            "/api/v1/groups/default/policy/rules", new { kind, provider, comment = "not for us" });
        rule.EnsureSuccessStatusCode();
        return (await rule.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>()).GetProperty("id").GetInt32();
    }

    private static async Task RefreshAsync(MirrorWithOrigin mirror)
    {
        using var refreshed = await mirror.Server.AdminClient.PostAsJsonAsync("/api/v1/groups/default/refresh", new { });
        refreshed.EnsureSuccessStatusCode();
    }

    private static async Task TurnOffCachingAsync(MirrorWithOrigin mirror)
    {
        await mirror.Server.Services.GetRequiredService<Core.Access.NamespaceWriter>().ChangeSettingsAsync(
            Core.Addresses.NamespacePath.Default, CachingSetting.Off, null, Principal.Admin, CancellationToken.None);
    }
}
