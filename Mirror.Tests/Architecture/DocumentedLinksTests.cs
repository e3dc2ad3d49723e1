using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Mirror.Tests.Architecture;

/// <summary>Relative links in the documentation point to existing files and headings.</summary>
public sealed partial class DocumentedLinksTests
{
    [Fact]
    public void Links_InTheDocumentation_HaveATarget()
    {
        string root = Root();
        string[] documents =
        [
            .. Directory.EnumerateFiles(root, "*.md"),
            .. Directory.EnumerateFiles(Path.Combine(root, "docs"), "*.md", SearchOption.AllDirectories),
        ];
        var links = (
            from document in documents
            from Match match in Link().Matches(File.ReadAllText(document))
            let target = match.Groups[1].Value
            where !target.Contains("://", StringComparison.Ordinal)
            select (Document: document, Target: target)).ToList();

        Assert.NotEmpty(links);
        Assert.Empty(
            links.Where(link => !HasTarget(link.Document, link.Target)).Select(link => $"{Path.GetRelativePath(root, link.Document)}: {link.Target}"));
    }

    private static bool HasTarget(string document, string target)
    {
        string[] parts = target.Split('#', 2);
        string file = parts[0].Length == 0 ? document : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(document)!, parts[0]));
        return parts.Length == 1
            ? Path.Exists(file)
            : File.Exists(file) && Heading().Matches(File.ReadAllText(file)).Select(match => AnchorOf(match.Groups[1].Value)).Contains(parts[1]);
    }

    /// <summary>The anchor that GitHub gives to a heading: lower case, hyphens for spaces, without punctuation.</summary>
    private static string AnchorOf(string heading) => Punctuation().Replace(heading.Trim().ToLowerInvariant(), "").Replace(' ', '-');

    private static string Root([CallerFilePath] string source = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(source)!, "..", ".."));

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#+ (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Punctuation();
}
