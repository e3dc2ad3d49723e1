using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Fetching.Modules;
using Mirror.Core.Storage;
using Mirror.Tests.Origin;
using Mirror.Tests.Origin.Git;
using Mirror.Tests.Time;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Protocols.Modules;

/// <summary>Modules whose registry refers to a Git repository.</summary>
public sealed class GitModuleTests
{
    private const string Module = ModuleTests.Module;
    private const string Base = $"/v1/registries/{Host}/modules/{Module}/";
    private const string Download = Base + "1.0.0/download";

    [RequiresToolFact("git")]
    public async Task Module_InAGitRepository_IsFetchedOnceAndServedWithoutTheServers()
    {
        await using var git = await GitServer.StartAsync();
        var repository = git.Add();
        string commit = repository.Commit(("main.tf", "# root"), ("modules/inner/main.tf", "# inner"));
        repository.Tag("v1.0.0", annotated: true);
        await using var mirror = await StartAsync(git, $"git::{git.UrlOf(repository)}//modules/inner?ref=v1.0.0");

        string location = await LocationAsync(mirror);
        Assert.Equal("./module.tar.gz//modules/inner", location);
        Assert.Empty(git.Requests);
        byte[][] all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => FollowAsync(mirror, location)));
        await mirror.WhenIdleAsync();
        int requests = git.Requests.Count;
        await git.DisposeAsync();
        await mirror.Origin.StopAsync();
        byte[] stored = await FollowAsync(mirror, await LocationAsync(mirror));

        Assert.All(all, archive => Assert.Equal(stored, archive));
        Assert.Equal([("main.tf", "# root"), ("modules/inner/main.tf", "# inner")], TarGzFiles.Read(new MemoryStream(stored)));
        Assert.Equal(requests, git.Requests.Count);
        var row = await mirror.QueryAsync(db => db.ModulePackages.SingleAsync());
        Assert.Equal(
            (git.UrlOf(repository).AbsoluteUri, "v1.0.0", commit, "modules/inner", null),
            (row.Repository, row.Revision, row.Commit, row.Subdirectory, row.MovedTo));
        Assert.Equal(0, mirror.CountStagedFiles());
    }

    [RequiresToolFact("git")]
    public async Task Tag_Moved_IsReportedOnceAndTheArchiveStays()
    {
        var time = new ManualTimeProvider();
        await using var git = await GitServer.StartAsync();
        var repository = git.Add();
        string first = repository.Commit(("main.tf", "# first"));
        repository.Tag("v1.0.0");
        await using var mirror = await StartAsync(git, $"git::{git.UrlOf(repository)}?ref=v1.0.0", time: time);
        byte[] archive = await FollowAsync(mirror, await LocationAsync(mirror));
        await mirror.WhenIdleAsync();
        string second = repository.Commit(("main.tf", "# second"));
        repository.Tag("v1.0.0");
        git.ClearLog();

        time.Advance(TimeSpan.FromHours(23));
        await CheckAsync();
        Assert.Empty(git.Requests);
        for (int i = 0; i < 2; i++)
        {
            time.Advance(TimeSpan.FromHours(25));
            await CheckAsync();
        }

        var audit = await mirror.QueryAsync(db => db.Audit.SingleAsync(row => row.Action == "module.moved"));
        Assert.Contains(first, audit.Detail, StringComparison.Ordinal);
        Assert.Contains(second, audit.Detail, StringComparison.Ordinal);
        Assert.Equal(2, git.Requests.Count);
        var listed = await mirror.GetJsonAsync("/api/v1/groups/default/modules");
        var origin = listed.GetProperty("items")[0].GetProperty("origin");
        Assert.Equal((first, second), (origin.GetProperty("commit").GetString(), origin.GetProperty("movedTo").GetString()));
        Assert.Equal(archive, await FollowAsync(mirror, await LocationAsync(mirror)));

        // Even if its bytes are lost, the version stays what it was.
        var store = mirror.Server.Services.GetRequiredService<IPackageStore>();
        Assert.True(await store.DeleteAsync(Sha256Digest.Of(archive), CancellationToken.None));
        Assert.Equal(archive, await FollowAsync(mirror, await LocationAsync(mirror)));

        async Task CheckAsync()
        {
            await LocationAsync(mirror);
            await mirror.Server.Services.GetRequiredService<ModuleRevisions>().WhenIdleAsync();
        }
    }

    [RequiresToolFact("git")]
    public async Task Repository_Private_IsFetchedOnlyForReadersWhoMaySeeIt()
    {
        await using var git = await GitServer.StartAsync();
        git.RequiredAuthorization = "Basic " + Convert.ToBase64String("x-access-token:s3cret"u8);
        var repository = git.Add();
        repository.Commit(("main.tf", "# private"));
        await using var mirror = await StartAsync(git, $"git::{git.UrlOf(repository)}", host => host with { Token = "s3cret" });

        string open = await LocationAsync(mirror);
        await Assert.ThrowsAsync<HttpRequestException>(() => FollowAsync(mirror, open));
        Assert.DoesNotContain(git.Requests, request => request.Authorization is not null);
        string signed = await LocationAsync(mirror, mirror.Server.AdminClient);
        byte[] archive = await FollowAsync(mirror, signed);
        await mirror.WhenIdleAsync();

        Assert.Contains("signature=", signed, StringComparison.Ordinal);
        Assert.DoesNotContain("signature=", open, StringComparison.Ordinal);
        Assert.Contains(("main.tf", "# private"), TarGzFiles.Read(new MemoryStream(archive)));
        using var anonymous = await mirror.Client.GetAsync(Download);
        using var unsigned = await mirror.Client.GetAsync(Base + "1.0.0/module.tar.gz");
        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden], new[] { anonymous, unsigned }.Select(response => response.StatusCode));
    }

    [RequiresToolFact("git")]
    public async Task Repository_PublicWithACredential_StaysPublic()
    {
        await using var git = await GitServer.StartAsync();
        var repository = git.Add();
        repository.Commit(("main.tf", "# public"));
        await using var mirror = await StartAsync(git, $"git::{git.UrlOf(repository)}", host => host with { Token = "s3cret" });

        await FollowAsync(mirror, await LocationAsync(mirror, mirror.Server.AdminClient));
        await mirror.WhenIdleAsync();

        Assert.Equal("./module.tar.gz", await LocationAsync(mirror));
        Assert.All(git.Requests, request => Assert.Null(request.Authorization));
    }

    [Theory]
    [InlineData("git::ssh://git@git.example.com/greeting.git?ref=v1.0.0")]
    [InlineData("git::https://git.example.com/greeting.git?sshkey=AAAA")]
    [InlineData("git::https://10.1.2.3/greeting.git")]
    [InlineData("git::http://git.example.com/greeting.git")]
    [InlineData("git::https://user:password@git.example.com/greeting.git")]
    [InlineData("git::https://git.example.com/greeting.git?ref=--upload-pack")]
    [InlineData("git@git.example.com:greeting.git")]
    [InlineData("hg::https://hg.example.com/greeting")]
    public async Task Address_ThatThisServerMustNotFetch_IsForwardedUnchanged(string address)
    {
        await using var mirror = await MirrorWithOrigin.StartAsync(
            origin => origin.AddModule(Module).AddVersion("1.0.0", version => version.Address = address));

        Assert.Equal(address, await LocationAsync(mirror));
    }

    private static Task<MirrorWithOrigin> StartAsync(
        GitServer git, string address, Func<UpstreamHostOptions, UpstreamHostOptions>? host = null, TimeProvider? time = null)
    {
        var server = new UpstreamHostOptions { Name = ProviderHostname.Parse("git.example.com"), GitUrl = new Uri(git.Url + "/") };
        return MirrorWithOrigin.StartAsync(
            origin => origin.AddModule(Module).AddVersion("1.0.0", version => version.Address = address),
            upstream: options => options with { Hosts = [.. options.Hosts, host?.Invoke(server) ?? server] },
            time: time);
    }

    private static async Task<string> LocationAsync(MirrorWithOrigin mirror, HttpClient? client = null)
    {
        using var response = await (client ?? mirror.Client).GetAsync(Download);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        return Assert.Single(response.Headers.GetValues("X-Terraform-Get"));
    }

    /// <summary>Requests the archive like clients do, without the subdirectory.</summary>
    private static Task<byte[]> FollowAsync(MirrorWithOrigin mirror, string location)
    {
        string[] halves = location.Split('?', 2);
        string path = halves[0].Split("//", 2)[0];
        return mirror.Client.GetByteArrayAsync(new Uri(new Uri(mirror.Server.Url, Download), halves.Length == 2 ? $"{path}?{halves[1]}" : path));
    }
}
