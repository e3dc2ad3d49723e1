using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Modules;
using Mirror.Core.Upstream;
using Mirror.Tests.Hosting;
using Mirror.Tests.Origin;
using Mirror.Tests.Origin.Git;
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

    internal static Task<MirrorServer> StartAsync(
        GitServer server, Func<UpstreamHostOptions, UpstreamHostOptions>? host = null, Func<MirrorOptions, MirrorOptions>? configure = null) =>
        MirrorServer.StartAsync(options =>
        {
            var git = new UpstreamHostOptions { Name = ProviderHostname.Parse("git.example.com"), GitUrl = new Uri(server.Url + "/") };
            options = options with
            {
                Listen = options.Listen with { Https = null },
                Upstream = options.Upstream with { Hosts = [host?.Invoke(git) ?? git] },
            };
            return configure?.Invoke(options) ?? options;
        });

    internal static Task<Outcome<GitSnapshot>> FetchAsync(MirrorServer mirror, Uri repository, string revision, string? token = null) =>
        mirror.Services.GetRequiredService<GitSnapshots>().FetchAsync(
            repository,
            revision,
            token is null ? OriginCredential.None : new OriginCredential(CredentialIdentity.Server, token),
            CancellationToken.None);

    internal static IReadOnlyList<(string Name, string Text)> Read(GitSnapshot snapshot)
    {
        using var stream = snapshot.Package.OpenRead();
        return TarGzFiles.Read(stream);
    }

    internal static int CountStaged(MirrorServer mirror) => Directory.GetFileSystemEntries(mirror.Host.Options.StagingDirectory).Length;
}
