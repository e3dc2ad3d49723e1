using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Modules;
using Mirror.Core.Upstream;
using Mirror.Core.Upstream.Git;
using Mirror.Tests.Hosting;
using Mirror.Tests.Origin;
using Mirror.Tests.Origin.Git;
using Mirror.Tests.Time;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Fetching.Modules;

/// <summary>Fetches from a real Git server.</summary>
public sealed class GitSnapshotTests
{
    private static readonly (string, string)[] Files = [("main.tf", "# root"), ("modules/inner/main.tf", "# inner")];

    [RequiresToolFact("git")]
    public async Task Fetch_OfEachKindOfRevision_GetsItsCommit()
    {
        await using var server = await GitServer.StartAsync();
        var repository = server.Add();
        string first = repository.Commit(Files);
        repository.Tag("v1.0.0");
        repository.Tag("v1.0.1", annotated: true);
        repository.Branch("v1.0.0"); // Tags precede branches.
        string second = repository.Commit(("main.tf", "# second"));
        repository.Branch("v1.0.0");
        repository.Branch("feature/next");
        string third = repository.Commit(("main.tf", "# third"));
        await using var mirror = await StartAsync(server);

        foreach (var (revision, commit) in new[]
        {
            ("v1.0.0", first), ("v1.0.1", first), ("refs/heads/v1.0.0", second), ("feature/next", second), ("main", third), ("HEAD", third),
            (first, first), (second, second),
        })
        {
            using var snapshot = (await FetchAsync(mirror, server.UrlOf(repository), revision)).Value;
            Assert.Equal((revision, commit), (revision, snapshot.Commit));
            Assert.Contains(("modules/inner/main.tf", "# inner"), Read(snapshot));
        }

        var missing = await FetchAsync(mirror, server.UrlOf(repository), "v9.0.0");
        Assert.Equal(FailureKind.NotFound, missing.Failure?.Kind);
        Assert.Contains("v9.0.0", missing.Failure!.Message, StringComparison.Ordinal);
        Assert.Equal(0, CountStaged(mirror));
    }

    [RequiresToolFact("git")]
    public async Task Fetch_OverHttpsWithAToken_SendsItAsEachServerExpects()
    {
        using var certificate = OriginCertificate.Create();
        string authorities = Path.GetTempFileName();
        await File.WriteAllTextAsync(authorities, certificate.ExportCertificatePem());
        await using var server = await GitServer.StartAsync(certificate);
        var repository = server.Add();
        string commit = repository.Commit(Files);

        foreach (var (forge, token, pair) in new (ForgeKind?, string, string)[]
        {
            (null, "s3cret", "x-access-token:s3cret"), (ForgeKind.AzureDevOps, "s3cret", ":s3cret"), (null, "robot:s3cret", "robot:s3cret"),
            (ForgeKind.Bitbucket, "s3cret", "x-token-auth:s3cret"), (ForgeKind.Gitea, "s3cret", "oauth2:s3cret"),
            (ForgeKind.GitLab, "s3cret", "oauth2:s3cret"),
        })
        {
            server.RequiredAuthorization = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));
            await using var mirror = await StartAsync(
                server,
                host => host with { Forge = forge },
                options => options with { Upstream = options.Upstream with { AuthoritiesPath = authorities } });

            using var snapshot = (await FetchAsync(mirror, server.UrlOf(repository), "main", token)).Value;
            var refused = await FetchAsync(mirror, server.UrlOf(repository), "main", "other");

