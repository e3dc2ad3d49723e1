using System.Net;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Mirror.Web.Features.Registry.Modules;

/// <summary>
/// The README of a module as HTML for a page. Its author is not trusted: HTML in it is shown as text, only web addresses are links, and no
/// image is loaded, because that would tell another host who reads the page.
/// </summary>
internal static class ReadmeHtml
{
    /// <summary>In characters; the rest is left out.</summary>
    public const int MaxLength = 256 * 1024;

    private const string Relations = "nofollow noopener noreferrer";

    private static readonly MarkdownPipeline Pipeline =
        new MarkdownPipelineBuilder().UsePipeTables().UseAutoLinks().UseTaskLists().DisableHtml().Build();

    public static string Render(string markdown)
    {
        string text = markdown.Length > MaxLength ? markdown[..MaxLength] : markdown;
        try
        {
            var document = Markdown.Parse(text, Pipeline);
            Restrict(document);
            using var html = new StringWriter();
            var renderer = new HtmlRenderer(html);
            Pipeline.Setup(renderer);
            renderer.ObjectRenderers.FindExact<CodeBlockRenderer>()!.OutputAttributesOnPre = true;
            renderer.Render(document);
            return html.ToString();
        }
        catch (ArgumentException)
        {
            // Markdig refuses elements that are nested too deeply.
            return $"<pre tabindex=\"0\">{WebUtility.HtmlEncode(text)}</pre>";
        }
    }

    private static void Restrict(MarkdownDocument document)
    {
        foreach (var link in document.Descendants<LinkInline>().ToList())
        {
            if (link.IsImage || !IsWeb(link.Url))
            {
                Unwrap(link);
            }
            else
            {
                link.GetAttributes().AddProperty("rel", Relations);
            }
        }

        foreach (var link in document.Descendants<AutolinkInline>().ToList())
        {
            if (link.IsEmail || !IsWeb(link.Url))
            {
                link.ReplaceBy(new LiteralInline(link.Url));
            }
            else
            {
                link.GetAttributes().AddProperty("rel", Relations);
            }
        }

        foreach (var heading in document.Descendants<HeadingBlock>())
        {
            // The page's own heading is above them.
            heading.Level = Math.Min(heading.Level + 1, 6);
        }

        foreach (var block in document.Descendants<CodeBlock>())
        {
            // Long lines scroll, also with the keyboard.
            block.GetAttributes().AddProperty("tabindex", "0");
        }

        foreach (var table in document.Descendants<Table>())
        {
            table.GetAttributes().AddClass("reference");
        }
    }

    private static bool IsWeb(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var absolute)
        && (absolute.Scheme == Uri.UriSchemeHttps || absolute.Scheme == Uri.UriSchemeHttp);

    /// <summary>Leaves the text of a link, or the alternative text of an image.</summary>
    private static void Unwrap(LinkInline link)
    {
        foreach (var child in link.ToList())
        {
            child.Remove();
            link.InsertBefore(child);
        }

        link.Remove();
    }
}
