using System.Net;
using System.Security.Cryptography.X509Certificates;
using Mirror.Core.Addresses;
using Xunit;

namespace Mirror.Tests.Origin;

/// <summary>The origin without faults: documents, files, ranges, conditional requests, counting, stopping.</summary>
public sealed class FakeOriginTests : OriginTest
{
    [Fact]
    public async Task Origin_WithAProvider_ServesTheWholeProtocol()
    {
        var version = Hello.AddVersion("1.1.0")["1.1.0"];

        var discovery = await JsonAsync("/.well-known/terraform.json");
        Assert.Equal(Origin.ProvidersUrl, new Uri(new Uri(Origin.Url), (string)discovery["providers.v1"]!).ToString());
        var versions = await JsonAsync(VersionsPath);
        Assert.Equal(["1.0.0", "1.1.0"], versions["versions"]!.AsArray().Select(listed => (string)listed!["version"]!));
        var download = await JsonAsync("/v1/providers/example/hello/1.1.0/download/linux/amd64");
        byte[] sums = await Client.GetByteArrayAsync((string)download["shasums_url"]!);
        byte[] signature = await Client.GetByteArrayAsync((string)download["shasums_signature_url"]!);
        byte[] package = await Client.GetByteArrayAsync((string)download["download_url"]!);

        Assert.Equal(version.Sha256Sums, sums);
        Assert.Equal(version.Signature, signature);
        Assert.Equal(version.Package("linux_amd64").Digest, Sha256Digest.Of(package));
        Assert.Equal(version.Package("linux_amd64").Digest.Hex, (string)download["shasum"]!);
        Assert.Equal(
            [RequestKind.Discovery, RequestKind.Versions, RequestKind.Download, RequestKind.Sums, RequestKind.Signature, RequestKind.Package],
            Origin.Requests.Select(request => request.Kind));
        Assert.All(Origin.Counts(), count => Assert.Equal(1, count.Value));
        Origin.AssertNoViolations();
    }

    [Theory]
    [InlineData("bytes=0-", 0, 0)]
    [InlineData("bytes=10-", 10, 0)]
    [InlineData("bytes=10-19", 10, -10)]
    [InlineData("bytes=-7", -7, 0)]
    public async Task Package_RangeRequested_ReturnsTheRange(string range, int start, int length)
    {
        int total = PackageContent.Length;
        start = start < 0 ? total + start : start;
        length = length < 0 ? -length : total - start;

        using var response = await GetAsync(PackagePath, ("Range", range));

        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal($"bytes {start}-{start + length - 1}/{total}", response.Content.Headers.ContentRange?.ToString());
        Assert.Equal(PackageContent.AsSpan(start, length).ToArray(), await response.Content.ReadAsByteArrayAsync());
        Assert.Equal(range, Origin.Requests.Single().Range);
        Origin.AssertNoViolations();
    }

