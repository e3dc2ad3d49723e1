using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Storage;
using Mirror.Tests.Origin;
using Mirror.Tests.Time;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Protocols.Modules;

/// <summary>The module registry protocol, passed through and cached.</summary>
public sealed class ModuleTests
{
    internal const string Module = "example/greeting/null";
    private const string Base = $"/v1/registries/{Host}/modules/{Module}/";
    private const string Versions = Base + "versions";
    private const string Download = Base + "1.0.0/download";

    [Fact]
    public async Task Versions_OfAnOrigin_AreListedNewestFirstWithoutInvalidOnes()
    {
        await using var mirror = await StartAsync(
            origin => origin.AddModule(Module).AddVersion("1.0.0").AddVersion("v1.10.0").AddVersion("1.9.0").AddVersion("latest"));

        var versions = await mirror.GetJsonAsync(Versions);

        Assert.Equal(
            ["1.10.0", "1.9.0", "1.0.0"],
            versions.GetProperty("modules")[0].GetProperty("versions").EnumerateArray().Select(
                item => item.GetProperty("version").GetString()));
        await mirror.GetJsonAsync(Versions);
        await mirror.GetJsonAsync($"/v1/registries/default/{Host}/modules/{Module}/versions");
        Assert.Equal(1, mirror.Origin.Count(RequestKind.ModuleVersions));
        mirror.Origin.AssertNoViolations();
    }

    [Theory]
    [InlineData("module.zip", "", "", "./module.zip")]
    [InlineData("v1.zip", "//modules/inner", "", "./module.zip//modules/inner")]
    [InlineData("v1.tar.gz", "//*?archive=tar.gz", "", "./module.tar.gz//*")]
    [InlineData("tarball", "//inner?token=secret&archive=tgz&checksum=sha256:00", "token=secret", "./module.tgz//inner?checksum=sha256:00")]
    public async Task Download_OfAnArchiveOverHttp_PointsToTheMirrorWhichDownloadsIt(
        string fileName, string suffix, string query, string expected)
    {
        byte[] archive = fileName.EndsWith("zip", StringComparison.Ordinal)
            ? FakeModuleVersion.Zip(("main.tf", "# zip"))
            : FakeModuleVersion.TarGz(("main.tf", "# tar"));
        await using var mirror = await StartAsync(origin => origin.AddModule(Module).AddVersion(
            "1.0.0",
            version => (version.FileName, version.Suffix, version.ExpectedQuery, version.Archive) = (fileName, suffix, query, archive)));

        string location = await LocationAsync(mirror);

        Assert.Equal(expected, location);
        Assert.Equal(0, mirror.Origin.Count(RequestKind.ModuleArchive));
        Assert.Equal(archive, await FollowAsync(mirror, location));
        Assert.Equal(archive, await FollowAsync(mirror, location));
        Assert.Equal(1, mirror.Origin.Count(RequestKind.ModuleArchive));
        mirror.Origin.AssertNoViolations();
    }

    [Theory]
    [InlineData("git::ssh://git@git.example.com/greeting.git?ref=v1.0.0")]
    [InlineData("https://git.example.com/greeting")]
    [InlineData("https://files.example.com/greeting.zip?archive=false")]
    [InlineData("https://10.1.2.3/internal/greeting.zip")]
    [InlineData("http://files.example.com/greeting.zip")]
    [InlineData("s3::https://s3.amazonaws.com/bucket/greeting.zip")]
    public async Task Download_OfAnotherAddress_IsForwardedUnchangedEvenIfTheOriginStopped(string address)
    {
        await using var mirror = await StartAsync(
            origin => origin.AddModule(Module).AddVersion("1.0.0", version => version.Address = address));

        Assert.Equal(address, await LocationAsync(mirror));
        await mirror.GetJsonAsync(Versions);
        await mirror.Origin.StopAsync();

        Assert.Equal(address, await LocationAsync(mirror));
    }

    [Fact]
    public async Task Download_RelativeInADocument_IsResolved()
    {
        await using var mirror = await StartAsync(origin =>
        {
            origin.RelativeUrls = true;
            origin.AddModule(Module).AddVersion("1.0.0", version => version.InDocument = true);
        });

        Assert.NotEmpty(await FollowAsync(mirror, await LocationAsync(mirror)));
    }

    [Fact]
    public async Task Documents_WithTheOriginStoppedForLong_AreStillServed()
    {
        var time = new ManualTimeProvider();
        await using var mirror = await StartAsync(SetUp, time: time);
        await mirror.GetJsonAsync(Versions);
        byte[] archive = await FollowAsync(mirror, await LocationAsync(mirror));
        await mirror.WhenIdleAsync();
        await mirror.Origin.StopAsync();
        time.Advance(TimeSpan.FromDays(30));

        Assert.NotEmpty((await mirror.GetJsonAsync(Versions)).GetProperty("modules")[0].GetProperty("versions").EnumerateArray());
        Assert.Equal(archive, await FollowAsync(mirror, await LocationAsync(mirror)));
    }

