using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Configuration;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Fetching;

/// <summary>DESIGN's table of what a client gets: fault × endpoint → status, what is kept, how often the origin was asked.</summary>
public sealed class OriginFaultTests
{
    private static readonly Dictionary<string, Func<Fault>> Faults = new()
    {
        ["404"] = () => Fault.Status(404),
        ["410"] = () => Fault.Status(410),
        ["500"] = () => Fault.Status(500),
        ["503"] = () => Fault.Status(503),
        ["429"] = () => Fault.Status(429),
        ["429 soon"] = () => Fault.Status(429, retryAfter: "0"),
        ["429 in an hour"] = () => Fault.Status(429, retryAfter: "3600"),
        ["401"] = () => Fault.Status(401),
        ["403"] = () => Fault.Status(403),
        ["418"] = () => Fault.Status(418),
        ["reset"] = Fault.Reset,
        ["half, then reset"] = () => Fault.ResetAfter(20),
        ["half, then end"] = () => Fault.Truncate(20),
        ["longer than it says"] = () => Fault.LengthOff(-10),
        ["shorter than it says"] = () => Fault.LengthOff(10),
        ["html"] = Fault.Html,
        ["not json"] = () => Fault.Body(_ => "{\"versions\": ["u8.ToArray()),
        ["byte order mark"] = Fault.ByteOrderMark,
        ["redirect to loopback"] = () => Fault.Redirect("http://127.0.0.1:1/"),
        ["redirect to metadata"] = () => Fault.Redirect("http://169.254.169.254/latest/meta-data/"),
        ["redirect to private https"] = () => Fault.Redirect("https://10.0.0.1/"),
        ["redirect to file"] = () => Fault.Redirect("file:///etc/passwd"),
        ["redirect loop"] = Fault.RedirectLoop,
        ["endless body"] = () => Fault.EndlessBody(),
        ["endless chunks"] = Fault.EndlessChunks,
        ["endless header"] = Fault.EndlessHeader,
        ["garbage"] = Fault.Garbage,
        ["gzip bomb"] = () => Fault.Body(_ => new byte[64_000_000]).With(Fault.Gzip()),
    };

    [Theory]
    [InlineData("404", 404, 1)]
    [InlineData("410", 404, 1)]
    [InlineData("500", 503, 3)]
    [InlineData("503", 503, 3)]
    [InlineData("429", 503, 3)]
    [InlineData("429 soon", 503, 3)]
    [InlineData("429 in an hour", 503, 1)]
    [InlineData("401", 502, 1)]
    [InlineData("403", 502, 1)]
    [InlineData("418", 502, 1)]
    [InlineData("reset", 503, 3)]
    [InlineData("half, then reset", 503, 3)]
    [InlineData("half, then end", 503, 3)]
    [InlineData("longer than it says", 502, 1)]
    [InlineData("shorter than it says", 503, 3)]
    [InlineData("html", 502, 1)]
    [InlineData("not json", 502, 1)]
    [InlineData("redirect to loopback", 502, 1)]
    [InlineData("redirect to metadata", 502, 1)]
    [InlineData("redirect to private https", 502, 1)]
    [InlineData("redirect to file", 502, 1)]
    [InlineData("redirect loop", 502, 6)]
    [InlineData("endless body", 502, 1)]
    [InlineData("endless chunks", 502, 1)]
    [InlineData("endless header", 502, 1)]
    [InlineData("garbage", 502, 1)]
    [InlineData("gzip bomb", 502, 1)]
    public async Task Index_Cold(string fault, int status, int requests)
    {
        await using var mirror = await StartAsync();
        mirror.Origin.Misbehave(_ => true, Faults[fault]());

        using var response = await mirror.Client.GetAsync(Base + "index.json");

        await AssertProblemAsync(response, status);
        Assert.Equal(requests, mirror.Origin.Requests.Count);
        await AssertNothingKeptAsync(mirror);
    }

