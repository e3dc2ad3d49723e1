using Bunit;
using Microsoft.AspNetCore.Components;
using Mirror.Core.Database;
using Mirror.Web.Ui.Layout;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Tests.Ui;

public sealed class WidgetTests : UiFixture
{
    [Theory]
    [InlineData(1, 1, new string[0])]
    [InlineData(1, 3, new[] { "Next page 2", "Last page 3" })]
    [InlineData(2, 3, new[] { "First page 1", "Previous page 1", "Next page 3", "Last page 3" })]
    [InlineData(3, 3, new[] { "First page 1", "Previous page 2" })]
    public void PageLinks_OnAPage_LinkToTheOthers(int page, int count, string[] links)
    {
        var pager = Render<PageLinks>(
            parameters => parameters.Add(x => x.Page, page).Add(x => x.PageCount, count).Add(x => x.Url, number => $"{number}"));

        Assert.Equal(links, pager.FindAll("a").Select(link => $"{link.GetAttribute("aria-label")} {link.GetAttribute("href")}"));
    }

    [Theory]
    [InlineData(1, false, "h1", null)]
    [InlineData(2, false, "h2", null)]
    [InlineData(1, true, "h1", "alert")]
    public void State_OfAPage_IsAHeadingAndAnnouncedIfImportant(int level, bool alert, string heading, string? role)
    {
        var state = Render<StateMessage>(parameters =>
            parameters.Add(x => x.Icon, "search").Add(x => x.Title, "Nothing").Add(x => x.Level, level).Add(x => x.Alert, alert));

        Assert.Equal("Nothing", state.Find(heading).TextContent);
        Assert.Equal(role, state.Find(".state").GetAttribute("role"));
    }

    [Fact]
    public void Code_WithACaption_CanBeCopiedAndIsLabeled()
    {
        var block = Render<CodeBlock>(parameters => parameters.Add(x => x.Caption, "root.hcl").Add(x => x.Text, "terraform {}"));

        Assert.Equal(
            ("terraform {}", "Copy root.hcl"),
            (block.Find("[data-copy]").GetAttribute("data-copy"), block.Find("button").GetAttribute("aria-label")));
        Assert.Equal("root.hcl", block.Find("pre").GetAttribute("aria-label"));
    }

    [Fact]
    public async Task Page_Failing_ShowsAnErrorAndCanBeRetried()
    {
        bool fails = true;
        RenderFragment body = builder =>
        {
            if (fails)
            {
                throw new InvalidOperationException("for this test");
            }

            builder.AddContent(0, "the page");
        };
        var layout = Render<MainLayout>(parameters => parameters.Add(x => x.Body, body));
        Assert.Equal("This page could not be shown", layout.Find("main h1").TextContent);
        Assert.DoesNotContain("for this test", layout.Markup, StringComparison.Ordinal);

        fails = false;
        await layout.Find("main .state button").ClickAsync(new());

        Assert.Contains("the page", layout.Find("main").TextContent, StringComparison.Ordinal);
    }
}
