using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Mirror.Core.Database;
using Mirror.Tests.Hosting;
using Mirror.Tests.Time;
using Mirror.Tests.Ui;
using Mirror.Web.Http;

namespace Mirror.Tests.Features.Activity;

public sealed class ActivityExportTests : IAsyncLifetime
{
    private const string Url = "/export/activity?group=default";

    private MirrorServer Server { get; set; } = null!;

    private PlainBrowser Browser { get; set; } = null!;

    public async Task InitializeAsync()
    {
        var time = new ManualTimeProvider();
        Server = await MirrorServer.StartAsync(time: time);
        await using var db = Server.Services.GetRequiredService<CatalogDatabase>().CreateDbContext();
        for (int i = 0; i < 600; i++)
        {
            db.Audit.Add(new AuditRow(time.GetUtcNow(), i == 0 ? "test.first" : "test.more", new Principal(PrincipalKind.User, "ada"))
            {
                RootGroupId = MirrorDbContext.DefaultGroupId,
                Detail = i == 0 ? "=1+1, \"quoted\"" : null,
            });
        }

        await db.SaveChangesAsync();
        Browser = new PlainBrowser(Server.Url);
        using var signedIn = await Browser.PostFormAsync("/sign-in", "sign-in", ("Token", Server.AdminToken));
    }

    public async Task DisposeAsync()
    {
        Browser.Dispose();
        await Server.DisposeAsync();
    }

    [Fact]
    public async Task Csv_OfMoreThanAPage_ContainsEachEventOnce()
    {
        using var answer = await Browser.SendAsync(Url + "&format=csv&who=ada");
        string[] lines = (await answer.Content.ReadAsStringAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal("text/csv", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("activity-default.csv", answer.Content.Headers.ContentDisposition!.FileName);
        Assert.StartsWith("id,time,group,action,", lines[0], StringComparison.Ordinal);
        Assert.Equal(601, lines.Length);
        Assert.Equal(600, lines.Skip(1).Select(line => line.Split(',')[0]).Distinct().Count());
        Assert.Contains("\"'=1+1, \"\"quoted\"\"\"", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_WithFilters_ContainsOnlyMatchingEvents()
    {
        var events = JsonNode.Parse(await Browser.GetAsync(Url + "&format=json&q=first"))!.AsArray();

        Assert.Equal("test.first", (string)Assert.Single(events)!["action"]!);
    }

    [Theory]
    [InlineData("&format=xml", HttpStatusCode.BadRequest)]
    [InlineData("&format=csv&provider=aws", HttpStatusCode.BadRequest)]
    public async Task Export_WithInvalidParameters_ReturnsAProblem(string query, HttpStatusCode status)
    {
        using var answer = await Browser.SendAsync(Url + query);

        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task Export_WithoutAccess_IsDenied()
    {
        using var anonymous = await Server.Client.GetAsync(new Uri(Url + "&format=csv", UriKind.Relative));
        using var missing = await Browser.SendAsync("/export/activity?group=nowhere&format=csv");

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.NotFound), (anonymous.StatusCode, missing.StatusCode));
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("a b", "a b")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("-1", "'-1")]
    public void Field_OfACsvFile_IsEscaped(string? field, string expected) => Assert.Equal(expected, CsvField.Escape(field));
}
