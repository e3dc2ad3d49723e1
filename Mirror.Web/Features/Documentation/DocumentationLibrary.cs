using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Extensions.Tables;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Mirror.Web.Features.Documentation;

/// <summary>A page of the documentation.</summary>
/// <param name="Path">Its URL below <c>docs/</c>, such as <c>operations</c>.</param>
/// <param name="Html">The content below the title.</param>
/// <param name="Chapters">The headings below the title.</param>
public sealed record DocumentationArticle(string Path, string Title, string Html, IReadOnlyList<DocumentationChapter> Chapters);

/// <param name="Id">The fragment of its URL.</param>
/// <param name="Level">2 for a chapter, 3 for a part of one.</param>
public sealed record DocumentationChapter(string Id, string Title, int Level);

/// <summary>
/// The documentation of the repository, which the build embeds into the executable. HTML in its text is shown as text.
/// </summary>
public sealed class DocumentationLibrary
{
    /// <summary>The first page.</summary>
    public const string Introduction = "about/readme";

    private const string ResourcePrefix = "documentation/";
    private const string Folder = "docs/";
    private const string Markdown = ".md";

    // The pages that users need most; the others follow.
    private static readonly string[] Order = [Introduction, "install", "configuration", "operations", "publishing", "migrating", "security", "performance", "architecture", "dependencies"];

    private static readonly MarkdownPipeline Pipeline =
        new MarkdownPipelineBuilder().UseAutoIdentifiers(AutoIdentifierOptions.GitHub).UsePipeTables().DisableHtml().Build();

    private readonly Dictionary<string, string> _files;
    private readonly Lazy<Dictionary<string, DocumentationArticle>> _articles;

    public DocumentationLibrary()
        : this(Embedded())
    {
    }

    /// <param name="files">The text of each file by its path in the repository.</param>
    internal DocumentationLibrary(IReadOnlyDictionary<string, string> files)
    {
        _files = files.ToDictionary(file => PathOf(file.Key), file => file.Key);
        _articles = new(() => files.Select(file => Read(file.Key, file.Value)).ToDictionary(article => article.Path));
    }

    /// <summary>All pages, the most needed ones first.</summary>
    public IReadOnlyList<DocumentationArticle> All => [.. _articles.Value.Values
        .OrderBy(article => Array.IndexOf(Order, article.Path) is >= 0 and var place ? place : Order.Length)
        .ThenBy(article => article.Path, StringComparer.Ordinal)];

    public DocumentationArticle? Find(string path) => _articles.Value.GetValueOrDefault(path);

    /// <summary>The names of the images, with their content.</summary>
    internal static IEnumerable<(string Path, byte[] Content)> Images()
    {
        var assembly = typeof(DocumentationLibrary).Assembly;
        foreach (string name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal) && name.EndsWith(".png", StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            byte[] content = new byte[stream.Length];
            stream.ReadExactly(content);
            yield return (name[ResourcePrefix.Length..], content);
        }
    }

    private static Dictionary<string, string> Embedded()
    {
        var assembly = typeof(DocumentationLibrary).Assembly;
        var files = new Dictionary<string, string>();
        foreach (string name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal) && name.EndsWith(Markdown, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            files[name[ResourcePrefix.Length..]] = reader.ReadToEnd();
        }

        return files;
    }

    /// <summary>The URL of a file below <c>docs/</c>; the index of a folder has the folder's URL.</summary>
    private static string PathOf(string file)
    {
        string path = file[..^Markdown.Length].ToLowerInvariant();
        return !path.StartsWith(Folder, StringComparison.Ordinal) ? $"about/{path}"
            : path.EndsWith("/readme", StringComparison.Ordinal) ? path[Folder.Length..^"/readme".Length]
            : path[Folder.Length..];
    }

    private DocumentationArticle Read(string file, string text)
    {
        var document = Markdig.Markdown.Parse(text, Pipeline);
        string path = PathOf(file);
        var title = document.OfType<HeadingBlock>().First();
        document.Remove(title);
        foreach (var link in document.Descendants<LinkInline>().ToList())
        {
            Redirect(link, file, path);
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

        using var html = new StringWriter();
        var renderer = new HtmlRenderer(html);
        Pipeline.Setup(renderer);
        renderer.ObjectRenderers.FindExact<CodeBlockRenderer>()!.OutputAttributesOnPre = true;
        renderer.Render(document);
        return new DocumentationArticle(
            path,
            TextOf(title),
            html.ToString(),
            [.. document.OfType<HeadingBlock>().Where(heading => heading.Level is 2 or 3)
                .Select(heading => new DocumentationChapter(heading.GetAttributes().Id!, TextOf(heading), heading.Level))]);
    }

    /// <summary>Points a link to the page that shows the file; a link to a file that is not shown becomes its text.</summary>
    private void Redirect(LinkInline link, string file, string path)
    {
        string url = link.Url ?? "";
        if (Uri.TryCreate(url, UriKind.Absolute, out var absolute) && absolute.Scheme == Uri.UriSchemeHttps)
        {
            return;
        }

        string fragment = url.IndexOf('#', StringComparison.Ordinal) is >= 0 and int at ? url[at..] : "";
        var target = new Uri(new Uri("file:///" + file), url[..^fragment.Length]);
        string repositoryPath = target.AbsolutePath.TrimStart('/');
        if (link.IsImage && repositoryPath.StartsWith(Folder, StringComparison.Ordinal))
        {
            link.Url = repositoryPath;
        }
        else if (url.Length == fragment.Length)
        {
            link.Url = $"{Folder}{path}{fragment}";
        }
        else if (_files.ContainsValue(repositoryPath))
        {
            link.Url = $"{Folder}{PathOf(repositoryPath)}{fragment}";
        }
        else
        {
            foreach (var child in link.ToList())
            {
                child.Remove();
                link.InsertBefore(child);
            }

            link.Remove();
        }
    }

    private static string TextOf(LeafBlock block) => string.Concat(block.Inline!.Descendants().Select(inline => inline switch
    {
        LiteralInline literal => literal.Content.ToString(),
        CodeInline code => code.Content,
        _ => "",
    }));
}
