using System.Net;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Mirror.Tests.Hosting;
using Mirror.Web.Features.Documentation;

namespace Mirror.Tests.Features.Documentation;

/// <summary>The documentation that the server itself shows.</summary>
public sealed partial class DocumentationTests
{
    private static readonly DocumentationLibrary Library = new();

    [Fact]
    public void Library_OfTheExecutable_HasAllPagesOfTheRepository()
    {
        string root = Path.Combine(Path.GetDirectoryName(SourceFile())!, "..", "..", "..");
        int files = Directory.EnumerateFiles(root, "*.md").Count()
            + Directory.EnumerateFiles(Path.Combine(root, "docs"), "*.md", SearchOption.AllDirectories).Count();

        Assert.Equal(files, Library.All.Count);
        Assert.Equal(["about/readme", "install", "configuration", "operations", "publishing"], Library.All.Take(5).Select(page => page.Path));
        Assert.Equal("Operations", Library.Find("operations")!.Title);
        Assert.Equal("Decisions", Library.Find("decisions")!.Title);
        Assert.Equal("Security policy", Library.Find("about/security")!.Title);
    }

    [Fact]
    public void Links_OfEveryPage_LeadToPagesAndHeadings()
    {
        var links = (
            from page in Library.All
            from Match match in Link().Matches(page.Html)
            let target = WebUtility.HtmlDecode(match.Groups[1].Value)
            where !target.StartsWith("https://", StringComparison.Ordinal)
            select (page.Path, Target: target)).ToList();

        Assert.NotEmpty(links);
        Assert.DoesNotContain(links, link => !link.Target.StartsWith("docs/", StringComparison.Ordinal) || !Exists(link.Target["docs/".Length..]));
    }

    [Fact]
    public void Help_OfEveryPage_LeadsToAHeading()
    {
        string sources = Path.Combine(Path.GetDirectoryName(SourceFile())!, "..", "..", "..", "Mirror.Web");
        var targets = (
            from file in Directory.EnumerateFiles(sources, "*.razor", SearchOption.AllDirectories)
            where !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            from Match match in Help().Matches(File.ReadAllText(file))
            select (File: Path.GetFileName(file), Target: match.Groups[1].Value)).ToList();

        Assert.NotEmpty(targets);
        Assert.DoesNotContain(targets, target => !Exists(target.Target));
    }

    [Fact]
    public void Html_InTheText_IsShownAsText()
    {
        var library = new DocumentationLibrary(new Dictionary<string, string>
        {
            ["docs/page.md"] = "# Page\n\n<script>alert(1)</script>\n\nSee [a file](mirror.service) and <b>this</b>, [here](#chapter) and [the other](other.md#part).\n\n## Chapter\n",
            ["docs/other.md"] = "# Other\n\n## Part\n",
        });

        var page = library.Find("page")!;

        Assert.DoesNotContain("<script", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page.Html, StringComparison.Ordinal);
        Assert.Contains("See a file and", page.Html, StringComparison.Ordinal);
        Assert.Contains("<a href=\"docs/page#chapter\">here</a>", page.Html, StringComparison.Ordinal);
        Assert.Contains("<a href=\"docs/other#part\">the other</a>", page.Html, StringComparison.Ordinal);
        Assert.Equal([new DocumentationChapter("chapter", "Chapter", 2)], page.Chapters);
    }

    [Theory]
    [InlineData("/docs", "</h1>")]
    [InlineData("/docs/operations", "Operations</h1>")]
    [InlineData("/docs/decisions", "Decisions</h1>")]
    public async Task Page_WithoutSignIn_IsShownUnderThePolicyOfAllPages(string url, string heading)
    {
        await using var server = await MirrorServer.StartAsync(
            options => options with { Auth = options.Auth with { AnonymousRead = false } });

        using var answer = await server.Client.GetAsync(url);
        string html = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains(heading, html, StringComparison.Ordinal);
        Assert.Contains("script-src 'self';", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("Blazor:{", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_ThatDoesNotExist_Returns404WithAText()
    {
        await using var server = await MirrorServer.StartAsync();

        using var answer = await server.Client.GetAsync("/docs/nothing");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("This page of the documentation does not exist", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Image_OfThePages_IsServed()
    {
        await using var server = await MirrorServer.StartAsync();

        using var answer = await server.Client.GetAsync("/docs/images/provider-mirrors-1440-light.png");

        Assert.Equal((HttpStatusCode.OK, "image/png"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
    }

    private static bool Exists(string target)
    {
        string[] parts = target.Split('#', 2);
        return parts[0].StartsWith("images/", StringComparison.Ordinal)
            || Library.Find(parts[0]) is { } page
                && (parts.Length == 1 || page.Html.Contains($"id=\"{parts[1]}\"", StringComparison.Ordinal));
    }

    private static string SourceFile([CallerFilePath] string source = "") => source;

    [GeneratedRegex("(?:href|src)=\"([^\"]*)\"")]
    private static partial Regex Link();

    [GeneratedRegex(@"(?<=(?:PageHeader|AdministrationFrame)\b[^>]*\s)Help=""([^""@]+)""")]
    private static partial Regex Help();
}
