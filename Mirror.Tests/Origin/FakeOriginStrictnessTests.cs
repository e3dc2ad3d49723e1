using System.Net;
using System.Text;
using Mirror.Tests.Origin.Wire;
using Xunit;

namespace Mirror.Tests.Origin;

/// <summary>The violations that the origin records, and its access checks.</summary>
public sealed class FakeOriginStrictnessTests : OriginTest
{
    [Theory]
    [InlineData("GET", "/unknown", "no such path")]
    [InlineData("GET", "/v1/providers/example/hello/versions/", "no such path")]
    [InlineData("GET", "//v1/providers/example/hello/versions", "no such path")]
    [InlineData("GET", "/v1/providers/example/hello/9.9.9/download/linux/amd64", "no version '9.9.9'")]
    [InlineData("GET", "/v1/providers/example/hello/1.0.0/download/plan9/amd64", "not listed for plan9_amd64")]
    [InlineData("GET", "/releases/example/hello/1.0.0/other.zip", "no file 'other.zip'")]
    [InlineData("POST", VersionsPath, "only GET and HEAD")]
    [InlineData("GET", VersionsPath + "?page=2", "unexpected query 'page=2'")]
    [InlineData("GET", VersionsPath, "unexpected Range", "Range", "bytes=0-")]
    [InlineData("GET", PackagePath, "unexpected Range", "Range", "bytes=9-2")]
    [InlineData("GET", VersionsPath, "no entity tag was given", "If-None-Match", "\"x\"")]
    [InlineData("GET", VersionsPath, "unexpected header Cookie", "Cookie", "a=b")]
    [InlineData("GET", VersionsPath, "asks for none", "Authorization", "Bearer t")]
    [InlineData("GET", DownloadPath, "asks for none", "Authorization", "Bearer t")]
    [InlineData("GET", SumsPath, "where clients send none", "Authorization", "Bearer t")]
    [InlineData("GET", SignaturePath, "where clients send none", "Authorization", "Bearer t")]
    [InlineData("GET", PackagePath, "where clients send none", "Authorization", "Bearer t")]
    public async Task Violation_OfEachKind_IsRecorded(string method, string path, string breach, string? header = null, string value = "")
    {
        using var response = await SendAsync(new HttpMethod(method), path, header is null ? [] : [(header, value)]);

        Assert.Contains(
            breach,
            Assert.Single(Origin.Violations, violation => !violation.Contains("Content-Length", StringComparison.Ordinal)),
            StringComparison.Ordinal);
        var failure = Assert.Throws<Xunit.Sdk.FailException>(Origin.AssertNoViolations);
        Assert.Contains(breach, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Violation_OfHttpItself_IsRecorded()
    {
        using var client = new RawClient();
        await client.ConnectAsync(Origin.Url);
        await client.SendAsync("EHLO origin\r\n\r\n");

        Assert.Equal(ConnectionEnd.Reset, (await client.ReadToEndAsync()).End);
        Assert.Contains("EHLO", Assert.Single(Origin.Violations), StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownProvider_Requested_ReturnsNotFoundWithoutAViolation()
    {
        using var response = await GetAsync("/v1/providers/example/unknown/versions");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Origin.AssertNoViolations();
    }

    [Fact]
    public async Task ListedPlatform_WithoutAPackage_ReturnsNotFoundWithoutAViolation()
    {
        Hello.AddVersion("1.1.0", version => version.Platforms("linux_amd64").ListOnly("plan9_amd64"));

        using var response = await GetAsync("/v1/providers/example/hello/1.1.0/download/plan9/amd64");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("plan9", await Client.GetStringAsync(UrlOf(VersionsPath)), StringComparison.Ordinal);
        Origin.AssertNoViolations();
    }

    [Theory]
    [InlineData("/.well-known/terraform.json")]
    [InlineData(VersionsPath)]
    [InlineData(DownloadPath)]
    public async Task Document_WithARequiredToken_NeedsIt(string path)
    {
        Origin.RequireToken("first", "second");

        await JsonAsync(path, ("Authorization", "Bearer first"));
        await JsonAsync(path, ("Authorization", "Bearer second"));
        Origin.AssertNoViolations();
        using var missing = await GetAsync(path);
        using var wrong = await GetAsync(path, ("Authorization", "Bearer third"));

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (missing.StatusCode, wrong.StatusCode));
        Assert.Equal("Bearer", missing.Headers.WwwAuthenticate.ToString());
        Assert.Collection(
            Origin.Violations,
            violation => Assert.Contains("the token is missing", violation, StringComparison.Ordinal),
            violation => Assert.Contains("not one of this origin's", violation, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Files_WithARequiredToken_NeedNone()
    {
        Origin.RequireToken("first");

        foreach (string path in new[] { SumsPath, SignaturePath, PackagePath })
        {
            using var response = await GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Origin.AssertNoViolations();
    }

    [Fact]
    public async Task PrivateProvider_RequestedWithAnotherToken_ReturnsNotFound()
    {
        Origin.RequireToken("ours", "theirs");
        Hello.VisibleTo("ours");

        await JsonAsync(VersionsPath, ("Authorization", "Bearer ours"));
        using var hidden = await GetAsync(VersionsPath, ("Authorization", "Bearer theirs"));

        Assert.Equal(HttpStatusCode.NotFound, hidden.StatusCode);
        Origin.AssertNoViolations();
    }

    [Fact]
    public async Task PackageUrl_AfterItExpired_ReturnsForbiddenUntilRenewed()
    {
        Origin.ExpiringPackageUrls = true;
        string first = (string)(await JsonAsync(DownloadPath))["download_url"]!;
        Assert.Equal(PackageContent, await Client.GetByteArrayAsync(first));

        Origin.ExpirePackageUrls();
        using var expired = await Client.GetAsync(first);
        string second = (string)(await JsonAsync(DownloadPath))["download_url"]!;

        Assert.Equal(HttpStatusCode.Forbidden, expired.StatusCode);
        Assert.NotEqual(first, second);
        Assert.Equal(PackageContent, await Client.GetByteArrayAsync(second));
        Origin.AssertNoViolations();
    }

    [Fact]
    public async Task SetUp_Inconsistent_IsRecordedAsAViolation()
    {
        Hello.EditVersions(_ => throw new InvalidOperationException("a mistake in the test"));

        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(VersionsPath));

        Assert.Contains("a mistake in the test", Assert.Single(Origin.Violations), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddFile_WithAnyQuery_ServesTheFile()
    {
        Origin.AddFile("/cdn/file", "content"u8.ToArray(), "text/plain");

        Assert.Equal("content", await Client.GetStringAsync(UrlOf("/cdn/file?signature=abc")));
        Assert.Equal(RequestKind.Other, Origin.Requests.Single().Kind);
        Assert.Equal("signature=abc", Origin.Requests.Single().Query);
        Origin.AssertNoViolations();
        Assert.Equal("content", Encoding.UTF8.GetString(await Client.GetByteArrayAsync(UrlOf("/cdn/file"))));
    }
}
