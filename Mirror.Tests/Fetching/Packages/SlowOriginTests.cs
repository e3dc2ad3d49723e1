using System.Net;
using Mirror.Core.Configuration;
using Mirror.Tests.Fetching.Documents;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using Mirror.Tests.Protocols.Modules;
using Mirror.Tests.Time;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Fetching.Packages;

/// <summary>A slow or stalled origin delays only its own packages, and their clients get an error.</summary>
public sealed class SlowOriginTests
{
    private const int Size = 400_000;
    private const string Archive = $"/v1/registries/{Host}/modules/{ModuleTests.Module}/1.0.0/module.zip";

    [Fact]
    public async Task Packages_DownloadedSlowly_DoNotBlockOthersOfTheirHost()
    {
        const int Trickling = 8;
        var time = new ManualTimeProvider();
        var gate = new Gate();
        string[] platforms = [.. Enumerable.Range(0, Trickling).Select(i => $"slow_{i}"), "linux_amd64"];
        await using var mirror = await StartAsync(
            origin => origin.AddProvider("example/hello").AddVersion("1.0.0", version => version.Platforms(platforms).PackageSize(Size)),
            upstream: options => RelaxedLimits(options) with { Limits = RelaxedLimits(options).Limits with { PackageMinimumRate = 0 } },
            time: time);
        await mirror.GetJsonAsync(Base + "1.0.0.json");
        mirror.Origin.Misbehave(request => request.Path.Contains("slow_", StringComparison.Ordinal)
            && request.Kind == RequestKind.Package, Fault.HangAfter(100_000, gate));

        // A response starts with its first bytes. Then each download has its slot.
        var slow = await Task.WhenAll(platforms[..Trickling].Select(platform =>
            mirror.Client.GetAsync(
                Base + Package.Replace("linux_amd64", platform, StringComparison.Ordinal), HttpCompletionOption.ResponseHeadersRead)));
        var ninth = mirror.Client.GetByteArrayAsync(Base + Package);
        await AdvanceUntilAsync(ninth, mirror, time);

        Assert.Equal(mirror.OriginPackage().Content, await ninth);
        gate.Open();
        for (int i = 0; i < Trickling; i++)
        {
            Assert.Equal(mirror.OriginPackage("1.0.0", platforms[i]).Content, await slow[i].Content.ReadAsByteArrayAsync());
            slow[i].Dispose();
        }
    }

    [Fact]
    public async Task Package_BelowTheMinimumRate_IsAbortedAndNotStored()
    {
        var time = new ManualTimeProvider();
        var gate = new Gate();
        await using var mirror = await OriginFaultTests.StartLargeAsync(Size, upstream: RelaxedLimits, time: time);
        mirror.Origin.Misbehave(RequestKind.Package, Fault.Drip(2_000, gate));
        gate.Pass(1);

        using var response = await mirror.Client.GetAsync(Base + Package, HttpCompletionOption.ResponseHeadersRead);
        var body = response.Content.ReadAsByteArrayAsync();
        await AdvanceUntilAsync(body, mirror, time, gate);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => body);
        Assert.Equal(1, mirror.Origin.Count(RequestKind.Package));
        await OriginFaultTests.AssertNothingKeptAsync(mirror);
    }

    [Fact]
    public async Task Package_TakingLongerThanItsLengthAllows_IsAbortedAndNotStored()
    {
        var time = new ManualTimeProvider();
        var begun = time.GetUtcNow();
        var gate = new Gate();
        await using var mirror = await OriginFaultTests.StartLargeAsync(
            Size,
            upstream: options =>
                options with { Limits = options.Limits with { DocumentDeadline = TimeSpan.FromHours(1), PackageIdleTimeout = TimeSpan.FromHours(1) } },
            time: time);
        mirror.Origin.Misbehave(RequestKind.Package, Fault.HangAfter(300_000, gate));

        using var response = await mirror.Client.GetAsync(Base + Package, HttpCompletionOption.ResponseHeadersRead);
        var body = response.Content.ReadAsByteArrayAsync();
        await AdvanceUntilAsync(body, mirror, time);

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => body);
        Assert.True(time.GetUtcNow() >= begun + TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(Size / 16384.0));
        await OriginFaultTests.AssertNothingKeptAsync(mirror);
    }

    [Fact]
    public async Task Package_StallingBeforeItsFirstByteIsSent_Returns503()
    {
        var time = new ManualTimeProvider();
        await using var mirror = await OriginFaultTests.StartLargeAsync(Size, time: time);

        await CheckAsync(mirror, time, RequestKind.Package, Base + Package);
    }

    [Fact]
    public async Task ModuleArchive_StallingBeforeItsFirstByteIsSent_Returns503()
    {
        var time = new ManualTimeProvider();
        await using var mirror = await StartAsync(ModuleTests.SetUp, time: time);

        await CheckAsync(mirror, time, RequestKind.ModuleArchive, Archive);
    }

    [Fact]
    public async Task Package_PassedThroughAndInterruptedBeforeItsFirstByteIsSent_Returns503()
    {
        await using var mirror = await OriginFaultTests.StartLargeAsync(
            Size,
            options => options with { Packages = options.Packages with { Quota = 1000 } },
            options => options with { Limits = options.Limits with { PackageAttempts = 1 } });
        mirror.Origin.Misbehave(RequestKind.Package, Fault.NoRanges(), times: 1);
        mirror.Origin.Misbehave(RequestKind.Package, Fault.ResetAfter(100));

        using var response = await mirror.Client.GetAsync(Base + Package);

        await OriginFaultTests.AssertProblemAsync(response, 503);
        Assert.Equal(2, mirror.Origin.Count(RequestKind.Package));
        await OriginFaultTests.AssertNothingKeptAsync(mirror);
    }

    private static async Task CheckAsync(MirrorWithOrigin mirror, ManualTimeProvider time, RequestKind kind, string address)
    {
        using var gate = new OpenedGate();
        mirror.Origin.Misbehave(kind, Fault.HangAfter(100, gate.Gate));

        var answer = mirror.Client.GetAsync(address);
        await gate.Gate.WhenReached();
        // The response arrives after the origin's headers. Then the download stalls.
        using var head = await mirror.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, address));
        time.Advance(TimeSpan.FromSeconds(30));

        using var response = await answer;
        await OriginFaultTests.AssertProblemAsync(response, 503);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        Assert.Null(response.Headers.ETag);
        Assert.Equal(1, mirror.Origin.Count(kind));
        await OriginFaultTests.AssertNothingKeptAsync(mirror);
    }

    /// <summary>
    /// Advances the clock, with one block from the origin each time, until the task completes. Time counts only while the mirror waits for
    /// the origin.
    /// </summary>
    private static Task AdvanceUntilAsync(Task done, MirrorWithOrigin mirror, ManualTimeProvider time, Gate? gate = null) =>
        Eventually.TrueAsync(async () =>
    {
        if (done.IsCompleted)
        {
            return true;
        }

        time.Advance(TimeSpan.FromSeconds(30));
        gate?.Pass(1);
        (await mirror.Client.GetAsync("/health/live")).Dispose();
        return false;
    });

    /// <summary>Only its rate can end a download.</summary>
    private static UpstreamOptions RelaxedLimits(UpstreamOptions options) => options with
    {
        Limits =
            options.Limits with { DocumentDeadline = TimeSpan.FromDays(40), PackageIdleTimeout = TimeSpan.FromDays(40), PackageTimeAllowance = TimeSpan.FromDays(40) },
    };
}