    [Theory]
    [InlineData("404", 404)]
    [InlineData("500", 503)]
    [InlineData("429 in an hour", 503)]
    [InlineData("401", 502)]
    [InlineData("reset", 503)]
    [InlineData("half, then end", 503)]
    [InlineData("html", 502)]
    [InlineData("not json", 502)]
    [InlineData("redirect to metadata", 502)]
    [InlineData("endless body", 502)]
    [InlineData("endless header", 502)]
    [InlineData("garbage", 502)]
    public async Task VersionDocument_DownloadDocumentFails(string fault, int status)
    {
        await using var mirror = await StartAsync();
        mirror.Origin.Misbehave(RequestKind.Download, Faults[fault]());

        using var response = await mirror.Client.GetAsync(Base + "1.0.0.json");

        await AssertProblemAsync(response, status);
        await AssertNothingKeptAsync(mirror);
    }

    [Theory]
    [InlineData(RequestKind.Sums, "404", 502)]
    [InlineData(RequestKind.Sums, "500", 503)]
    [InlineData(RequestKind.Sums, "html", 502)]
    [InlineData(RequestKind.Sums, "redirect to loopback", 502)]
    [InlineData(RequestKind.Sums, "endless body", 502)]
    [InlineData(RequestKind.Signature, "404", 502)]
    [InlineData(RequestKind.Signature, "reset", 503)]
    [InlineData(RequestKind.Signature, "html", 502)]
    public async Task VersionDocument_SumsOrSignatureFail(RequestKind kind, string fault, int status)
    {
        await using var mirror = await StartAsync();
        mirror.Origin.Misbehave(kind, Faults[fault]());

        using var response = await mirror.Client.GetAsync(Base + "1.0.0.json");

        await AssertProblemAsync(response, status);
        await AssertNothingKeptAsync(mirror);
    }

    [Theory]
    [InlineData("404", 404, 1)]
    [InlineData("500", 503, 5)]
    [InlineData("429 in an hour", 503, 1)]
    [InlineData("401", 502, 1)]
    [InlineData("reset", 503, 5)]
    [InlineData("html", 502, 1)]
    [InlineData("redirect to loopback", 502, 1)]
    [InlineData("redirect to metadata", 502, 1)]
    [InlineData("redirect loop", 502, 6)]
    [InlineData("endless header", 502, 1)]
    [InlineData("endless body", 502, 1)]
    [InlineData("garbage", 502, 1)]
    public async Task Package_FailsBeforeItsFirstByte(string fault, int status, int requests)
    {
        await using var mirror = await StartAsync();
        mirror.Origin.Misbehave(RequestKind.Package, Faults[fault]());

        using var response = await mirror.Client.GetAsync(Base + Package);

        await AssertProblemAsync(response, status);
        Assert.Equal(requests, mirror.Origin.Count(RequestKind.Package));
        await AssertNothingKeptAsync(mirror);
    }

    [Fact]
    public async Task Package_BrokenInTheMiddle_IsResumed()
    {
        await using var mirror = await StartLargeAsync();
        mirror.Origin.Misbehave(RequestKind.Package, Fault.ResetAfter(100_000), times: 2);

        byte[] content = await mirror.Client.GetByteArrayAsync(Base + Package);

        Assert.Equal(mirror.OriginPackage().Content, content);
        Assert.Equal(3, mirror.Origin.Count(RequestKind.Package));
        Assert.All(mirror.Origin.Requests.Where(request => request.Kind == RequestKind.Package).Skip(1), request => Assert.NotNull(request.Range));
        mirror.Origin.AssertNoViolations();
    }

    [Fact]
    public async Task Package_BrokenWhereTheOriginCannotResume_ComesFromTheBeginning()
    {
        await using var mirror = await StartLargeAsync();
        mirror.Origin.Misbehave(RequestKind.Package, Fault.ResetAfter(100_000), times: 1);
        mirror.Origin.Misbehave(RequestKind.Package, Fault.NoRanges());

        byte[] content = await mirror.Client.GetByteArrayAsync(Base + Package);

        Assert.Equal(mirror.OriginPackage().Content, content);
    }

