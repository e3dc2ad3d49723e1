using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Mirror.Core;
using Mirror.Core.Access;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Identity;
using Mirror.Core.Storage.Archives;
using Mirror.Tests.Hosting;
using Mirror.Tests.Protocols;
using Mirror.Tests.Ui;
using Mirror.Web.Http;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Http.Lanes;

/// <summary>The responses of a server while all expensive work that unauthenticated clients can cause is blocked.</summary>
public sealed class FullLaneTests
{
    private const string Password = "through the looking glass";
    private const string Busy = "Too many people are signing in. Try again in a few seconds.";

    [Fact]
    public async Task SignIns_BeyondTheQueue_AreRejectedWhileHealthAndDocumentsRespond()
    {
        const int waiting = 3;
        using var hashing = new HeldHashing();
        await using var mirror = await StartAsync(
            configure: options => options with { Limits = options.Limits with { SignIns = waiting } },
            services: services => services.AddSingleton<IPasswordHashing>(hashing));
        await CreateAliceAsync(mirror.Server);
        using (await mirror.Client.GetAsync(Base + "index.json"))
        {
        }

        hashing.Hold();
        var attempts = new List<Task<HttpResponseMessage>>();
        var browsers = Enumerable.Range(0, 20).Select(_ => new PlainBrowser(mirror.Server.Url)).ToList();
        attempts.AddRange(
            browsers.Select(browser => browser.PostFormAsync("/sign-in", "sign-in-user", ("UserName", "alice"), ("Password", "wrong"))));
        // Rejected requests are answered while the others are held.
        int held = WorkLane.HalfOfTheProcessors + waiting;
        while (attempts.Count(attempt => attempt.IsCompleted) < attempts.Count - held)
        {
            await Task.WhenAny(attempts.Where(attempt => !attempt.IsCompleted));
        }

        await AssertServesAsync(mirror);
        var refused = attempts.Where(attempt => attempt.IsCompleted).Select(attempt => attempt.Result).ToList();
        hashing.Release();
        var answers = await Task.WhenAll(attempts);

        Assert.All(
            refused,
            answer => Assert.Equal(
                (HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(1)), (answer.StatusCode, answer.Headers.RetryAfter?.Delta)));
        Assert.Contains(Busy, await refused[0].Content.ReadAsStringAsync());
        Assert.Equal(held, answers.Count(answer => answer.StatusCode == HttpStatusCode.BadRequest));
        Assert.InRange(hashing.MostAtOnce, 1, WorkLane.HalfOfTheProcessors);
        browsers.ForEach(browser => browser.Dispose());
    }

    [Fact]
    public async Task SignIn_WithAFullLane_IsNotCountedAsAnAttempt()
    {
        await using var server = await MirrorServer.StartAsync(options => options with { Limits = options.Limits with { SignIns = 1 } });
        await CreateAliceAsync(server);
        var passwords = server.Services.GetRequiredService<Passwords>();
        var turns = await FillAsync(server.Services.GetRequiredService<PasswordLane>().EnterAsync, 1);

        for (int i = 0; i < 10; i++)
        {
            await Assert.ThrowsAsync<LaneFullException>(() => passwords.CheckAsync("alice", "wrong", null, CancellationToken.None));
        }

        await EmptyAsync(turns);
        Assert.NotNull(await passwords.CheckAsync("alice", Password, null, CancellationToken.None));
    }

