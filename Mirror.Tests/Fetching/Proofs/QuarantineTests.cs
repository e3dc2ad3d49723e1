using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Database;
using Mirror.Tests.Fetching.Documents;
using Mirror.Tests.Fetching.Packages;
using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using Mirror.Tests.Time;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Fetching.Proofs;

/// <summary>A version that failed verification is not listed until an attempt succeeds. Attempts do not need client requests.</summary>
public sealed class QuarantineTests : IDisposable
{
    private const string Diagnosis = $"/api/v1/groups/default/providers/{Host}/example/hello/diagnosis";

    private readonly string _directory = Directory.CreateTempSubdirectory("mirror-tests-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(RequestKind.Sums, "404", "SHA256SUMS")]
    [InlineData(RequestKind.Signature, "410", "signature")]
    [InlineData(RequestKind.Sums, "flip", "failed verification")]
    public async Task Version_FailedVerification_IsNotListedUntilAnAttemptSucceeds(RequestKind kind, string fault, string named)
    {
        var time = new ManualTimeProvider();
        await using var mirror = await StartAsync(time: time);
        using var broken = mirror.Origin.Misbehave(request => request.Kind == kind
            && request.Path.Contains("1.1.0", StringComparison.Ordinal), fault == "flip" ? Fault.Flip(0) : OriginFaults.Make(fault));

        using var refused = await mirror.Client.GetAsync(Base + "1.1.0.json");
        var listed = await ListAsync(mirror);
        var diagnosis = await mirror.GetJsonAsync(Diagnosis + "?version=1.1.0");
        // Each attempt is due after twice the previous interval, and needs no client request.
        foreach (var (minutes, attempts) in new[] { (1, 2), (2, 3), (4, 4) })
        {
            await AdvanceAsync(mirror, time, TimeSpan.FromMinutes(minutes), kind, attempts);
            Assert.DoesNotContain("1.1.0", await ListAsync(mirror));
        }

        broken.Dispose();
        await AdvanceAsync(mirror, time, TimeSpan.FromMinutes(8), kind, 5);

        Assert.Equal(502, (int)refused.StatusCode);
        Assert.Equal(["1.0.0", "2.0.0"], listed);
        Assert.Equal("quarantined", diagnosis.GetProperty("verdict").GetProperty("cause").GetString());
        string summary = diagnosis.GetProperty("verdict").GetProperty("summary").GetString()!;
        Assert.Contains(named, summary, StringComparison.Ordinal);
        Assert.True(fault == "flip"
            || summary.Contains($"_SHA256SUMS{(kind == RequestKind.Sums ? "" : ".sig")} responded with {fault}", StringComparison.Ordinal),
            summary);
        Assert.Contains("1.1.0", await ListAsync(mirror));
        Assert.Equal(0, await mirror.QueryAsync(db => db.Quarantine.CountAsync()));
        Assert.Equal(1, await mirror.QueryAsync(db => db.Audit.CountAsync(row => row.Action == "version.verify")));
    }

    [Fact]
    public async Task Version_FailedVerification_IsRetriedByAnExactRequestAfterTheNegativeTtl()
    {
        var time = new ManualTimeProvider();
        await using var mirror = await StartAsync(time: time);
        using var broken = mirror.Origin.Misbehave(request => request.Kind == RequestKind.Sums
            && request.Path.Contains("1.1.0", StringComparison.Ordinal), Fault.Status(404));
        using var first = await mirror.Client.GetAsync(Base + "1.1.0.json");
        await AdvanceAsync(mirror, time, TimeSpan.FromMinutes(1), RequestKind.Sums, 2);
        broken.Dispose();

        using var early = await mirror.Client.GetAsync(Base + "1.1.0.json");
        time.Advance(TimeSpan.FromSeconds(61));
        using var later = await mirror.Client.GetAsync(Base + "1.1.0.json");

        Assert.Equal([502, 502, 200], new[] { first, early, later }.Select(response => (int)response.StatusCode));
        Assert.Contains("1.1.0", await ListAsync(mirror));
    }

    [Fact]
    public async Task Version_FailedVerification_IsRetriedAfterARestart()
    {
        var time = new ManualTimeProvider();
        await using (var before = await StartAsync(configure: options => options with { DataDirectory = _directory }, time: time))
        {
            before.Origin.Misbehave(RequestKind.Sums, Fault.Status(404));
            using var refused = await before.Client.GetAsync(Base + "1.1.0.json");
            Assert.Equal(502, (int)refused.StatusCode);
        }

        time.Advance(TimeSpan.FromDays(2));
        await using var mirror = await StartAsync(configure: options => options with { DataDirectory = _directory }, time: time);
        await mirror.Origin.WhenRequested(request => request.Kind == RequestKind.Sums
            && request.Path.Contains("1.1.0", StringComparison.Ordinal));
        await Eventually.TrueAsync(async () => !await mirror.QueryAsync(db => db.Quarantine.AnyAsync()));
        await WhenListedAsync(mirror, "1.1.0");
    }

    [Fact]
    public async Task Version_NotRequestedForAWeek_IsNotRetried()
    {
        var time = new ManualTimeProvider();
        await using (var before = await StartAsync(configure: options => options with { DataDirectory = _directory }, time: time))
        {
            before.Origin.Misbehave(RequestKind.Sums, Fault.Status(404));
            using var refused = await before.Client.GetAsync(Base + "1.1.0.json");
        }

        time.Advance(TimeSpan.FromDays(8));
        await using var mirror = await StartAsync(configure: options => options with { DataDirectory = _directory }, time: time);
        // The next check is an hour away once this one has ended.
        await WhenPostponedAsync(mirror, time);

        Assert.Empty(mirror.Origin.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Version_FailedVerification_IsRetriedImmediatelyAfterRefreshOrPolicyChange(bool refresh)
    {
        var time = new ManualTimeProvider();
        await using var mirror = await StartAsync(time: time);
        using (mirror.Origin.Misbehave(request =>
            request.Kind == RequestKind.Sums && request.Path.Contains("1.1.0", StringComparison.Ordinal), Fault.Status(404)))
        {
            using var refused = await mirror.Client.GetAsync(Base + "1.1.0.json");
        }

        var changed = NextChange(mirror);
        using var done = refresh
            ? await mirror.Server.AdminClient.PostAsJsonAsync("/api/v1/groups/default/refresh", new { provider = $"{Host}/example/hello" })
            : await mirror.Server.AdminClient.PostAsJsonAsync(
                "/api/v1/groups/default/policy/rules", new { kind = "deny", provider = $"{Host}/example/other" });
        done.EnsureSuccessStatusCode();
        await mirror.Origin.WhenRequested(RequestKind.Sums, 2);
        await changed;

        Assert.Contains("1.1.0", await ListAsync(mirror));
    }

    [Fact]
    public async Task Outage_OfTheSumsDocument_KeepsTheVersionListedAndIsDiagnosed()
    {
        await using var mirror = await StartAsync(
            upstream: options => options with { Limits = options.Limits with { DocumentAttempts = 1 } });
        mirror.Origin.Misbehave(RequestKind.Sums, Fault.Status(500));

        using var document = await mirror.Client.GetAsync(Base + "2.0.0.json");
        var listed = await ListAsync(mirror);
        var diagnosis = await mirror.GetJsonAsync(Diagnosis + "?version=2.0.0");

        Assert.Equal(503, (int)document.StatusCode);
        Assert.Equal(["1.0.0", "1.1.0", "2.0.0"], listed);
        Assert.Contains(
            "_SHA256SUMS responded with 500", diagnosis.GetProperty("verdict").GetProperty("summary").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_NotCached_VerifiesTheHighestVersionOnce()
    {
        await using var mirror = await StartAsync(origin => origin.AddProvider("example/hello").AddVersions("1.0.0", "2.0.0", "3.0.0-rc1"));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => mirror.GetJsonAsync(Base + "index.json")));
        int asked = mirror.Origin.Requests.Count;
        await mirror.GetJsonAsync(Base + "2.0.0.json");

        Assert.Equal(asked, mirror.Origin.Requests.Count);
        Assert.Equal(1, mirror.Origin.Count(RequestKind.Sums));
        Assert.Equal(["2.0.0"], await mirror.QueryAsync(db => db.Proofs.Select(row => row.Version).ToListAsync()));
    }

    [Fact]
    public async Task List_WithFailingHighestVersions_OmitsThemAndVerifiesTheNext()
    {
        await using var mirror = await StartAsync(origin => origin.AddProvider("example/hello").AddVersions("1.0.0", "1.1.0")
            .AddVersion("2.0.0", version => version.Unsigned()).AddVersion(
                "3.0.0", version => version.SignedBy(TestKeys.Other).OfferKeys(TestKeys.Publisher)));

        var listed = await ListAsync(mirror);

        Assert.Equal(["1.0.0", "1.1.0"], listed);
        Assert.Equal(["1.1.0"], await mirror.QueryAsync(db => db.Proofs.Select(row => row.Version).ToListAsync()));
    }

    [Fact]
    public async Task List_WithAHiddenHighestVersion_VerifiesTheHighestVisibleOne()
    {
        await using var mirror = await StartAsync();
        using var rule = await mirror.Server.AdminClient.PostAsJsonAsync(
            "/api/v1/groups/default/policy/rules", new { kind = "deny", provider = $"{Host}/example/hello", versions = "2.0.0" });
        rule.EnsureSuccessStatusCode();

        await ListAsync(mirror);

        Assert.Equal(["1.1.0"], await mirror.QueryAsync(db => db.Proofs.Select(row => row.Version).ToListAsync()));
    }

    [Fact]
    public async Task List_WithASlowVerification_ListsTheVersionUntilItFails()
    {
        var time = new ManualTimeProvider();
        using var gate = new OpenedGate();
        await using var mirror = await StartAsync(
            origin => origin.AddProvider("example/hello")
                .AddVersions("1.0.0")
                .AddVersion("2.0.0", version => version.SignedBy(TestKeys.Other).OfferKeys(TestKeys.Publisher)),
            time: time);
        mirror.Origin.Misbehave(RequestKind.Sums, Fault.Hang(gate.Gate), times: 1);
        var changed = NextChange(mirror, after: 1);

        var index = ListAsync(mirror);
        await gate.Gate.WhenReached();
        time.Advance(TimeSpan.FromSeconds(1));
        var first = await index;
        gate.Gate.Open();
        await changed;

        Assert.Equal(["1.0.0", "2.0.0"], first);
        Assert.Equal(["1.0.0"], await ListAsync(mirror));
    }

    [Fact]
    public async Task List_ReceivedLate_IsServedInTimeDuringTheVerification()
    {
        var time = new ManualTimeProvider();
        using var late = new OpenedGate();
        using var never = new OpenedGate();
        // The second attempt would start after four seconds.
        await using var mirror = await StartAsync(
            upstream: options => options with { Limits = options.Limits with { DocumentAttempts = 1 } }, time: time);
        mirror.Origin.Misbehave(RequestKind.Versions, Fault.Hang(late.Gate), times: 1);
        mirror.Origin.Misbehave(RequestKind.Sums, Fault.Hang(never.Gate));

        var index = ListAsync(mirror);
        await late.Gate.WhenReached();
        time.Advance(TimeSpan.FromSeconds(7.5));
        late.Gate.Open();
        await never.Gate.WhenReached();
        time.Advance(TimeSpan.FromSeconds(0.5));

        Assert.Equal(["1.0.0", "1.1.0", "2.0.0"], await index.WaitAsync(Eventually.WaitTimeout, TimeProvider.System));
    }

    [Fact]
    public async Task List_Stale_VerifiesNewVersionsBeforeTheyAreRequested()
    {
        var time = new ManualTimeProvider();
        await using var mirror = await StartAsync(time: time);
        await ListAsync(mirror);
        mirror.Origin.Provider("example/hello").AddVersion("3.0.0", version => version.Unsigned());
        time.Advance(TimeSpan.FromMinutes(11));
        var changed = NextChange(mirror, after: 1);

        var stale = await ListAsync(mirror);
        await changed;

        Assert.DoesNotContain("3.0.0", stale);
        Assert.Equal(["1.0.0", "1.1.0", "2.0.0"], await ListAsync(mirror));
        Assert.Equal(
            1,
            mirror.Origin.Count(request => request.Kind == RequestKind.Download
                && request.Path.Contains("3.0.0", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Package_OfTheOnlyPlatformFailing_DoesNotCauseAnEmptyDocument()
    {
        var time = new ManualTimeProvider();
        await using var mirror = await OriginFaultTests.StartLargeAsync(time: time);
        await ListAsync(mirror);
        using (mirror.Origin.Misbehave(RequestKind.Package, Fault.Flip(5)))
        {
            await PackageFaultTests.AssertAbortedAsync(mirror);
        }

        await mirror.WhenIdleAsync();
        using var document = await mirror.Client.GetAsync(Base + "1.0.0.json");
        time.Advance(TimeSpan.FromSeconds(61));
        byte[] package = await mirror.Client.GetByteArrayAsync(Base + Package);
        await mirror.WhenIdleAsync();

        Assert.Equal(502, (int)document.StatusCode);
        Assert.Equal(mirror.OriginPackage().Content, package);
        Assert.Equal(0, await mirror.QueryAsync(db => db.Quarantine.CountAsync()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Version_Republished_IsNewAfterItsDeletion(bool stored)
    {
        var time = new ManualTimeProvider();
        await using var mirror = await StartAsync(
            origin => origin.AddProvider("example/hello").AddVersion("1.0.0", version => version.Platforms("linux_amd64", "linux_arm64")),
            time: time);
        await mirror.GetJsonAsync(Base + "1.0.0.json");
        if (stored)
        {
            await mirror.Client.GetByteArrayAsync(Base + "terraform-provider-hello_1.0.0_linux_arm64.zip");
            await mirror.WhenIdleAsync();
        }

        mirror.Origin.Provider("example/hello")
            .RemoveVersion("1.0.0")
            .AddVersion("1.0.0", version => version.Platforms("linux_amd64", "linux_arm64").PackageSize(5000));
        using var broken = await mirror.Client.GetAsync(Base + Package);
        await mirror.WhenIdleAsync();
        var diagnosis = (await mirror.GetJsonAsync(Diagnosis + "?version=1.0.0&platform=linux_amd64")).GetProperty("verdict");
        using var deleted = await mirror.Server.AdminClient.DeleteAsync(
            $"/api/v1/groups/default/providers/{Host}/example/hello/versions/1.0.0");
        byte[] package = await mirror.Client.GetByteArrayAsync(Base + Package);
        var archive = (await mirror.GetJsonAsync(Base + "1.0.0.json")).GetProperty("archives").GetProperty("linux_amd64");
        using var again = await mirror.Server.AdminClient.DeleteAsync(
            $"/api/v1/groups/default/providers/{Host}/example/hello/versions/9.0.0");

        Assert.Equal((502, 204, 404), ((int)broken.StatusCode, (int)deleted.StatusCode, (int)again.StatusCode));
        Assert.Contains(
            "the origin's package no longer matches the stored signed checksums. Delete the version to fetch its new proof",
            diagnosis.GetProperty("summary").GetString(),
            StringComparison.Ordinal);
        Assert.Contains("mirror delete-version", diagnosis.GetProperty("advice").GetString(), StringComparison.Ordinal);
        Assert.Equal(mirror.OriginPackage().Content, package);
        Assert.Contains(mirror.OriginPackage().ZipHash, archive.GetProperty("hashes").EnumerateArray().Select(hash => hash.GetString()));
        string? detail = await mirror.QueryAsync(
            db => db.Audit.Where(row => row.Action == "version.delete").Select(row => row.Detail).SingleAsync());
        Assert.Contains(TestKeys.Publisher.Fingerprint, detail, StringComparison.Ordinal);
        Assert.Contains("SHA256SUMS with the SHA-256 ", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Group_DeletedAndCreatedAgain_HasNoOldProofs()
    {
        const string Address = $"/v1/provider-mirror/providers/team/{Host}/example/hello/1.0.0.json";
        await using var mirror = await StartAsync();
        await MakeGroupAsync();
        await mirror.GetJsonAsync(Address);
        mirror.Origin.Provider("example/hello").RemoveVersion("1.0.0").AddVersion("1.0.0", version => version.PackageSize(5000));

        using var deleted = await mirror.Server.AdminClient.DeleteAsync("/api/v1/groups/team?force=true");
        await MakeGroupAsync();

        Assert.Equal(204, (int)deleted.StatusCode);
        Assert.Contains(mirror.OriginPackage().ZipHash, (await mirror.GetJsonAsync(Address)).GetRawText(), StringComparison.Ordinal);

        async Task MakeGroupAsync()
        {
            using var made = await mirror.Server.AdminClient.PostAsJsonAsync("/api/v1/groups", new { name = "team" });
            using var opened = await mirror.Server.AdminClient.PatchAsJsonAsync(
                "/api/v1/groups/team/settings", new { anonymousRead = true, automaticCaching = "on" });
            Assert.Equal((201, 200), ((int)made.StatusCode, (int)opened.StatusCode));
        }
    }

    [Fact]
    public async Task Platform_DeletedLast_KeepsTheProofOfTheVersion()
    {
        await using var mirror = await StartAsync();
        await mirror.Client.GetByteArrayAsync(Base + Package);
        await mirror.WhenIdleAsync();
        int asked = mirror.Origin.Count(RequestKind.Sums);

        using var deleted = await mirror.Server.AdminClient.DeleteAsync(
            $"/api/v1/groups/default/providers/{Host}/example/hello/versions/1.0.0/platforms/linux_amd64");
        await mirror.Client.GetByteArrayAsync(Base + Package);

        Assert.Equal(204, (int)deleted.StatusCode);
        Assert.Equal(asked, mirror.Origin.Count(RequestKind.Sums));
    }

    [Fact]
    public async Task Version_FetchedWithATokenAndDeleted_StaysHiddenFromAnonymousReaders()
    {
        await using var mirror = await StartAsync(
            origin => origin.AddProvider("example/hello").AddVersions("1.0.0").VisibleTo("secret"),
            upstream: options => options with { Hosts = [.. options.Hosts.Select(host => host with { Token = "secret" })] });
        await mirror.Server.AdminClient.GetByteArrayAsync(Base + Package);
        await mirror.WhenIdleAsync();

        using var deleted = await mirror.Server.AdminClient.DeleteAsync(
            $"/api/v1/groups/default/providers/{Host}/example/hello/versions/1.0.0");
        string keys = await mirror.Client.GetStringAsync("/api/v1/groups/default/keys");
        string statistics = await mirror.Client.GetStringAsync("/api/v1/groups/default/statistics");
        string shown = await mirror.Server.AdminClient.GetStringAsync("/api/v1/groups/default/keys");

        Assert.Equal(204, (int)deleted.StatusCode);
        Assert.DoesNotContain("hello", keys + statistics, StringComparison.Ordinal);
        Assert.Contains("hello", shown, StringComparison.Ordinal);
    }

    /// <summary>Advances the clock and waits until the due attempt has ended.</summary>
    private static async Task AdvanceAsync(MirrorWithOrigin mirror, ManualTimeProvider time, TimeSpan pause, RequestKind kind, int attempts)
    {
        var ended = NextChange(mirror);
        time.Advance(pause);
        await mirror.Origin.WhenRequested(request => request.Kind == kind
            && request.Path.Contains("1.1.0", StringComparison.Ordinal), attempts);
        await ended;
    }

    /// <summary>Completes at the next change of the catalog, after <paramref name="after"/> other changes.</summary>
    private static Task NextChange(MirrorWithOrigin mirror, int after = 0)
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        mirror.Server.Services.GetRequiredService<CatalogChanges>().Changed += _ =>
        {
            if (Interlocked.Decrement(ref after) < 0)
            {
                source.TrySetResult();
            }
        };
        return source.Task.WaitAsync(Eventually.WaitTimeout, TimeProvider.System);
    }

    private static Task WhenPostponedAsync(MirrorWithOrigin mirror, ManualTimeProvider time) =>
        Eventually.TrueAsync(
            async () => await mirror.QueryAsync(db => db.Quarantine.Select(row => row.Until).SingleAsync()) >= time.GetUtcNow());

    private static Task WhenListedAsync(MirrorWithOrigin mirror, string version) =>
        Eventually.TrueAsync(async () => (await ListAsync(mirror)).Contains(version));

    private static async Task<List<string>> ListAsync(MirrorWithOrigin mirror) =>
        [.. (await mirror.GetJsonAsync(Base + "index.json"))
            .GetProperty("versions")
            .EnumerateObject()
            .Select(version => version.Name)
            .Order(StringComparer.Ordinal)];
}