    [Fact]
    public async Task Package_RangeBeyondItsEndRequested_ReturnsNotSatisfiable()
    {
        using var response = await GetAsync(PackagePath, ("Range", $"bytes={PackageContent.Length}-"));

        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, response.StatusCode);
        Assert.Equal(PackageContent.Length, response.Content.Headers.ContentRange?.Length);
    }

    [Fact]
    public async Task Package_ReplacedSinceTheFirstRange_ReturnsEverythingForIfRange()
    {
        using var first = await GetAsync(PackagePath);
        string tag = first.Headers.ETag!.Tag;
        using (var unchanged = await GetAsync(PackagePath, ("Range", "bytes=5-"), ("If-Range", tag)))
        {
            Assert.Equal(HttpStatusCode.PartialContent, unchanged.StatusCode);
        }

        Hello["1.0.0"].Content("linux_amd64", [1, 2, 3, 4, 5, 6, 7]);

        using var changed = await GetAsync(PackagePath, ("Range", "bytes=5-"), ("If-Range", tag));
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], await changed.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Package_HeadRequested_ReturnsTheLengthWithoutABody()
    {
        using var response = await SendAsync(HttpMethod.Head, PackagePath);

        Assert.Equal(PackageContent.Length, response.Content.Headers.ContentLength);
        Assert.Equal("bytes", response.Headers.AcceptRanges.Single());
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal(0, Origin.Requests.Single().BodyBytesSent);
    }

    [Fact]
    public async Task Versions_RequestedConditionally_ReturnNotModifiedUntilTheyChange()
    {
        Origin.EntityTags = true;
        using var first = await GetAsync(VersionsPath);
        string tag = first.Headers.ETag!.Tag;

        using var same = await GetAsync(VersionsPath, ("If-None-Match", tag));
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        Hello.AddVersion("1.2.0");
        using var changed = await GetAsync(VersionsPath, ("If-None-Match", tag));

        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.NotEqual(tag, changed.Headers.ETag!.Tag);
        Origin.AssertNoViolations();
    }

    [Fact]
    public async Task Origin_StoppedAndStartedAgain_RefusesConnectionsThenUsesItsPortAgain()
    {
        await JsonAsync(VersionsPath);

        await Origin.StopAsync();
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(VersionsPath));
        Assert.Equal(HttpRequestError.ConnectionError, refused.HttpRequestError);
        Origin.StartAgain();

        await JsonAsync(VersionsPath);
        Assert.Equal(2, Origin.Count(VersionsPath));
        Assert.Equal(2, Origin.ConnectionsAccepted);
    }

    [Fact]
    public async Task Origin_RequestedConcurrently_AnswersAndCountsEachRequest()
    {
        var gate = new Gate();
        using (Origin.Misbehave(RequestKind.Package, Fault.Hang(gate)))
        {
            var requests = Enumerable.Range(0, 64).Select(_ => Client.GetByteArrayAsync(UrlOf(PackagePath))).ToArray();
            await gate.WhenReached(64);
            gate.Open();

            Assert.All(await Task.WhenAll(requests), body => Assert.Equal(PackageContent, body));
        }

        Assert.Equal(64, Origin.Count(RequestKind.Package));
        Assert.Equal(64, Origin.MostAtOnce(RequestKind.Package));
        Assert.Equal(Enumerable.Range(1, 64), Origin.Requests.Select(request => request.Number));
        Assert.Equal(64, Origin.Requests.Select(request => request.ConnectionNumber).Distinct().Count());
    }

    [Fact]
    public async Task Origin_RequestedAgain_KeepsTheConnection()
    {
        await JsonAsync(VersionsPath);
        await JsonAsync(DownloadPath);

        Assert.Equal([1, 1], Origin.Requests.Select(request => request.ConnectionNumber));
        Assert.Equal(1, Origin.ConnectionsAccepted);
    }

    [Fact]
    public async Task Origin_WithACertificate_RespondsOverTls()
    {
        using var certificate = OriginCertificate.Create();
        await using var origin = FakeOrigin.Start(certificate);
        origin.AddProvider("example/hello").AddVersion("1.0.0");
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, _, _) =>
            presented is X509Certificate2 shown && shown.Thumbprint == certificate.Thumbprint;
        using var client = new HttpClient(handler);

        string document = await client.GetStringAsync(origin.HttpsUrl + DownloadPath[1..]);
        byte[] package = await client.GetByteArrayAsync(origin.HttpsUrl + PackagePath[1..]);

        Assert.Contains(origin.HttpsUrl + PackagePath[1..], document, StringComparison.Ordinal);
        Assert.Equal(origin.Provider("example/hello")["1.0.0"].Package("linux_amd64").Content, package);
        Assert.All(origin.Requests, request => Assert.True(request.IsTls));
    }

    [RequiresToolFact("terraform")]
    public async Task Origin_UsedByTerraform_IsAcceptedWithoutViolations()
    {
        using var certificate = OriginCertificate.Create();
        await using var origin = FakeOrigin.Start(certificate);
        origin.AddProvider("example/hello").AddVersions("1.0.0", "1.1.0");
        using var terraform = new TerraformInit();

        string output = await terraform.RunAsync(
            origin.HttpsUrl + "v1/providers/", certificate.ExportCertificatePem(), "example/hello");

        Assert.Contains(
            $"Installed registry.example.com/example/hello v1.1.0 (self-signed, key ID {TestKeys.Publisher.KeyId})",
            output,
            StringComparison.Ordinal);
        string lockFile = await File.ReadAllTextAsync(Path.Combine(terraform.Directory, ".terraform.lock.hcl"));
        FakePackage[] packages = [.. new[] { "linux_amd64", "linux_arm64", "darwin_arm64", "windows_amd64" }
            .Select(origin.Provider("example/hello")["1.1.0"].Package)];
        Assert.All(packages, package => Assert.Contains(package.ZipHash, lockFile, StringComparison.Ordinal));
        Assert.Single(packages, package => lockFile.Contains(package.ContentHash, StringComparison.Ordinal));
        origin.AssertNoViolations();
    }

    [Fact]
    public async Task WhenRequested_CalledBeforeAndAfter_ReturnsTheRequest()
    {
        var before = Origin.WhenRequested(RequestKind.Versions, count: 2);
        await JsonAsync(VersionsPath);
        Assert.False(before.IsCompleted);
        await JsonAsync(VersionsPath);

        Assert.Equal(2, (await before).Number);
        Assert.Equal(1, (await Origin.WhenRequested(request => request.Path == VersionsPath)).Number);
        Assert.Equal(RequestOutcome.Answered, await (await before).Ended);
    }
}
