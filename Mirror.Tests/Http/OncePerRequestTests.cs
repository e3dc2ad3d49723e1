using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Tests.Access;
using Mirror.Tests.Protocols;
using Mirror.Tests.Ui;

namespace Mirror.Tests.Http;

/// <summary>A request is authenticated once, and its namespace is resolved once.</summary>
public sealed class OncePerRequestTests(OncePerRequestTests.CountedServer server) : IClassFixture<OncePerRequestTests.CountedServer>
{
    private const string Stored = "providers/registry.example.com/example/hello/versions/1.0.0";

    [Theory]
    [InlineData("GET", "/api/v1/groups/default", 200)]
    [InlineData("GET", "/api/v1/groups/default/versions", 200)]
    [InlineData("GET", "/api/v1/groups/default/statistics", 200)]
    [InlineData("GET", "/api/v1/groups/default/syncs", 200)]
    [InlineData("GET", "/api/v1/groups/default/variables", 200)]
    [InlineData("GET", "/api/v1/groups/default/members", 200)]
    [InlineData("GET", "/api/v1/groups/default/policy", 200)]
    [InlineData("GET", "/api/v1/groups/default/keys", 200)]
    [InlineData("GET", "/api/v1/groups/default/jobs/1", 404)]
    [InlineData("GET", "/api/v1/groups/default/" + Stored, 200)]
    [InlineData("DELETE", "/api/v1/groups/default/" + Stored + "/platforms/plan9_arm", 404)]
    [InlineData("GET", "/v1/mirror/registry.example.com/example/hello/index.json", 200)]
    [InlineData("GET", "/v1/mirror/registry.example.com/example/hello/1.0.0.json", 200)]
    [InlineData("GET", "/v1/mirror/registry.example.com/example/hello/terraform-provider-hello_1.0.0_linux_amd64.zip", 200)]
    [InlineData("GET", "/v1/registries/registry.example.com/providers/example/hello/versions", 200)]
    public async Task Request_WithAToken_IsAuthenticatedOnceAndResolvesItsNamespaceOnce(string method, string path, int status)
    {
        server.Counts.Reset();

        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await server.Client.SendAsync(request);
        await answer.Content.LoadIntoBufferAsync();

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal((1, 1), (server.Counts.Tokens, server.Counts.Namespaces));
    }

    [Theory]
    [InlineData("provider-mirrors")]
    [InlineData("overview")]
    [InlineData("syncs")]
    [InlineData("members")]
    [InlineData("policy")]
    [InlineData("trusted-keys")]
    [InlineData("settings")]
    [InlineData("use-this-mirror")]
    [InlineData("variables")]
    [InlineData("service-accounts")]
    [InlineData("providers/registry.example.com/example/hello")]
    [InlineData("provider-mirrors/registry.example.com/example/hello/1.0.0")]
    public async Task Page_OfASession_IsAuthenticatedOnceAndResolvesItsNamespaceOnce(string page)
    {
        server.Counts.Reset();

        using var answer = await server.Browser.SendAsync($"/groups/default/-/{page}");
        await answer.Content.LoadIntoBufferAsync();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal((1, 1), (server.Counts.Sessions, server.Counts.Namespaces));
    }

    /// <summary>A server with a package of example/hello 1.0.0.</summary>
    public sealed class CountedServer : IAsyncLifetime
    {
        private MirrorWithOrigin _mirror = null!;

        internal Counts Counts { get; } = new();

        internal HttpClient Client { get; private set; } = null!;

        internal PlainBrowser Browser { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            _mirror = await MirrorWithOrigin.StartAsync(services: Counts.Register);
            Client = _mirror.Server.CreateClient(Counts.Token);
            using var stored = await Client.GetAsync(MirrorWithOrigin.Base + MirrorWithOrigin.Package);
            await stored.Content.LoadIntoBufferAsync();
            await _mirror.WhenIdleAsync();
            Browser = new PlainBrowser(_mirror.Server.Url);
            using var signedIn = await Browser.PostFormAsync("/sign-in", "sign-in", ("Token", _mirror.Server.AdminToken));
            Assert.Equal(HttpStatusCode.Found, signedIn.StatusCode);
        }

        public async Task DisposeAsync()
        {
            Browser.Dispose();
            await _mirror.DisposeAsync();
        }
    }

    /// <summary>Counts the lookups of tokens, sessions and namespaces.</summary>
    internal sealed class Counts : IBearerTokens
    {
        public const string Token = "the-token-that-is-counted";

        private int _tokens;
        private int _sessions;
        private int _namespaces;

        public int Tokens => _tokens;

        public int Sessions => _sessions;

        public int Namespaces => _namespaces;

        public void Register(IServiceCollection services) => services
            .AddSingleton<IBearerTokens>(this)
            .AddSingleton<NamespaceDirectory>(provider => new CountedNamespaces(this, provider))
            .AddSingleton<UserSessions>(provider => new CountedSessions(this, provider));

        public void Reset() => (_tokens, _sessions, _namespaces) = (0, 0, 0);

        public ValueTask<AccessSubject?> FindSubjectAsync(string token, CancellationToken cancellationToken)
        {
            if (token != Token)
            {
                return ValueTask.FromResult<AccessSubject?>(null);
            }

            Interlocked.Increment(ref _tokens);
            return ValueTask.FromResult<AccessSubject?>(AccessSubject.Admin);
        }

        private sealed class CountedNamespaces(Counts counts, IServiceProvider provider) : NamespaceDirectory(
            provider.GetRequiredService<IDbContextFactory<MirrorDbContext>>(),
            provider.GetRequiredService<MirrorOptions>(),
            provider.GetRequiredService<TimeProvider>())
        {
            public override ValueTask<ResolvedNamespace?> FindAsync(NamespacePath path, CancellationToken cancellationToken)
            {
                Interlocked.Increment(ref counts._namespaces);
                return base.FindAsync(path, cancellationToken);
            }

            public override ValueTask<ResolvedNamespace?> FindAsync(long namespaceId, CancellationToken cancellationToken)
            {
                Interlocked.Increment(ref counts._namespaces);
                return base.FindAsync(namespaceId, cancellationToken);
            }
        }

        private sealed class CountedSessions(Counts counts, IServiceProvider provider) : UserSessions(
            provider.GetRequiredService<IDbContextFactory<MirrorDbContext>>(), provider.GetRequiredService<Subjects>(),
            provider.GetRequiredService<AccessChanges>(), provider.GetRequiredService<TimeProvider>())
        {
            public override ValueTask<UserSession?> FindAsync(string secret, string binding, CancellationToken cancellationToken)
            {
                Interlocked.Increment(ref counts._sessions);
                return base.FindAsync(secret, binding, cancellationToken);
            }
        }
    }
}
