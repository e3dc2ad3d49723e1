using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Configuration;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Fetching.Documents;

/// <summary>The table of responses to clients: fault × endpoint → status, stored rows and files, and the number of origin requests.</summary>
public sealed class OriginFaultTests
{
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
    [InlineData("redirect to no address", 502, 1)]
    [InlineData("redirect loop", 502, 6)]
    [InlineData("304 unasked", 502, 1)]
    [InlineData("endless body", 502, 1)]
    [InlineData("endless chunks", 502, 1)]
    [InlineData("endless header", 502, 1)]
    [InlineData("garbage", 502, 1)]
    [InlineData("gzip bomb", 502, 1)]
    [InlineData("byte order mark", 502, 1)]
    public async Task Index_NotCached_ReturnsTheStatusOfTheFault(string fault, int status, int requests)
    {
        await using var mirror = await StartAsync();
        mirror.Origin.Misbehave(_ => true, OriginFaults.Make(fault));

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
    [InlineData("410", 404)]
    [InlineData("503", 503)]
    [InlineData("429", 503)]
    [InlineData("403", 502)]
    [InlineData("half, then reset", 503)]
    [InlineData("longer than it says", 502)]
    [InlineData("shorter than it says", 503)]
    [InlineData("redirect to loopback", 502)]
    [InlineData("redirect to no address", 502)]
    [InlineData("redirect loop", 502)]
    [InlineData("304 unasked", 502)]
    [InlineData("endless chunks", 502)]
    [InlineData("gzip bomb", 502)]
    [InlineData("byte order mark", 502)]
    public async Task VersionDocument_WithAFailingDownloadDocument_ReturnsTheStatusOfTheFault(string fault, int status)
    {
        await using var mirror = await StartAsync();
        mirror.Origin.Misbehave(RequestKind.Download, OriginFaults.Make(fault));

        using var response = await mirror.Client.GetAsync(Base + "1.0.0.json");

        await AssertProblemAsync(response, status);
        await AssertNothingKeptAsync(mirror);
    }

    [Theory]
    [InlineData(RequestKind.Sums, "404", 502)]
    [InlineData(RequestKind.Sums, "500", 503)]
    [InlineData(RequestKind.Sums, "html", 502)]
    [InlineData(RequestKind.Sums, "304 unasked", 502)]
    [InlineData(RequestKind.Sums, "redirect to loopback", 502)]
    [InlineData(RequestKind.Sums, "endless body", 502)]
    [InlineData(RequestKind.Signature, "404", 502)]
    [InlineData(RequestKind.Signature, "reset", 503)]
    [InlineData(RequestKind.Signature, "html", 502)]
    public async Task VersionDocument_WithFailingSumsOrSignature_ReturnsTheStatusOfTheFault(RequestKind kind, string fault, int status)
    {
        await using var mirror = await StartAsync();
        mirror.Origin.Misbehave(kind, OriginFaults.Make(fault));

        using var response = await mirror.Client.GetAsync(Base + "1.0.0.json");

        await AssertProblemAsync(response, status);
        await AssertNothingKeptAsync(mirror);
    }

    [Theory]
    [InlineData("tampered sums")]
    [InlineData("unknown key")]
    [InlineData("armored signature")]
    [InlineData("blank line")]
    [InlineData("unsigned")]
    [InlineData("garbage key")]
    public async Task VersionDocument_FailingVerification_Returns502AndIsNoLongerListed(string how)
    {
        await using var mirror =
            await StartAsync(origin => origin.AddProvider("example/hello").AddVersions("1.1.0").AddVersion("1.0.0", version => _ = how switch
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
        Assert.Equal(
            1,
            mirror.Origin.Count(request => request.Kind == RequestKind.Sums && request.Path.Contains("1.0.0", StringComparison.Ordinal)));
        await AssertNothingKeptAsync(mirror);
    }

    [Fact]
    public async Task Documents_OfAHangingOrigin_Return504InTime()
    {
        using var gate = new OpenedGate();
        await using var mirror = await StartAsync(
            upstream: options => options with { Limits = options.Limits with { DocumentDeadline = TimeSpan.FromMilliseconds(300) } });
        mirror.Origin.Misbehave(_ => true, Fault.Hang(gate.Gate));

        using var index = await mirror.Client.GetAsync(Base + "index.json");
        using var package = await mirror.Client.GetAsync(Base + Package);

        await AssertProblemAsync(index, 504);
        await AssertProblemAsync(package, 504);
    }

    internal static Task<MirrorWithOrigin> StartLargeAsync(
        int size = 400_000,
        Func<MirrorOptions, MirrorOptions>? configure = null,
        Func<UpstreamOptions, UpstreamOptions>? upstream = null,
        TimeProvider? time = null,
        Action<IServiceCollection>? services = null) => StartAsync(
            origin => origin.AddProvider("example/hello").AddVersion(
                "1.0.0", version => version.Platforms("linux_amd64").PackageSize(size)),
            configure,
            upstream,
            time,
            services);

    internal static async Task AssertNothingKeptAsync(MirrorWithOrigin mirror)
    {
        await mirror.Server.WhenAnsweredAsync();
        await mirror.WhenIdleAsync();
        Assert.Equal(0, await mirror.CountStoredFilesAsync());
        Assert.Equal(0, mirror.CountStagedFiles());
        Assert.Equal(0, await mirror.CountPackageRowsAsync());
    }

    internal static async Task AssertProblemAsync(HttpResponseMessage response, int status)
    {
        string body = await response.Content.ReadAsStringAsync();
        Assert.True(
            status == (int)response.StatusCode, $"expected {status}, got {(int)response.StatusCode}: {body[..Math.Min(body.Length, 400)]}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(status == 503 ? TimeSpan.FromSeconds(1) : null, response.Headers.RetryAfter?.Delta);
    }
}
