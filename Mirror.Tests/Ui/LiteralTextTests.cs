using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Mirror.Tests.Ui;

/// <summary>Texts for users are in resource files, so that a translation is a file.</summary>
public sealed partial class LiteralTextTests
{
    [Fact]
    public void Pages_ContainNoLiteralText()
    {
        var found = Pages().SelectMany(page => Find(page.Text).Select(text => $"{page.Name}: {text}"));

        Assert.Empty(found);
    }

    [Theory]
    [InlineData("<p>Delete it</p>", "Delete it")]
    [InlineData("<p>The <b>x</b> versions</p>", "The")]
    [InlineData("<MudButton OnClick=\"() => Go()\">Start</MudButton>", "Start")]
    [InlineData("<input aria-label=\"A name\" />", "A name")]
    [InlineData("<MudTextField Label=\"Name\" />", "Name")]
    [InlineData("  Some words in a line\n", "Some words in a line")]
    public void Find_LiteralText_ReturnsIt(string markup, string text) => Assert.Equal(text, Find(markup).First());

    [Theory]
    [InlineData("<p>@Texts.Delete · <code>terraform init</code></p>")]
    [InlineData("@* A comment. *@\n@using Mirror.Web\n@if (x > 3)\n{\n  <br />\n}\nelse if (Is(y))\n{\n  var z = Some.Thing(1);\n}")]
    [InlineData("<MudTextField Label=\"@Texts.Name\" Class=\"some words\" T=\"string\" />\n@code {\n  // Words.\n}")]
    [InlineData("@foreach (var (key, value) in Items)\n{\n  <td title=\"@key\">@value</td>\n}")]
    [InlineData("@switch (Access)\n{\n  case null:\n    <br />\n    break;\n  default:\n    break;\n}")]
    public void Find_MarkupAndCode_ReturnsNothing(string markup) => Assert.Empty(Find(markup));

    private static IEnumerable<string> Find(string razor)
    {
        string markup = Ignored().Replace(razor, " ");
        foreach (Match attribute in TextAttribute().Matches(markup))
        {
            yield return attribute.Groups["text"].Value;
        }

        foreach (string line in Tag().Replace(Attribute().Replace(markup, ""), "\n").Split('\n').Select(line => line.Trim()))
        {
            if (!Code().IsMatch(line) && Word().IsMatch(Expression().Replace(line, " ")))
            {
                yield return Expression().Replace(line, " ").Trim();
            }
        }
    }

    private static IEnumerable<(string Name, string Text)> Pages([CallerFilePath] string self = "")
    {
        string root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(self)!, "..", "..", "Mirror.Web"));
        return Directory.EnumerateFiles(root, "*.razor", SearchOption.AllDirectories)
            .Select(path => (Path.GetRelativePath(root, path).Replace('\\', '/'), File.ReadAllText(path)))
            .Where(page => !page.Item1.StartsWith("bin/", StringComparison.Ordinal) && !page.Item1.StartsWith("obj/", StringComparison.Ordinal));
    }

    // Comments, the code at the end, and what is the same in all languages.
    [GeneratedRegex(@"@\*.*?\*@|^@code\b.*|<(code|kbd|pre|svg)\b.*?</\1>|<!--.*?-->|&\w+;|· Mirror\b", RegexOptions.Singleline | RegexOptions.Multiline, 5000)]
    private static partial Regex Ignored();

    [GeneratedRegex("""(?<=\s)(?:title|alt|placeholder|aria-label|Title|Label|Placeholder|HelperText|Caption|What|AriaLabel|DeniedTitle|Text|Subtitle)="(?!true"|false"|[\w~-]*[./:=*][\w./:=*-]*")(?<text>[^"@]*\p{L}{2}[^"@]*)" """, RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace, 5000)]
    private static partial Regex TextAttribute();

    [GeneratedRegex("""\s[@\w:-]+="(?:[^"\\@]|@\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|@|\\.)*" """, RegexOptions.IgnorePatternWhitespace, 5000)]
    private static partial Regex Attribute();

    // A line of C# or a directive.
    [GeneratedRegex(@"^(@(page|attribute|inject|using|inherits|implements|layout|typeparam) |[{}()]|@?(if|else|foreach|for|switch|while|using)\b|case |default:|break;|continue;|var |return |(string|int|bool|long|double)\?? \w+ =|.*;$|.*=>\s*$)", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Code();

    [GeneratedRegex(@"@@|@((if|for|foreach|while|switch) )?[\w.]*(\((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*\)|[\w.?!\[\]]*)*", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Expression();

    [GeneratedRegex("</?[A-Za-z!][^<>]*/?>", RegexOptions.None, 5000)]
    private static partial Regex Tag();

    [GeneratedRegex(@"\p{L}{2}", RegexOptions.None, 5000)]
    private static partial Regex Word();
}
