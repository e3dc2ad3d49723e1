using System.IO.Compression;
using System.Net;
using Xunit;

namespace Mirror.Tests.Origin;

/// <summary>Faults that change a response, and the rules that select requests.</summary>
public sealed class FakeOriginFaultTests : OriginTest
{
    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(410)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Status_OfEachEndpoint_IsReturned(int status)
    {
        (RequestKind Kind, string Path)[] endpoints =
        [
            (RequestKind.Discovery, "/.well-known/terraform.json"),
            (RequestKind.Versions, VersionsPath), (RequestKind.Download, DownloadPath),
            (RequestKind.Sums, SumsPath), (RequestKind.Signature, SignaturePath), (RequestKind.Package, PackagePath),
        ];
        foreach (var (kind, path) in endpoints)
        {
            using (Origin.Misbehave(kind, Fault.Status(status)))
            {
                using var response = await GetAsync(path);
                Assert.Equal(status, (int)response.StatusCode);
                Assert.Equal(status, Origin.Requests[^1].Status);
            }

            using var healed = await GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, healed.StatusCode);
        }

        Origin.AssertNoViolations();
    }

    [Fact]
    public async Task Status_ForTheFirstTwoRequests_IsFollowedByTheRealResponse()
    {
        var rule = Origin.Misbehave(RequestKind.Versions, Fault.Status(429, retryAfter: "1"), times: 2);

        for (int i = 0; i < 2; i++)
        {
            using var refused = await GetAsync(VersionsPath);
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter?.Delta);
        }

        await JsonAsync(VersionsPath);
        Assert.Equal(2, rule.Applied);
    }

    [Fact]
    public async Task Rules_Several_ApplyInOrderUntilUsedUpOrEnded()
    {
        Origin.Misbehave(RequestKind.Versions, Fault.Status(500), times: 1);
        Origin.Misbehave(request => request.Path == VersionsPath, Fault.Status(502), times: 1);
        Origin.Misbehave(RequestKind.Versions, Fault.Status(503));
        var statuses = new List<int>();
        for (int i = 0; i < 4; i++)
        {
            using var response = await GetAsync(VersionsPath);
            statuses.Add((int)response.StatusCode);
        }

        Origin.Behave();

        Assert.Equal([500, 502, 503, 503], statuses);
        await JsonAsync(VersionsPath);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("https://other.example.net/file.zip")]
    [InlineData("/elsewhere")]
    public async Task Redirect_ToAnyAddress_IsReturnedUnchanged(string location)
    {
        Origin.Misbehave(RequestKind.Package, Fault.Redirect(location, status: 307));

        using var response = await GetAsync(PackagePath);

        Assert.Equal(HttpStatusCode.TemporaryRedirect, response.StatusCode);
        Assert.Equal(location, response.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task RedirectLoop_Followed_ReturnsToTheSameUrl()
    {
        Origin.Misbehave(RequestKind.Versions, Fault.RedirectLoop());
        using var follower = new HttpClient(new SocketsHttpHandler { MaxAutomaticRedirections = 5 });

        using var response = await follower.GetAsync(UrlOf(VersionsPath));

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        Assert.Equal(6, Origin.Count(VersionsPath));
    }

    [Fact]
    public async Task Html_AsAResponse_HasStatusOk()
    {
        Origin.Misbehave(RequestKind.Versions, Fault.Html());

        using var response = await GetAsync(VersionsPath);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith("<!DOCTYPE html>", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData(null)]
    public async Task ContentType_Changed_KeepsTheBody(string? contentType)
    {
        string body = await Client.GetStringAsync(UrlOf(VersionsPath));
        Origin.Misbehave(RequestKind.Versions, Fault.ContentType(contentType));

        using var response = await GetAsync(VersionsPath);

        Assert.Equal(contentType, response.Content.Headers.ContentType?.ToString());
        Assert.Equal(body, await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task Flip_OfAPackage_ChangesOnlyThatByteEvenInRanges(int offset)
    {
        byte[] expected = [.. PackageContent];
        expected[offset < 0 ? expected.Length + offset : offset] ^= 0xFF;
        Origin.Misbehave(RequestKind.Package, Fault.Flip(offset));

        byte[] whole = await Client.GetByteArrayAsync(UrlOf(PackagePath));
        using var part = await GetAsync(PackagePath, ("Range", "bytes=5-"));

        Assert.Equal(expected, whole);
        Assert.Equal(expected[5..], await part.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task ByteOrderMark_InAResponse_PrecedesTheBody()
    {
        byte[] body = await Client.GetByteArrayAsync(UrlOf(VersionsPath));
        Origin.Misbehave(RequestKind.Versions, Fault.ByteOrderMark());

        Assert.Equal([0xEF, 0xBB, 0xBF, .. body], await Client.GetByteArrayAsync(UrlOf(VersionsPath)));
    }

    [Fact]
    public async Task Gzip_NotRequested_CompressesTheBody()
    {
        byte[] body = await Client.GetByteArrayAsync(UrlOf(VersionsPath));
        Origin.Misbehave(RequestKind.Versions, Fault.Gzip());

        using var response = await GetAsync(VersionsPath);

        Assert.Equal("gzip", response.Content.Headers.ContentEncoding.Single());
        using var unpacked = new MemoryStream();
        await using (var gzip = new GZipStream(await response.Content.ReadAsStreamAsync(), CompressionMode.Decompress))
        {
            await gzip.CopyToAsync(unpacked);
        }

        Assert.Equal(body, unpacked.ToArray());
    }

    [Fact]
    public async Task NoRanges_ForARangeRequest_ReturnsEverything()
    {
        Origin.Misbehave(RequestKind.Package, Fault.NoRanges());

        using var response = await GetAsync(PackagePath, ("Range", "bytes=10-"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(response.Headers.AcceptRanges);
        Assert.Equal(PackageContent, await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task ShiftedRange_ForARangeRequest_ReturnsAnotherRange()
    {
        Origin.Misbehave(RequestKind.Package, Fault.RangeShift(-3));

        using var response = await GetAsync(PackagePath, ("Range", "bytes=10-19"));

        Assert.Equal(7, response.Content.Headers.ContentRange?.From);
        Assert.Equal(PackageContent[7..17], await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task With_AChangeAndADelivery_AppliesBoth()
    {
        var gate = new Gate();
        Origin.Misbehave(RequestKind.Versions, Fault.Status(503).With(Fault.Hang(gate)));

        var answer = GetAsync(VersionsPath);
        await gate.WhenReached();
        Assert.False(answer.IsCompleted);
        gate.Open();

        using var response = await answer;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Fact]
    public async Task With_TwoChanges_AppliesBothInOrder()
    {
        Origin.Misbehave(RequestKind.Package, Fault.Body(_ => "long"u8.ToArray()).With(Fault.Body(body => [.. body, .. "er"u8])));

        Assert.Equal("longer", await Client.GetStringAsync(UrlOf(PackagePath)));
    }
}