    [Fact]
    public async Task Package_BrokenForGood_IsAbortedShortOfItsLength()
    {
        await using var mirror = await StartLargeAsync();
        mirror.Origin.Misbehave(RequestKind.Package, Fault.ResetAfter(100_000), times: 1);
        mirror.Origin.Misbehave(RequestKind.Package, Fault.Reset());

        await AssertAbortedAsync(mirror);
        await AssertNothingKeptAsync(mirror);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(-5)]
    public async Task Package_WithAChangedByte_IsNeverCompletedAndThenQuarantined(int offset)
    {
        await using var mirror = await StartLargeAsync();
        mirror.Origin.Misbehave(RequestKind.Package, Fault.Flip(offset));

        await AssertAbortedAsync(mirror);
        await mirror.WhenIdleAsync();
        using var again = await mirror.Client.GetAsync(Base + Package);
        var archives = (await mirror.GetJsonAsync(Base + "1.0.0.json")).GetProperty("archives");

        await AssertProblemAsync(again, 502);
        Assert.Contains("SHA-256", await again.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.False(archives.TryGetProperty("linux_amd64", out _));
        Assert.Equal(1, mirror.Origin.Count(RequestKind.Package));
        await AssertNothingKeptAsync(mirror);
    }

    [Theory]
    [InlineData("tampered sums")]
    [InlineData("unknown key")]
    [InlineData("armored signature")]
    [InlineData("blank line")]
    [InlineData("unsigned")]
    [InlineData("garbage key")]
    public async Task VersionDocument_ThatCannotBeVerified_Is502AndNoLongerListed(string how)
    {
        await using var mirror = await StartAsync(origin => origin.AddProvider("example/hello").AddVersions("1.1.0").AddVersion("1.0.0", version => _ = how switch
        {
            "tampered sums" => version.SumsAfterSigning(sums => [.. sums[..^2], (byte)'X', sums[^1]]),
            "unknown key" => version.SignedBy(TestKeys.Other).OfferKeys(TestKeys.Publisher),
            "armored signature" => version.ArmoredSignature(),
            "blank line" => version.BlankLineInSums(),
            "unsigned" => version.Unsigned(),
            _ => version.OfferKeys(new FakeSigningKey("0000000000000000", "garbage")),
        }));

        using var document = await mirror.Client.GetAsync(Base + "1.0.0.json");
        using var package = await mirror.Client.GetAsync(Base + Package);
        var versions = (await mirror.GetJsonAsync(Base + "index.json")).GetProperty("versions");

        await AssertProblemAsync(document, 502);
        await AssertProblemAsync(package, 502);
        Assert.Equal(["1.1.0"], versions.EnumerateObject().Select(item => item.Name));
        Assert.Equal(0, mirror.Origin.Count(RequestKind.Package));
        Assert.Equal(1, mirror.Origin.Count(RequestKind.Sums));
        await AssertNothingKeptAsync(mirror);
    }

    [Fact]
    public async Task Documents_HangingOrigin_Is504InTime()
    {
        using var gate = new OpenedGate();
        await using var mirror = await StartAsync(upstream: options => options with { Limits = options.Limits with { DocumentDeadline = TimeSpan.FromMilliseconds(300) } });
        mirror.Origin.Misbehave(_ => true, Fault.Hang(gate.Gate));

        using var index = await mirror.Client.GetAsync(Base + "index.json");
        using var package = await mirror.Client.GetAsync(Base + Package);

        await AssertProblemAsync(index, 504);
        await AssertProblemAsync(package, 504);
    }

    [Theory]
    [InlineData("404")]
    [InlineData("500")]
    [InlineData("401")]
    [InlineData("reset")]
    [InlineData("html")]
    [InlineData("redirect to metadata")]
    [InlineData("endless body")]
    public async Task WhatIsCached_WhileTheOriginFails_IsServed(string fault)
    {
        var time = new Time.ManualTimeProvider();
        await using var mirror = await StartAsync(time: time);
        await mirror.GetJsonAsync(Base + "index.json");
        await mirror.Client.GetByteArrayAsync(Base + Package);
        await mirror.WhenIdleAsync();
        mirror.Origin.Misbehave(_ => true, Faults[fault]());
        time.Advance(TimeSpan.FromHours(1));

        for (int i = 0; i < 3; i++)
        {
            var index = await mirror.GetJsonAsync(Base + "index.json");
            var version = await mirror.GetJsonAsync(Base + "1.0.0.json");
            byte[] package = await mirror.Client.GetByteArrayAsync(Base + Package);

            Assert.True(index.GetProperty("versions").TryGetProperty("1.0.0", out _));
            Assert.True(version.GetProperty("archives").TryGetProperty("linux_amd64", out _));
            Assert.Equal(mirror.OriginPackage().Content, package);
            time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    [Theory]
    [InlineData(UpstreamMode.Online, 503)]
    [InlineData(UpstreamMode.Fallback, 200)]
    [InlineData(UpstreamMode.Offline, 200)]
    public async Task StaleList_WithTheOriginDown_DependsOnTheMode(UpstreamMode mode, int status)
    {
        var time = new Time.ManualTimeProvider();
        string directory = Directory.CreateTempSubdirectory("mirror-tests-").FullName;
        try
        {
            await using (var first = await StartAsync(configure: options => options with { DataDirectory = directory }, time: time))
            {
                await first.GetJsonAsync(Base + "index.json");
                await first.Client.GetByteArrayAsync(Base + Package);
                await first.WhenIdleAsync();
            }

            time.Advance(TimeSpan.FromHours(1));
            await using var mirror = await StartAsync(configure: options => options with { DataDirectory = directory }, upstream: options => options with { Mode = mode }, time: time);
            mirror.Origin.Misbehave(_ => true, Fault.Status(503, retryAfter: "60"));

            using var index = await mirror.Client.GetAsync(Base + "index.json");

            Assert.Equal(status, (int)index.StatusCode);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    internal static Task<MirrorWithOrigin> StartLargeAsync(
        int size = 400_000,
        Func<MirrorOptions, MirrorOptions>? configure = null,
        Func<UpstreamOptions, UpstreamOptions>? upstream = null,
        TimeProvider? time = null,
        Action<IServiceCollection>? services = null) => StartAsync(
            origin => origin.AddProvider("example/hello").AddVersion("1.0.0", version => version.Platforms("linux_amd64").PackageSize(size)),
            configure,
            upstream,
            time,
            services);

    /// <summary>The answer begins well and never ends: the connection is reset, which may overtake even its headers.</summary>
    internal static async Task AssertAbortedAsync(MirrorWithOrigin mirror)
    {
        var status = HttpStatusCode.OK;
        await Assert.ThrowsAnyAsync<HttpRequestException>(async () =>
        {
            using var response = await mirror.Client.GetAsync(Base + Package, HttpCompletionOption.ResponseHeadersRead);
            status = response.StatusCode;
            await response.Content.ReadAsByteArrayAsync();
        });
        Assert.Equal(HttpStatusCode.OK, status);
    }

    internal static async Task AssertNothingKeptAsync(MirrorWithOrigin mirror)
    {
        await mirror.WhenIdleAsync();
        Assert.Equal(0, await mirror.CountStoredFilesAsync());
        Assert.Equal(0, mirror.CountStagedFiles());
        Assert.Equal(0, await mirror.CountPackageRowsAsync());
    }

    private static async Task AssertProblemAsync(HttpResponseMessage response, int status)
    {
        string body = await response.Content.ReadAsStringAsync();
        Assert.True(status == (int)response.StatusCode, $"expected {status}, got {(int)response.StatusCode}: {body[..Math.Min(body.Length, 400)]}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(status == 503 ? TimeSpan.FromSeconds(1) : null, response.Headers.RetryAfter?.Delta);
    }

    private sealed class OpenedGate : IDisposable
    {
        public Gate Gate { get; } = new();

        public void Dispose() => Gate.Open();
    }
}
