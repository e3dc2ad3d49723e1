using System.Net;
using Mirror.Tests.Origin;
using static Mirror.Tests.Protocols.MirrorWithOrigin;
using static Mirror.Tests.Protocols.Registry.RegistryAddresses;

namespace Mirror.Tests.Protocols.Registry;

/// <summary>If the origin fails, clients of the provider registry protocol get an error, and never a broken document.</summary>
public sealed class RegistryFaultTests
{
    // Faults of the origin in each kind of document, with the resulting status.
    private static readonly (string Fault, int Status)[] Common =
        [("reset", 503), ("500", 503), ("429", 503), ("401", 502), ("endless", 502), ("garbage", 502)];

    [Fact]
    public Task Versions_OfAFailingOrigin_ReturnAProblemAndRecover() =>
        CheckAsync(RequestKind.Versions, "versions", [.. Common, ("404", 404), ("html", 502), ("private", 502)]);

    [Fact]
    public Task Download_OfAFailingOrigin_ReturnsAProblemAndRecovers() =>
        CheckAsync(RequestKind.Download, "1.0.0/download/linux/amd64", [.. Common, ("404", 404), ("html", 502)]);

    [Fact]
    public Task Sums_OfAFailingOrigin_ReturnAProblemAndRecover() =>
        CheckAsync(RequestKind.Sums, "1.0.0/terraform-provider-{0}_1.0.0_SHA256SUMS", [.. Common, ("404", 502), ("flip", 502)]);

    [Fact]
    public Task Signature_OfAFailingOrigin_ReturnsAProblemAndRecovers() =>
        CheckAsync(RequestKind.Signature, "1.0.0/terraform-provider-{0}_1.0.0_SHA256SUMS.sig", [.. Common, ("404", 502), ("flip", 502)]);

    private static async Task CheckAsync(RequestKind kind, string path, (string Fault, int Status)[] cases)
    {
        await using var mirror = await StartAsync(
            origin =>
            {
                foreach (var (fault, _) in cases)
                {
                    origin.AddProvider($"example/fault{fault}").AddVersions("1.0.0");
                    origin.Misbehave(request => request.Kind == kind
                        && request.Path.Contains($"/fault{fault}/", StringComparison.Ordinal), FaultOf(fault));
                }
            },
            upstream: options => options with
            {
                NegativeTtl = TimeSpan.Zero,
                Limits = options.Limits with { DocumentAttempts = 1, BreakerFailures = 1000, UnknownVersionInterval = TimeSpan.Zero },
            });
        string UrlOf(string fault) =>
            RegistryAddresses.Base + $"example/fault{fault}/" + path.Replace("{0}", "fault" + fault, StringComparison.Ordinal);

        foreach (var (fault, status) in cases)
        {
            using var response = await mirror.Client.GetAsync(UrlOf(fault));
            Assert.Equal((fault, status), (fault, (int)response.StatusCode));
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            Assert.Equal(status == 503 ? "1" : null, response.Headers.RetryAfter?.ToString());
        }

        mirror.Origin.Behave();
        foreach (var (fault, _) in cases)
        {
            using var response = await mirror.Client.GetAsync(UrlOf(fault));
            Assert.Equal((fault, HttpStatusCode.OK), (fault, response.StatusCode));
        }
    }

    [Fact]
    public async Task Package_DifferentFromTheSignedOne_IsAborted()
    {
        await using var mirror = await StartAsync(
            origin => origin.AddProvider("example/hello").AddVersion("1.0.0", version => version.PackageSize(100_000)));
        mirror.Origin.Misbehave(RequestKind.Package, Fault.Flip(50_000));

        await Assert.ThrowsAsync<HttpRequestException>(() => mirror.Client.GetByteArrayAsync(RegistryAddresses.Package));
        await mirror.WhenIdleAsync();
        using var download = await mirror.Client.GetAsync(Download);
        using var package = await mirror.Client.GetAsync(RegistryAddresses.Package);
        var others = await mirror.GetJsonAsync(Hello + "1.0.0/download/windows/amd64");

        // Not 404, because clients would report that the platform is not supported.
        Assert.Equal(HttpStatusCode.BadGateway, download.StatusCode);
        Assert.Equal(HttpStatusCode.BadGateway, package.StatusCode);
        Assert.DoesNotContain("linux_amd64", others.GetProperty("packages").EnumerateObject().Select(item => item.Name));
        Assert.Equal(0, await mirror.CountPackageRowsAsync());
    }

    [Fact]
    public async Task Package_Interrupted_IsResumed()
    {
        await using var mirror = await StartAsync(
            origin => origin.AddProvider("example/hello").AddVersion("1.0.0", version => version.PackageSize(100_000)));
        mirror.Origin.Misbehave(RequestKind.Package, Fault.ResetAfter(50_000), times: 1);

        byte[] package = await mirror.Client.GetByteArrayAsync(RegistryAddresses.Package);

        Assert.Equal(mirror.OriginPackage().Content, package);
        Assert.Equal(2, mirror.Origin.Count(RequestKind.Package));
    }

    [Fact]
    public async Task Release_WithABlankLineInItsSums_IsRejectedAndNoLongerListed()
    {
        await using var mirror = await StartAsync(
            origin => origin.AddProvider("example/hello").AddVersions("1.1.0").AddVersion("1.0.0", version => version.BlankLineInSums()));

        using var sums = await mirror.Client.GetAsync(Sums);
        using var download = await mirror.Client.GetAsync(Download);
        var versions = await mirror.GetJsonAsync(Versions);

        Assert.Equal(HttpStatusCode.BadGateway, sums.StatusCode);
        Assert.Equal(HttpStatusCode.BadGateway, download.StatusCode);
        Assert.Equal("1.1.0", Assert.Single(versions.GetProperty("versions").EnumerateArray()).GetProperty("version").GetString());
    }

    private static Fault FaultOf(string name) => name switch
    {
        "reset" => Fault.Reset(),
        "endless" => Fault.EndlessBody(),
        "garbage" => Fault.Garbage(),
        "html" => Fault.Html(),
        "flip" => Fault.Flip(20),
        "private" => Fault.Redirect("https://169.254.169.254/latest/meta-data"),
        _ => Fault.Status(int.Parse(name, System.Globalization.CultureInfo.InvariantCulture)),
    };
}
