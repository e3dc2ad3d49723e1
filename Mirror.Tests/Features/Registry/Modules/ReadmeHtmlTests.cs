using Mirror.Web.Features.Registry.Modules;

namespace Mirror.Tests.Features.Registry.Modules;

public sealed class ReadmeHtmlTests
{
    [Theory]
    [InlineData("# VPC", "<h2>VPC</h2>")]
    [InlineData("###### Deep", "<h6>Deep</h6>")]
    [InlineData("Some *text*", "<p>Some <em>text</em></p>")]
    [InlineData("[guide](https://example.com/x)", "<p><a href=\"https://example.com/x\" rel=\"nofollow noopener noreferrer\">guide</a></p>")]
    [InlineData("<https://example.com/>", "<p><a href=\"https://example.com/\" rel=\"nofollow noopener noreferrer\">https://example.com/</a></p>")]
    [InlineData("[file](docs/x.md)", "<p>file</p>")]
    [InlineData("[top](#usage)", "<p>top</p>")]
    [InlineData("[mail](mailto:a@example.com)", "<p>mail</p>")]
    [InlineData("<a@example.com>", "<p>a@example.com</p>")]
    [InlineData("[x](javascript:alert(1))", "<p>x</p>")]
    [InlineData("[x](//evil.example/)", "<p>x</p>")]
    [InlineData("[x](data:text/html,hello)", "<p>x</p>")]
    [InlineData("![diagram](https://evil.example/x.png)", "<p>diagram</p>")]
    [InlineData("![](https://evil.example/x.png)", "<p></p>")]
    [InlineData("[![badge](https://evil.example/b.svg)](https://ci.example/)", "<p><a href=\"https://ci.example/\" rel=\"nofollow noopener noreferrer\">badge</a></p>")]
    [InlineData("[x]\n\n[x]: javascript:alert(1)", "<p>x</p>")]
    [InlineData("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>")]
    [InlineData("<img src=x onerror=alert(1)>", "<p>&lt;img src=x onerror=alert(1)&gt;</p>")]
    public void Render_ReturnsOnlyWhatItsAuthorMayDo(string markdown, string html) =>
        Assert.Equal(html, ReadmeHtml.Render(markdown).Trim());

    [Fact]
    public void Render_Code_ScrollsWithTheKeyboard() =>
        Assert.Contains("<pre class=\"language-hcl\" tabindex=\"0\"><code", ReadmeHtml.Render("```hcl\nx = 1\n```"), StringComparison.Ordinal);

    [Fact]
    public void Render_TooDeeplyNested_ReturnsItsText()
    {
        string markdown = new string('>', 5_000) + " <b>";

        string html = ReadmeHtml.Render(markdown);

        Assert.StartsWith("<pre tabindex=\"0\">&gt;", html, StringComparison.Ordinal);
        Assert.EndsWith("&lt;b&gt;</pre>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_TooLong_LeavesOutTheRest() =>
        Assert.DoesNotContain("the end", ReadmeHtml.Render(new string('a', ReadmeHtml.MaxLength) + " the end"), StringComparison.Ordinal);
}
