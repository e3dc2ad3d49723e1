using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Access;
using Mirror.Tests.Protocols;
using Mirror.Tests.Time;
using Xunit;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Access;

/// <summary>Package links of a mirror without anonymous read access.</summary>
public sealed class PackageLinkTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private MirrorWithOrigin _mirror = null!;

    public async Task InitializeAsync() =>
        _mirror = await StartAsync(configure: options => options with { Auth = options.Auth with { AnonymousRead = false } }, time: _time);

    public async Task DisposeAsync() => await _mirror.DisposeAsync();

    [Fact]
    public async Task Document_WithoutAToken_Returns401WithAChallenge()
    {
        using var missing = await _mirror.Client.GetAsync(Base + "index.json");
        using var unknown = await _mirror.Client.GetAsync(
            "/v1/provider-mirror/providers/nowhere/registry.example.com/example/hello/index.json");
        using var request = new HttpRequestMessage(HttpMethod.Get, Base + "index.json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "not-a-token");
        using var wrong = await _mirror.Client.SendAsync(request);

        Assert.All(new[] { missing, unknown, wrong }, response =>
        {
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
        });
        Assert.Empty(_mirror.Origin.Requests);
    }

    [Fact]
    public async Task Package_ThroughItsLink_NeedsNoToken()
    {
        string link = await LinkAsync();

        Assert.Equal(_mirror.OriginPackage().Content, await _mirror.Client.GetByteArrayAsync(Base + link));
        await _mirror.WhenIdleAsync();
        using var warm = await _mirror.Client.GetAsync(Base + link);
        Assert.Equal(_mirror.OriginPackage().Content, await warm.Content.ReadAsByteArrayAsync());
        Assert.True(warm.Headers.CacheControl?.Private);
        Assert.False(warm.Headers.CacheControl?.Public);
    }

    [Fact]
    public async Task Package_WithoutAValidLink_Returns403WithoutAFetch()
    {
        string link = await LinkAsync();
        string query = link[link.IndexOf('?', StringComparison.Ordinal)..];
        int asked = _mirror.Origin.Requests.Count;
        string[] forged =
        [
            Package,
            Package + "?expires=99999999999&signature=",
            link.Replace("expires=", "expires=9", StringComparison.Ordinal),
            link + "x",
            link[..^1] + (link[^1] == 'A' ? 'B' : 'A'),
            Package + "?expires=99999999999&signature=0-0",
            Package.Replace("linux", "darwin", StringComparison.Ordinal) + query,
            Package.Replace("1.0.0", "1.1.0", StringComparison.Ordinal) + query,
        ];

        foreach (string path in forged)
        {
            using var response = await _mirror.Client.GetAsync(Base + path);
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        }

        using var elsewhere = await _mirror.Client.GetAsync(Base.Replace("hello", "other", StringComparison.Ordinal) + link);
        Assert.NotEqual(HttpStatusCode.OK, elsewhere.StatusCode);
        Assert.Equal(asked, _mirror.Origin.Requests.Count);
        Assert.Equal(0, await _mirror.CountPackageRowsAsync());
    }

    [Fact]
    public async Task Package_ThroughAnExpiredLink_Returns403()
    {
        string link = await LinkAsync();

        _time.Advance(TimeSpan.FromMinutes(29));
        using var valid = await _mirror.Client.GetAsync(Base + link);
        _time.Advance(TimeSpan.FromMinutes(32));
        using var expired = await _mirror.Client.GetAsync(Base + link);

        Assert.Equal(HttpStatusCode.OK, valid.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, expired.StatusCode);
    }

    [Fact]
    public async Task Link_CreatedBeforeTheClockWasSetBack_Returns403AndIsReplaced()
    {
        string link = await LinkAsync();

        _time.SetWallClock(_time.GetUtcNow().AddDays(-1));
        using var old = await _mirror.Client.GetAsync(Base + link);
        using var made = await _mirror.Client.GetAsync(Base + await LinkAsync());

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK), (old.StatusCode, made.StatusCode));
    }

    [Fact]
    public async Task Document_WithinHalfALifetime_IsUnchanged()
    {
        // Advances to the start of a half, so that the position within the lifetime is known.
        var half = TimeSpan.FromMinutes(30);
        _time.Advance(half - TimeSpan.FromTicks(_time.GetUtcNow().Ticks % half.Ticks));
        await FetchAsync(Base + "1.0.0.json");
        await _mirror.Server.AdminClient.GetByteArrayAsync(Base + Package);
        await _mirror.WhenIdleAsync();

        var first = await FetchAsync(Base + "1.0.0.json");
        _time.Advance(TimeSpan.FromMinutes(29));
        var second = await FetchAsync(Base + "1.0.0.json");
        _time.Advance(TimeSpan.FromMinutes(2));
        var third = await FetchAsync(Base + "1.0.0.json");

        Assert.Equal(first, second);
        Assert.NotEqual(first.ETag, third.ETag);
        Assert.NotEqual(first.Body, third.Body);
    }

    [Fact]
    public async Task Links_AfterTheirKeyWasReplaced_AreInvalidAndNewOnesWork()
    {
        string old = await LinkAsync();

        await _mirror.Server.Services.GetRequiredService<LinkKeys>().ReplaceAllAsync(CancellationToken.None);
        using var refused = await _mirror.Client.GetAsync(Base + old);
        _time.Advance(TimeSpan.FromMinutes(31));
        using var served = await _mirror.Client.GetAsync(Base + await LinkAsync());

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
    }

    [Fact]
    public async Task Links_AfterKeyRotation_StayValidUntilTheyExpire()
    {
        _time.Advance(TimeSpan.FromMinutes(10));
        await LinkAsync();
        _time.Advance(TimeSpan.FromDays(30) - TimeSpan.FromMinutes(5));
        string before = await LinkAsync();
        _time.Advance(TimeSpan.FromMinutes(20));
        string after = await LinkAsync(Base + "1.1.0.json");

        using var old = await _mirror.Client.GetAsync(Base + before);
        using var young = await _mirror.Client.GetAsync(Base + after);

        Assert.NotEqual(Key(before), Key(after));
        Assert.Equal(HttpStatusCode.OK, old.StatusCode);
        Assert.Equal(HttpStatusCode.OK, young.StatusCode);

        static string Key(string link) => link[link.IndexOf("signature=", StringComparison.Ordinal)..].Split('-')[0];
    }

    [Fact]
    public async Task Provider_FetchedWithACredential_IsHiddenFromAnonymousReaders()
    {
        await using var mirror = await StartAsync(
            origin =>
            {
                origin.RequireToken("server-token");
                origin.AddProvider("example/hello").AddVersions("1.0.0");
            },
            upstream: upstream => upstream with { Hosts = [upstream.Hosts[0] with { Token = "server-token" }] });

        using var anonymous = await mirror.Client.GetAsync(Base + "1.0.0.json");
        using var bare = await mirror.Client.GetAsync(Base + Package);
        var document = JsonDocument.Parse(await mirror.Server.AdminClient.GetStringAsync(Base + "1.0.0.json")).RootElement;
        string link = document.GetProperty("archives").GetProperty("linux_amd64").GetProperty("url").GetString()!;
        byte[] package = await mirror.Client.GetByteArrayAsync(Base + link);
        await mirror.WhenIdleAsync();
        var listed = JsonDocument.Parse(await mirror.Client.GetStringAsync("/api/v1/groups/default/versions")).RootElement;
        using var shown = await mirror.Client.GetAsync(
            "/api/v1/groups/default/providers/registry.example.com/example/hello/versions/1.0.0");
        var listedToAdmin = JsonDocument.Parse(
            await mirror.Server.AdminClient.GetStringAsync("/api/v1/groups/default/versions")).RootElement;

        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, bare.StatusCode);
        Assert.Equal(mirror.OriginPackage().Content, package);
        Assert.Equal(0, listed.GetProperty("total").GetInt32());
        Assert.Equal(HttpStatusCode.Unauthorized, shown.StatusCode);
        Assert.Equal(1, listedToAdmin.GetProperty("total").GetInt32());
        mirror.Origin.AssertNoViolations();
    }

    private async Task<string> LinkAsync(string path = Base + "1.0.0.json")
    {
        var document = JsonDocument.Parse(await _mirror.Server.AdminClient.GetStringAsync(path)).RootElement;
        return document.GetProperty("archives").GetProperty("linux_amd64").GetProperty("url").GetString()!;
    }

    private async Task<(string ETag, string Body)> FetchAsync(string path)
    {
        using var response = await _mirror.Server.AdminClient.GetAsync(path);
        return (response.Headers.ETag!.Tag, await response.Content.ReadAsStringAsync());
    }
}