    [Fact]
    public async Task PasswordChange_WithAFullLane_IsRejectedByApiAndPage()
    {
        await using var server = await MirrorServer.StartAsync(options => options with { Limits = options.Limits with { SignIns = 1 } });
        await CreateAliceAsync(server);
        using var browser = new PlainBrowser(server.Url);
        using var signedIn = await browser.PostFormAsync("/sign-in", "sign-in-user", ("UserName", "alice"), ("Password", Password));
        Assert.Equal(HttpStatusCode.Found, signedIn.StatusCode);
        using var client = server.CreateClient();
        await using var db = server.Services.GetRequiredService<IDbContextFactory<MirrorDbContext>>().CreateDbContext();
        long alice = await db.Principals.Where(row => row.Name == "alice").Select(row => row.Id).SingleAsync();
        var made = await server.Services.GetRequiredService<AccessTokens>()
            .CreateAsync(alice, "test", null, Core.Database.Principal.Admin, CancellationToken.None);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", made.Token);
        var turns = await FillAsync(server.Services.GetRequiredService<PasswordLane>().EnterAsync, 1);

        using var api = await client.PutAsJsonAsync(
            "/api/v1/user/password", new { currentPassword = Password, newPassword = "another looking glass" });
        using var page = await browser.PostFormAsync(
            "/account/password",
            "change-password",
            ("Current", Password),
            ("New", "another looking glass"),
            ("Again", "another looking glass"));

        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, "application/problem+json"), (api.StatusCode, api.Content.Headers.ContentType?.MediaType));
        Assert.Equal(TimeSpan.FromSeconds(1), api.Headers.RetryAfter?.Delta);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
        Assert.Contains(Busy, await page.Content.ReadAsStringAsync());
        await EmptyAsync(turns);
    }

    [Fact]
    public async Task Documents_NeedingVerificationWithAFullLane_Return503WhileOthersAreServed()
    {
        await using var mirror = await StartAsync();
        // The verification of the highest version can run in the background: this waits for it.
        foreach (string known in new[] { "index.json", "2.0.0.json" })
        {
            using var warm = await mirror.Client.GetAsync(Base + known);
        }

        var turns = await FillAsync(mirror.Server.Services.GetRequiredService<VerificationLane>().EnterAsync, 256);

        using var refused = await mirror.Client.GetAsync(Base + "1.0.0.json");
        await AssertServesAsync(mirror);
        await EmptyAsync(turns);
        using var served = await mirror.Client.GetAsync(Base + "1.0.0.json");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(1)), (refused.StatusCode, refused.Headers.RetryAfter?.Delta));
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
    }

    [Fact]
    public async Task Packages_WithPendingHashes_AreServed()
    {
        await using var mirror = await StartAsync();
        var turns = new List<Task<IDisposable>>();
        for (int i = 0; i < WorkLane.HalfOfTheProcessors; i++)
        {
            turns.Add(mirror.Server.Services.GetRequiredService<ArchiveLane>().EnterAsync(CancellationToken.None));
        }

        for (int i = 0; i < 2; i++)
        {
            byte[] package = await mirror.Client.GetByteArrayAsync(Base + Package);
            Assert.Equal(mirror.OriginPackage().Content, package);
        }

        await AssertServesAsync(mirror);
        await EmptyAsync(turns);
        await mirror.WhenIdleAsync();
    }

    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/groups/default/-/provider-mirrors")]
    [InlineData("/api/v1/groups/default/versions?search=a")]
    public async Task PagesAndSearches_WithAFullLane_Return503WhileHealthAndDocumentsRespond(string url)
    {
        await using var mirror = await StartAsync();
        var lane = mirror.Server.Services.GetRequiredService<RequestLane>();
        var turns = new List<Task<IDisposable>>();
        while (!lane.IsFull)
        {
            turns.Add(lane.EnterAsync(CancellationToken.None));
        }

        using var refused = await mirror.Client.GetAsync(new Uri(url, UriKind.Relative));
        await AssertServesAsync(mirror, "/health/live", "/health/ready", Base + "index.json", Base + "1.0.0.json", Base + Package);
        await EmptyAsync(turns);
        using var served = await mirror.Client.GetAsync(new Uri(url, UriKind.Relative));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(1)), (refused.StatusCode, refused.Headers.RetryAfter?.Delta));
        Assert.Equal((HttpStatusCode.OK, 0), (served.StatusCode, lane.Entered));
    }

    [Fact]
    public async Task ApiDescription_RequestedAgain_IsNotGeneratedAgain()
    {
        var descriptions = new CountedDescriptions();
        await using var server = await MirrorServer.StartAsync(
            services: services => services.AddKeyedSingleton<IOpenApiDocumentProvider>(ApiDescription.Name, descriptions));

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => server.Client.GetStringAsync("/openapi/v1.json")));

        Assert.Equal(1, descriptions.Count);
        Assert.Contains("\"counted\"", Assert.Single(answers.Distinct()));
    }

    private static Task AssertServesAsync(MirrorWithOrigin mirror) =>
        AssertServesAsync(mirror, "/health/live", "/health/ready", Base + "index.json", "/sign-in");

    private static async Task AssertServesAsync(MirrorWithOrigin mirror, params string[] urls)
    {
        foreach (string url in urls)
        {
            using var answer = await mirror.Client.GetAsync(new Uri(url, UriKind.Relative));
            Assert.Equal((url, HttpStatusCode.OK), (url, answer.StatusCode));
        }
    }

    /// <summary>Takes all slots and the complete queue.</summary>
    private static async Task<List<Task<IDisposable>>> FillAsync(Func<CancellationToken, Task<IDisposable>> enter, int waiting)
    {
        var turns = Enumerable.Range(0, WorkLane.HalfOfTheProcessors + waiting).Select(_ => enter(CancellationToken.None)).ToList();
        await Assert.ThrowsAsync<LaneFullException>(() => enter(CancellationToken.None));
        return turns;
    }

    private static async Task EmptyAsync(List<Task<IDisposable>> turns)
    {
        foreach (var turn in turns)
        {
            (await turn).Dispose();
        }
    }

    private static async Task CreateAliceAsync(MirrorServer server)
    {
        var alice = UserName.Parse("alice");
        Assert.True(NewPassword.TryCreate(Password, alice, out var password, out _));
        await server.Services.GetRequiredService<Users>().CreateAsync(
            alice, password, false, false, Core.Database.Principal.Admin, CancellationToken.None);
    }

    private sealed class CountedDescriptions : IOpenApiDocumentProvider
    {
        private int _count;

        public int Count => _count;

        public Task<OpenApiDocument> GetOpenApiDocumentAsync(CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _count);
            return Task.FromResult(new OpenApiDocument { Info = new OpenApiInfo { Title = "counted", Version = "1" }, Paths = [] });
        }
    }

    /// <summary>Password hashing that a test can block, and that counts concurrent calls.</summary>
    private sealed class HeldHashing : IPasswordHashing, IDisposable
    {
        private readonly ManualResetEventSlim _gate = new(initialState: true);
        private readonly Lock _lock = new();
        private int _running;

        public int MostAtOnce { get; private set; }

        public void Dispose() => _gate.Dispose();

        public void Hold() => _gate.Reset();

        public void Release() => _gate.Set();

        public string Hash(string password) => "hash of " + password;

        public bool Verify(string hash, string password)
        {
            lock (_lock)
            {
                MostAtOnce = Math.Max(MostAtOnce, ++_running);
            }

            _gate.Wait();
            lock (_lock)
            {
                _running--;
            }

            return hash == Hash(password);
        }
    }
}