            Assert.Equal(commit, snapshot.Commit);
            Assert.Equal(FailureKind.CredentialsRefused, refused.Failure?.Kind);
            Assert.DoesNotContain("other", refused.Failure!.Message, StringComparison.Ordinal);
        }

        File.Delete(authorities);
    }

    [RequiresToolFact("git")]
    public async Task Archive_OfARepository_ContainsFilesOnlyAndRunsNothing()
    {
        await using var server = await GitServer.StartAsync();
        var repository = server.Add();
        string inner = server.Add("acme/inner.git").Commit(("main.tf", "# submodule"));
        repository.Write(".gitattributes", "*.bin filter=lfs\nevil.tf filter=evil\n");
        repository.Write("large.bin", "version https://git-lfs.github.com/spec/v1\n");
        repository.WriteExecutable("run.sh", "#!/bin/sh");
        repository.Write("main.tf", "# main");
        repository.Write("modules/a/b.tf", "# b");
        File.CreateSymbolicLink(repository.PathOf("modules/a/main.tf"), "../../main.tf");
        File.CreateSymbolicLink(repository.PathOf("copy"), "modules/a");
        File.CreateSymbolicLink(repository.PathOf("outside"), "/etc/passwd");
        File.CreateSymbolicLink(repository.PathOf("above"), "../../../x");
        File.CreateSymbolicLink(repository.PathOf("loop"), "loop");
        File.CreateSymbolicLink(repository.PathOf("modules/a/whole"), "..");
        repository.Run("update-index", "--add", "--cacheinfo", $"160000,{inner},sub");
        repository.Commit();
        await using var mirror = await StartAsync(server);

        using var snapshot = (await FetchAsync(mirror, server.UrlOf(repository), "HEAD")).Value;
        using var again = (await FetchAsync(mirror, server.UrlOf(repository), snapshot.Commit)).Value;

        Assert.Equal(
            [
                (".gitattributes", "*.bin filter=lfs\nevil.tf filter=evil\n"), ("copy/b.tf", "# b"),
                ("large.bin", "version https://git-lfs.github.com/spec/v1\n"), ("main.tf", "# main"), ("modules/a/b.tf", "# b"),
                ("modules/a/main.tf", "# main"), ("run.sh*", "#!/bin/sh"),
            ],
            Read(snapshot));
        Assert.Equal(snapshot.Digest, again.Digest);
        Assert.DoesNotContain(server.Requests, request => request.Path.Contains("inner", StringComparison.Ordinal));
    }

    [RequiresToolFact("git")]
    public async Task Archive_OfAForge_HasTheSameBytes()
    {
        await using var server = await GitServer.StartAsync();
        var repository = server.Add();
        repository.WriteExecutable("run.sh", "#!/bin/sh");
        string commit = repository.Commit([.. Files, (new string('d', 90) + "/" + new string('f', 120), "# long")]);
        await using var plain = await StartAsync(server);
        using var expected = (await FetchAsync(plain, server.UrlOf(repository), commit)).Value;

        foreach (var (forge, path, authorization) in new[]
        {
            (ForgeKind.GitHub, $"/acme/vpc/archive/{commit}.tar.gz", "Basic " + Convert.ToBase64String("x-access-token:s3cret"u8)),
            (ForgeKind.Gitea, $"/acme/vpc/archive/{commit}.tar.gz", "Basic " + Convert.ToBase64String("oauth2:s3cret"u8)),
            (ForgeKind.Bitbucket, $"/acme/vpc/get/{commit}.tar.gz", "Basic " + Convert.ToBase64String("x-token-auth:s3cret"u8)),
            (ForgeKind.GitLab, "/api/v4/projects/acme%2Fvpc/repository/archive.tar.gz", "Bearer s3cret"),
        })
        {
            server.ClearLog();
            server.Intercept = async (context, stopping) =>
            {
                if (context.Request.Path.Value != path)
                {
                    return false;
                }

                await context.Response.Body.WriteAsync(repository.Archive(commit, $"vpc-{commit}/"), stopping);
                return true;
            };
            await using var mirror = await StartAsync(server, host => host with { Forge = forge });
            using var snapshot = (await FetchAsync(mirror, server.UrlOf(repository), commit, "s3cret")).Value;

            Assert.Equal(expected.Digest, snapshot.Digest);
            Assert.Equal([new GitRequest("GET", path, authorization)], server.Requests);
        }

        // Without the archive, the repository itself is fetched.
        server.Intercept = null;
        await using var other = await StartAsync(server, host => host with { Forge = ForgeKind.GitHub });
        using var fallback = (await FetchAsync(other, server.UrlOf(repository), commit)).Value;
        Assert.Equal(expected.Digest, fallback.Digest);
    }

    [RequiresToolFact("git")]
    public async Task Redirect_OfARenamedRepository_IsFollowedOnTheSameServerOnly()
    {
        await using var server = await GitServer.StartAsync();
        await using var other = await GitServer.StartAsync();
        var repository = server.Add();
        string commit = repository.Commit(Files);
        other.Add().Commit(("main.tf", "# other"));
        string target = "/acme/vpc.git/info/refs?service=git-upload-pack";
        server.Intercept = (context, _) =>
        {
            bool isOld = context.Request.Path.StartsWithSegments("/old.git");
            if (isOld)
            {
                context.Response.Redirect(target);
            }

            return Task.FromResult(isOld);
        };
        await using var mirror = await StartAsync(
            server,
            configure: options => options with
            {
                Upstream = options.Upstream with
                {
                    Hosts = [.. options.Upstream.Hosts, new UpstreamHostOptions { Name = Name, GitUrl = new Uri(other.Url) }],
                },
            });

        using var snapshot = (await FetchAsync(mirror, new Uri(server.Url + "/old.git"), "main", "s3cret")).Value;
        target = other.Url + target;
        var refused = await FetchAsync(mirror, new Uri(server.Url + "/old.git"), "main", "s3cret");

        Assert.Equal((commit, "/acme/vpc.git"), (snapshot.Commit, snapshot.Repository.AbsolutePath));
        Assert.Equal(FailureKind.ForbiddenAddress, refused.Failure?.Kind);
        Assert.Empty(other.Requests);

        // The process itself is not redirected either.
        server.Intercept = (context, _) =>
        {
            bool isPost = context.Request.Method == "POST";
            if (isPost)
            {
                (context.Response.StatusCode, context.Response.Headers.Location) = (308, other.Url + context.Request.Path);
            }

            return Task.FromResult(isPost);
        };
        var inner = await FetchAsync(mirror, server.UrlOf(repository), commit, "s3cret");
        Assert.Equal(FailureKind.ForbiddenAddress, inner.Failure?.Kind);
        Assert.Empty(other.Requests);
    }

    [RequiresToolFact("git")]
    public async Task Address_PrivateAndNotConfigured_IsNeverConnectedTo()
    {
        await using var server = await GitServer.StartAsync();
        var repository = server.Add();
        string commit = repository.Commit(Files);
        await using var mirror = await StartAsync(
            server, host => host with { GitUrl = null }, services: services => services.AddSingleton<OriginTransport, LoopbackNames>());
        var git = mirror.Services.GetRequiredService<GitFetch>();

        var refused = await FetchAsync(mirror, server.UrlOf(repository), "main");
        // Without GitReferences: the address is checked again for the process, also if only the resolved name is private.
        var literal = await FetchAsync(git, mirror, server.UrlOf(repository), commit);
        var named = await FetchAsync(git, mirror, new Uri("https://git.example.com/acme/vpc.git"), commit);

        Assert.Equal(FailureKind.ForbiddenAddress, refused.Failure?.Kind);
        Assert.Equal(FailureKind.ForbiddenAddress, literal?.Kind);
        Assert.Equal(FailureKind.ForbiddenAddress, named?.Kind);
        Assert.Empty(server.Requests);
        Assert.Equal(0, CountStaged(mirror));
    }

    [RequiresGitTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Repository_TooLarge_IsAborted(bool compressible)
    {
        await using var server = await GitServer.StartAsync();
        var repository = server.Add();
        byte[] content = new byte[3 << 20];
        if (!compressible)
        {
            new Random(1).NextBytes(content);
        }

        await File.WriteAllBytesAsync(repository.PathOf("large.bin"), content);
        repository.Commit();
        await using var mirror = await StartAsync(
            server, configure: options => options with { Packages = options.Packages with { MaxPackageSize = 1 << 20 } });

        var fetched = await FetchAsync(mirror, server.UrlOf(repository), "main");

        Assert.Equal(FailureKind.InvalidAnswer, fetched.Failure?.Kind);
        Assert.Contains("Mirror:Packages:MaxPackageSize", fetched.Failure!.Message, StringComparison.Ordinal);
        Assert.Equal(0, CountStaged(mirror));
    }

    [RequiresGitTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Server_TooSlow_IsAborted(bool answers)
    {
        var time = new ManualTimeProvider();
        await using var server = await GitServer.StartAsync();
        var repository = server.Add();
        string commit = repository.Commit(Files);
        var reached = new TaskCompletionSource();
        server.Intercept = async (context, stopping) =>
        {
            if (context.Request.Method != "POST")
            {
                return false;
            }

            if (answers)
            {
                await context.Response.Body.WriteAsync("0"u8.ToArray(), stopping);
                await context.Response.Body.FlushAsync(stopping);
            }

            reached.TrySetResult();
            var stopped = new TaskCompletionSource();
            await using var registration = stopping.Register(stopped.SetResult);
            await stopped.Task;
            return true;
        };
        await using var mirror = await StartAsync(server, time: time);

        var fetching = FetchAsync(mirror, server.UrlOf(repository), commit);
        await reached.Task;
        while (!fetching.IsCompleted)
        {
            // Until Mirror has read the beginning of the response, its timer for the rest does not exist.
            time.Advance(TimeSpan.FromSeconds(31));
            await Task.Yield();
        }

        Assert.Equal(FailureKind.TooSlow, (await fetching).Failure?.Kind);
        Assert.Equal(0, CountStaged(mirror));
    }

    [RequiresToolFact("git")]
    public async Task Server_WithoutGit_IsReported()
    {
        await using var server = await GitServer.StartAsync();
        await using var mirror = await StartAsync(server);

        var missing = await FetchAsync(mirror, new Uri(server.Url + "/none.git"), "main");
        server.Intercept = async (context, stopping) =>
        {
            await context.Response.Body.WriteAsync("not git"u8.ToArray(), stopping);
            return true;
        };
        var other = await FetchAsync(mirror, new Uri(server.Url + "/none.git"), "main");

        Assert.Equal((FailureKind.NotFound, FailureKind.InvalidAnswer), (missing.Failure?.Kind, other.Failure?.Kind));
    }

    internal static Task<MirrorServer> StartAsync(
        GitServer server,
        Func<UpstreamHostOptions, UpstreamHostOptions>? host = null,
        Func<MirrorOptions, MirrorOptions>? configure = null,
        TimeProvider? time = null,
        Action<IServiceCollection>? services = null) =>
        MirrorServer.StartAsync(options =>
        {
            var git = new UpstreamHostOptions { Name = ProviderHostname.Parse("git.example.com"), GitUrl = new Uri(server.Url + "/") };
            options = options with
            {
                Listen = options.Listen with { Https = null },
                Upstream = options.Upstream with { Hosts = [host?.Invoke(git) ?? git] },
            };
            return configure?.Invoke(options) ?? options;
        }, time, services);

    internal static Task<Outcome<GitSnapshot>> FetchAsync(MirrorServer mirror, Uri repository, string revision, string? token = null) =>
        mirror.Services.GetRequiredService<GitSnapshots>().FetchAsync(
            repository,
            revision,
            token is null ? OriginCredential.None : new OriginCredential(CredentialIdentity.Server, token),
            CancellationToken.None);

    private static Task<Failure?> FetchAsync(GitFetch git, MirrorServer mirror, Uri repository, string commit) => git.FetchAsync(
        new GitReference(repository, commit, null),
        OriginCredential.None,
        mirror.Host.Options.StagingDirectory,
        (_, _) => throw new InvalidOperationException("Nothing can have been fetched."),
        CancellationToken.None);

    internal static IReadOnlyList<(string Name, string Text)> Read(GitSnapshot snapshot)
    {
        using var stream = snapshot.Package.OpenRead();
        return TarGzFiles.Read(stream);
    }

    internal static int CountStaged(MirrorServer mirror) => Directory.GetFileSystemEntries(mirror.Host.Options.StagingDirectory).Length;

    /// <summary>Resolves every name to this machine.</summary>
    private sealed class LoopbackNames(MirrorOptions options, OriginGuard guard, ConfiguredCertificates certificates)
        : OriginTransport(options, guard, certificates)
    {
        protected override Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
            Task.FromResult<IPAddress[]>([IPAddress.Loopback]);
    }
}
