using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Database;
using Mirror.Core.Storage;
using Mirror.Tests.Hosting;
using Mirror.Tests.Ui;
using Mirror.Web.Features.Mirrors;

namespace Mirror.Tests.Features.Mirrors;

public sealed class VersionExportTests
{
    [Fact]
    public void Url_OfALaterPageByProvider_ExportsAllVersionsOfTheFilter() =>
        Assert.Equal(
            "export/provider-mirrors?group=default%2Fnetwork&format=csv&q=aws&trust=imported&sort=size",
            VersionExport.Url(
                "default/network",
                VersionExport.Csv,
                VersionListState.FromQuery(name => name switch
                {
                    "q" => "aws",
                    "trust" => "imported",
                    "sort" => "size",
                    "page" => "3",
                    "view" => "providers",
                    "size" => "250",
                    _ => null,
                })));

    [Fact]
    public async Task Export_OfAFilter_HasAllItsVersionsInOrder()
    {
        await using var server = await StartAsync();

        string csv = await server.Client.GetStringAsync(Url("csv", "&trust=imported&sort=version&order=asc"));
        using var json = JsonDocument.Parse(await server.Client.GetStringAsync(Url("json", "&trust=imported&sort=version&order=asc")));

        string[] lines = csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("provider,version,trust,", lines[0], StringComparison.Ordinal);
        Assert.Equal(60, lines.Length - 1);
        Assert.StartsWith("acme/dns,1.59.0,imported,,linux_amd64,", lines[60], StringComparison.Ordinal);
        Assert.Equal(
            Enumerable.Range(0, 60).Select(i => $"1.{i}.0"), json.RootElement.EnumerateArray().Select(item => item.GetProperty("version").GetString()));
    }

    [Theory]
    [InlineData("pdf", "", HttpStatusCode.BadRequest)]
    [InlineData("csv", "&trust=5", HttpStatusCode.BadRequest)]
    [InlineData("csv", "&q=1+2+3+4+5+6+7+8+9", HttpStatusCode.BadRequest)]
    [InlineData("csv", "&group=nowhere", HttpStatusCode.NotFound)]
    public async Task Export_OfSomethingInvalid_IsAProblem(string format, string more, HttpStatusCode expected)
    {
        await using var server = await StartAsync();

        using var answer = await server.Client.GetAsync(
            more.Contains("group", StringComparison.Ordinal) ? new Uri($"/export/provider-mirrors?format={format}{more}", UriKind.Relative) : Url(format, more));

        Assert.Equal(
            (expected, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task Export_WithoutAnonymousRead_NeedsTheSessionOfThePage()
    {
        await using var server = await MirrorServer.StartAsync(
            options => options with { Auth = options.Auth with { AnonymousRead = false } });
        using var browser = new PlainBrowser(server.Url);
        using var anonymous = await browser.SendAsync(Url("csv", "").OriginalString);
        using var signedIn = await browser.PostFormAsync("/sign-in", "sign-in", ("Token", server.AdminToken));

        using var answer = await browser.SendAsync(Url("csv", "").OriginalString);

        Assert.Equal(HttpStatusCode.NotFound, anonymous.StatusCode);
        Assert.Equal(
            (HttpStatusCode.OK, "text/csv", "provider-mirrors-default.csv"),
            (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, answer.Content.Headers.ContentDisposition?.FileName));
    }

    private static Uri Url(string format, string more) => new($"/export/provider-mirrors?group=default&format={format}{more}", UriKind.Relative);

    private static async Task<MirrorServer> StartAsync()
    {
        var server = await MirrorServer.StartAsync();
        var seed = new CatalogSeed(
            server.Services.GetRequiredService<CatalogDatabase>(), server.Services.GetRequiredService<IPackageStore>(), TimeProvider.System.GetUtcNow());
        var person = new Principal(PrincipalKind.User, "mira");
        for (int i = 0; i < 60; i++)
        {
            await seed.AddAsync("acme/dns", $"1.{i}.0", ["linux_amd64"], 1_000, TrustLevel.Imported, TimeSpan.FromDays(1), person);
        }

        await seed.AddAsync("acme/vault", "1.0.0", ["linux_amd64"], 1_000, TrustLevel.Verified, TimeSpan.FromDays(1), person);
        return server;
    }
}
