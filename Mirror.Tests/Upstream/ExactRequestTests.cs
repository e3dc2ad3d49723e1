using Mirror.Tests.Origin;
using Mirror.Tests.Protocols;
using static Mirror.Tests.Protocols.MirrorWithOrigin;

namespace Mirror.Tests.Upstream;

/// <summary>
/// URLs in documents and redirects are requested with exactly the same bytes, because object stores sign them and look up names by them.
/// </summary>
public sealed class ExactRequestTests
{
    private const string Path = "/store/a%7Eb/c%2Fd+e~/../%2e%2e/x(1)'.zip";
    private const string Query = "X-Amz-Signature=%2b%7E+a%20b&X-Amz-Date=2026%2f11&'=%27;~";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Redirect_OfAPackage_IsFollowedUnchanged(bool absolute)
    {
        await using var mirror = await StartAsync();
        mirror.Origin.AddFile(Path, mirror.OriginPackage().Content);
        mirror.Origin.Misbehave(
            RequestKind.Package, Fault.Redirect((absolute ? mirror.Origin.Url.TrimEnd('/') : "") + Path + "?" + Query + "#fragment"));

        byte[] content = await mirror.Client.GetByteArrayAsync(Base + Package);

        Assert.Equal(mirror.OriginPackage().Content, content);
        Assert.Equal([Query], mirror.Origin.Requests.Where(request => request.Path == Path).Select(request => request.Query));
    }

    [Theory]
    [InlineData("download_url", true)]
    [InlineData("download_url", false)]
    [InlineData("shasums_url", true)]
    [InlineData("shasums_signature_url", true)]
    public async Task UrlInADownloadDocument_Requested_IsUnchanged(string member, bool absolute)
    {
        string url = "";
        await using var mirror = await StartAsync(origin =>
        {
            url = (absolute ? origin.Url.TrimEnd('/') : "") + Path + "?" + Query;
            var version = origin.AddProvider("example/hello").AddVersion("1.0.0", version => version.EditDownload(document => document[member] = url))["1.0.0"];
            origin.AddFile(Path, member switch
            {
                "shasums_url" => version.Sha256Sums,
                "shasums_signature_url" => version.Signature!,
                _ => version.Package("linux_amd64").Content,
            });
        });

        byte[] content = await mirror.Client.GetByteArrayAsync(Base + Package);

        Assert.Equal(mirror.OriginPackage().Content, content);
        Assert.Equal([Query], mirror.Origin.Requests.Where(request => request.Path == Path).Select(request => request.Query).Distinct());
    }

    [Fact]
    public async Task ServicePath_WithEscapes_IsKeptInRequests()
    {
        await using var mirror = await StartAsync();
        mirror.Origin.EditDiscovery = services => services["modules.v1"] = "/m%7Eo%2Fd/";

        using var response = await mirror.Client.GetAsync($"/v1/registries/{Host}/modules/example/network/aws/versions");

        Assert.Equal(1, mirror.Origin.Count("/m%7Eo%2Fd/example/network/aws/versions"));
    }
}
