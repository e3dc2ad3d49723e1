using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Tests.Http;
using Mirror.Tests.Importing;
using Xunit;

namespace Mirror.Tests.Features.Mirrors;

public sealed class ApiReadTests(ApiServer fixture) : IClassFixture<ApiServer>
{
    private const string Null = "/api/v1/groups/default/providers/registry.terraform.io/hashicorp/null/versions/";

    private HttpClient Http => fixture.Server.Client;

    [Theory]
    [InlineData("", new[] { "null 1.1.0", "null 1.0.0", "other 2.0.0" })]
    [InlineData("?sort=version&descending=true", new[] { "other 2.0.0", "null 1.1.0", "null 1.0.0" })]
    [InlineData("?sort=version", new[] { "null 1.0.0", "null 1.1.0", "other 2.0.0" })]
    [InlineData("?search=hashicorp", new[] { "null 1.1.0", "null 1.0.0" })]
    [InlineData("?search=hashicorp%2Fnull%201.0.0", new[] { "null 1.0.0" })]
    [InlineData("?search=example.com", new[] { "other 2.0.0" })]
    [InlineData("?search=nothing", new string[0])]
    [InlineData("?hostname=registry.terraform.io&sort=version", new[] { "null 1.0.0", "null 1.1.0" })]
    [InlineData("?provider=hashicorp/null&platform=plan9_mips", new string[0])]
    [InlineData("?trust=empty", new string[0])]
    [InlineData("?cachedBefore=2000-01-01T00:00:00Z", new string[0])]
    [InlineData("?cachedFrom=2000-01-01T00:00:00Z&unusedSince=2000-01-01T00:00:00Z", new string[0])]
    [InlineData("?hidden=true", new string[0])]
    [InlineData("?hidden=false&search=example.com", new[] { "other 2.0.0" })]
    public async Task ListVersions_Query_SearchesAndSorts(string query, string[] expected)
    {
        var list = await Http.GetFromJsonAsync<JsonObject>(new Uri("/api/v1/groups/default/versions" + query, UriKind.Relative));

        Assert.Equal(
            expected, list!["items"]!.AsArray().Select(item => $"{((string)item!["provider"]!).Split('/')[^1]} {item["version"]}"));
        Assert.Equal(expected.Length, (int)list["total"]!);
    }

    [Theory]
    [InlineData("trust=5", "trust: '5' is not valid")]
    [InlineData("hostname=a%20b", "hostname: 'a b' is not a hostname")]
    [InlineData("provider=aws", "provider: 'aws' is not a provider source address")]
    [InlineData("platform=linux", "platform: 'linux' is not a platform")]
    public async Task ListVersions_FilterMalformed_IsRejectedByName(string query, string fault)
    {
        using var answer = await Http.GetAsync(new Uri("/api/v1/groups/default/versions?" + query, UriKind.Relative));

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(fault, (string)(await answer.Content.ReadFromJsonAsync<JsonObject>())!["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ListVersions_SkipAndTake_ReturnsThePageAndTheTotal()
    {
        var list = await fixture.Client.ListVersionsAsync(
            NamespacePath.Default, new VersionQuery(Sort: VersionSort.Version, Skip: 1, Take: 1), CancellationToken.None);

        Assert.Equal("1.1.0", Assert.Single(list.Items).Version.Value);
        Assert.Equal(3, list.Total);
    }

    [Fact]
    public async Task GetVersion_Stored_ShowsPlatformsHashesAndTrust()
    {
        var version = await Http.GetFromJsonAsync<JsonObject>(new Uri(Null + "1.0.0", UriKind.Relative));

        Assert.Equal("registry.terraform.io/hashicorp/null", (string)version!["provider"]!);
        Assert.Equal("imported", (string)version["trust"]!);
        Assert.Null(version["proof"]);
        Assert.Equal("admin", (string)version["cachedBy"]!["kind"]!);
        Assert.Equal(["darwin_arm64", "linux_amd64"], version["platforms"]!.AsArray().Select(platform => (string)platform!["platform"]!));
        byte[] package = ProviderZip.Make("null", "hashicorp/null1.0.0linux_amd64");
        var linux = version["platforms"]![1]!;
        Assert.Equal(package.Length, (long)linux["size"]!);
        Assert.Equal(Sha256Digest.Of(package).ZipHash.Value, (string)linux["hashes"]![0]!);
        Assert.StartsWith("h1:", (string)linux["hashes"]![1]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ListPlatforms_Stored_IsTheSameAsOfTheVersion()
    {
        var provider = ProviderAddress.Parse("hashicorp/null");
        var platforms = await fixture.Client.ListPlatformsAsync(
            NamespacePath.Default, provider, ProviderVersion.Parse("1.0.0"), CancellationToken.None);

        Assert.Equal(["darwin_arm64", "linux_amd64"], platforms.Platforms.Select(platform => platform.Platform.Value));
        Assert.All(platforms.Platforms, platform => Assert.Equal(TrustLevel.Imported, platform.Trust));
    }

    [Theory]
    [InlineData("/api/v1/groups/default/providers/registry.terraform.io/hashicorp/null/versions/9.9.9", 404, "9.9.9")]
    [InlineData("/api/v1/groups/default/providers/registry.terraform.io/hashicorp/null/versions/v1.0.0", 400, "'v1.0.0'")]
    [InlineData("/api/v1/groups/default/providers/registry.terraform.io/hashi..corp/null/versions/1.0.0", 400, "hashi..corp")]
    [InlineData("/api/v1/groups/nowhere/versions", 404, "'nowhere'")]
    [InlineData("/api/v1/groups/some%2Fwhere/versions", 404, "'some/where'")]
    [InlineData("/api/v1/groups/No.Where/versions", 400, "'No.Where'")]
    [InlineData("/api/v1/groups/default/versions?sort=colour", 400, "'colour'")]
    [InlineData("/api/v1/groups/default/versions?sort=1", 400, "'1'")]
    [InlineData("/api/v1/groups/default/versions?take=0", 400, "take: 0")]
    [InlineData("/api/v1/groups/default/versions?take=5000", 400, "take: 5000")]
    [InlineData("/api/v1/groups/default/versions?skip=-1", 400, "skip: -1")]
    public async Task Read_InvalidOrMissing_ReturnsAProblemThatNamesIt(string url, int status, string named)
    {
        using var response = await fixture.Server.AdminClient.GetAsync(new Uri(url, UriKind.Relative));

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonObject>();
        Assert.Equal(status, (int)problem!["status"]!);
        Assert.Contains(named, (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_ValueOfTheWrongType_ReturnsAProblem()
    {
        using var response = await Http.GetAsync(new Uri("/api/v1/groups/default/versions?take=many", UriKind.Relative));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Server_OverHttps_ReturnsItsNetworkMirrorUrl()
    {
        var server = await Http.GetFromJsonAsync<JsonObject>(new Uri(fixture.Server.HttpsUrl, "/api/v1/server"));

        Assert.Equal(new Uri(fixture.Server.HttpsUrl, "/v1/mirror/").ToString(), (string)server!["networkMirrorUrl"]!);
    }
}