    [Fact]
    public async Task Archive_Stored_IsServedOffline()
    {
        await using var mirror = await StartAsync(SetUp);
        byte[] archive = await FollowAsync(mirror, await LocationAsync(mirror));
        await mirror.WhenIdleAsync();
        await mirror.Server.AdminClient.PostAsync("/api/v1/groups/default/refresh", new StringContent("{}", null, "application/json"));
        await mirror.QueryAsync(db => db.Namespaces.ExecuteUpdateAsync(set => set.SetProperty(row => row.AutomaticCaching, false)));
        Invalidate(mirror);
        mirror.Origin.ClearLog();

        Assert.Equal(archive, await FollowAsync(mirror, await LocationAsync(mirror)));
        Assert.Equal(
            "1.0.0",
            Assert.Single(
                (await mirror.GetJsonAsync(Versions)).GetProperty("modules")[0].GetProperty("versions").EnumerateArray()).GetProperty("version").GetString());
        using var other = await mirror.Client.GetAsync(Base + "1.1.0/download");
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        Assert.Empty(mirror.Origin.Requests);
    }

    [Fact]
    public async Task Archive_RequestedConcurrently_IsDownloadedOnce()
    {
        await using var mirror = await StartAsync(SetUp);
        string location = await LocationAsync(mirror);

        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => FollowAsync(mirror, location)));

        Assert.All(all, archive => Assert.Equal(all[0], archive));
        Assert.Equal(1, mirror.Origin.Count(RequestKind.ModuleArchive));
    }

    [Fact]
    public async Task Archive_ChangedSinceTheFirstDownload_IsRejectedAndRecorded()
    {
        FakeModule module = null!;
        await using var mirror = await StartAsync(origin => module = origin.AddModule(Module).AddVersion("1.0.0"));
        string location = await LocationAsync(mirror);
        byte[] first = await FollowAsync(mirror, location);
        await mirror.WhenIdleAsync();
        byte[] honest = module["1.0.0"].Archive;
        module["1.0.0"].Archive = FakeModuleVersion.Zip(("main.tf", "# not the same"));
        Assert.True(await mirror.Server.Services.GetRequiredService<IPackageStore>().DeleteAsync(Sha256Digest.Of(honest), CancellationToken.None));

        await Assert.ThrowsAsync<HttpRequestException>(() => FollowAsync(mirror, location));
        await mirror.WhenIdleAsync();

        var refusal = await mirror.QueryAsync(db => db.Audit.SingleAsync(row => row.Action == "module.refuse"));
        Assert.False(refusal.Succeeded);
        Assert.Contains("the first fetched archive had", refusal.Detail);
        Assert.Equal(0, await mirror.CountStoredFilesAsync());
        module["1.0.0"].Archive = honest;
        Assert.Equal(first, await FollowAsync(mirror, location));
    }

    [Fact]
    public async Task Archive_Invalid_IsNotStored()
    {
        await using var mirror = await StartAsync(
            origin => origin.AddModule(Module).AddVersion("1.0.0", version => version.Archive = "<Error>AccessDenied</Error>"u8.ToArray()));

        await Assert.ThrowsAnyAsync<HttpRequestException>(async () => await FollowAsync(mirror, await LocationAsync(mirror)));
        await mirror.WhenIdleAsync();

        Assert.Equal(0, await mirror.CountStoredFilesAsync());
        Assert.Equal(0, await mirror.QueryAsync(db => db.ModulePackages.CountAsync()));
    }

    [Fact]
    public async Task Module_Deleted_IsDownloadedAgain()
    {
        await using var mirror = await StartAsync(SetUp);
        await FollowAsync(mirror, await LocationAsync(mirror));
        await mirror.WhenIdleAsync();
        string address = $"/api/v1/groups/default/modules/{Host}/{Module}/versions/1.0.0";
        var listed = await mirror.GetJsonAsync("/api/v1/groups/default/modules");
        Assert.Equal($"{Host}/{Module}", Assert.Single(listed.GetProperty("items").EnumerateArray()).GetProperty("module").GetString());

        using var anonymous = await mirror.Client.DeleteAsync(address);
        using var deleted = await mirror.Server.AdminClient.DeleteAsync(address);
        using var again = await mirror.Server.AdminClient.DeleteAsync(address);

        Assert.Equal(
            [HttpStatusCode.Unauthorized, HttpStatusCode.NoContent, HttpStatusCode.NotFound],
            new[] { anonymous, deleted, again }.Select(response => response.StatusCode));
        Assert.Equal(0, await mirror.CountStoredFilesAsync());
        await FollowAsync(mirror, await LocationAsync(mirror));
        Assert.Equal(2, mirror.Origin.Count(RequestKind.ModuleArchive));
    }

    [Fact]
    public async Task Module_FetchedWithACredential_IsHiddenFromAnonymousReaders()
    {
        await using var mirror = await StartAsync(
            origin =>
            {
                SetUp(origin);
                origin.RequireToken("s3cret");
            },
            upstream: options => options with { Hosts = [options.Hosts[0] with { Token = "s3cret" }] });

        using var anonymous = await mirror.Client.GetAsync(Versions);
        using var versions = await mirror.Server.AdminClient.GetAsync(Versions);
        string location = await LocationAsync(mirror, mirror.Server.AdminClient);
        using var unsigned = await mirror.Client.GetAsync(Base + "1.0.0/module.zip");

        Assert.Equal(
            [HttpStatusCode.Unauthorized, HttpStatusCode.OK, HttpStatusCode.Forbidden],
            new[] { anonymous, versions, unsigned }.Select(response => response.StatusCode));
        Assert.Contains("signature=", location, StringComparison.Ordinal);
        Assert.NotEmpty(await FollowAsync(mirror, location));
        Assert.NotEmpty(await FollowAsync(mirror, location));
        mirror.Origin.AssertNoViolations();
    }

    [Fact]
    public async Task Documents_WithoutAnonymousRead_RequireATokenButLinksDoNot()
    {
        await using var mirror = await StartAsync(SetUp, options => options with { Auth = options.Auth with { AnonymousRead = false } });

        foreach (string path in new[] { Versions, Download, $"/v1/modules/{Module}/versions", Versions.Replace("greeting", "absent", StringComparison.Ordinal) })
        {
            using var response = await mirror.Client.GetAsync(path);
            Assert.Equal((path, HttpStatusCode.Unauthorized), (path, response.StatusCode));
        }

        string location = await LocationAsync(mirror, mirror.Server.AdminClient);
        using var altered = await mirror.Client.GetAsync(
            new Uri(new Uri(mirror.Server.Url, Download), location.Replace("signature=", "signature=x", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.Forbidden, altered.StatusCode);
        Assert.NotEmpty(await FollowAsync(mirror, location));
    }

    [Theory]
    [InlineData("/v1/registries/registry.example.com/modules/example/greeting/null")]
    [InlineData("/v1/registries/registry.example.com/modules/example/greeting/null/1.0.0")]
    [InlineData("/v1/registries/registry.example.com/modules/example/greeting/NULL/versions")]
    [InlineData("/v1/registries/registry.example.com/modules/example/-greeting/null/versions")]
    [InlineData("/v1/registries/registry.example.com/modules/example/greeting/null/v1.0.0/download")]
    [InlineData("/v1/registries/registry.example.com/modules/example/greeting/null/1.0.0/other.zip")]
    [InlineData("/v1/registries/unlisted.example.com/modules/example/greeting/null/versions")]
    public async Task Request_MalformedOrUnlisted_Returns404WithoutAnOriginRequest(string path)
    {
        await using var mirror = await StartAsync(SetUp);

        using var response = await mirror.Client.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Empty(mirror.Origin.Requests);
    }

    [Fact]
    public async Task Instance_AsRegistryHost_OffersTheModulesOfTheDefaultOrigin()
    {
        await using var mirror = await StartAsync(SetUp, upstream: options => options with { DefaultHost = Name });

        var discovery = await mirror.GetJsonAsync("/.well-known/terraform.json");
        string modules = discovery.GetProperty("modules.v1").GetString()!;
        using var download = await mirror.Client.GetAsync($"{modules}{Module}/1.0.0/download");

        Assert.Equal("./module.zip", Assert.Single(download.Headers.GetValues("X-Terraform-Get")));
        Assert.NotEmpty(await mirror.Client.GetByteArrayAsync($"{modules}{Module}/1.0.0/module.zip"));
    }

    internal static void SetUp(FakeOrigin origin) => origin.AddModule(Module).AddVersion("1.0.0").AddVersion("1.1.0");

    internal static async Task<string> LocationAsync(MirrorWithOrigin mirror, HttpClient? client = null)
    {
        using var response = await (client ?? mirror.Client).GetAsync(Download);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        return Assert.Single(response.Headers.GetValues("X-Terraform-Get"));
    }

    /// <summary>Downloads the archive of a response like a client: without the subdirectory and the query for the client.</summary>
    internal static Task<byte[]> FollowAsync(MirrorWithOrigin mirror, string location)
    {
        string[] halves = location.Split('?', 2);
        string query = halves.Length == 2
            ? "?" + string.Join('&', halves[1].Split('&').Where(part => !part.StartsWith("checksum=", StringComparison.Ordinal)))
            : "";
        return mirror.Client.GetByteArrayAsync(new Uri(new Uri(mirror.Server.Url, Download), halves[0].Split("//")[0] + query));
    }

    private static void Invalidate(MirrorWithOrigin mirror) =>
        ((NamespaceDirectory)mirror.Server.Services.GetService(typeof(NamespaceDirectory))!).Invalidate();
}
