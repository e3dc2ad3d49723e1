using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.Extensions.Configuration;
using Mirror.Core.Configuration;

namespace Mirror.Tests.Configuration;

/// <summary>
/// Writes docs/configuration.md: the keys, forms and defaults as <see cref="MirrorOptionsReader"/> reads them, and the meaning from the doc
/// comments of the options. A property has the name of its key; its summary is the meaning, its value the default if that is not a
/// constant, and its example an example. The summary of a record describes its section, that of an enumeration's member the choice.
/// </summary>
internal static partial class ConfigurationReference
{
    private const string Root = "Mirror";
    private const string AnyIndex = "{n}";

    /// <summary>The headings, with the sections that belong to them.</summary>
    private static readonly (string Heading, string[] Sections)[] Groups =
    [
        ("Server", ["Mirror", "Mirror:Listen", "Mirror:Tls", "Mirror:Protocols", "Mirror:Shutdown"]),
        ("Sign-in and access", ["Mirror:Auth", "Mirror:Auth:Oidc"]),
        ("Client limits", ["Mirror:Limits", "Mirror:RateLimit"]),
        ("Origins", ["Mirror:Upstream", "Mirror:Upstream:Hosts:{n}", "Mirror:Upstream:Routes:{n}", "Mirror:Upstream:Limits"]),
        ("Verification", ["Mirror:Trust:{n}"]),
        ("Publishing", ["Mirror:Hosted"]),
        ("Scheduled syncs", ["Mirror:Sync:{n}"]),
        ("Storage", ["Mirror:Database", "Mirror:Packages", "Mirror:Packages:S3", "Mirror:Packages:AzureBlob", "Mirror:Packages:GoogleCloud", "Mirror:Audit"]),
    ];

    private static readonly MirrorOptions Defaults = MirrorOptionsReader.Read(new ConfigurationBuilder().Build());

    private static readonly Dictionary<string, XElement> Comments =
        XDocument.Load(Path.Combine(AppContext.BaseDirectory, "Mirror.Core.xml")).Descendants("member").ToDictionary(member => (string)member.Attribute("name")!);

    public static IReadOnlyList<ConfigurationKey> Keys { get; } = MirrorOptionsReader.Describe(new ConfigurationBuilder().Build());

    /// <summary>The examples of the keys.</summary>
    public static IEnumerable<(ConfigurationKey Key, string Example)> Examples() =>
        from key in Keys
        let comment = CommentOf(key.Path)
        where comment is not null
        from example in comment.Elements("example").Elements("c")
        select (key, example.Value);

    public static string Write()
    {
        var sections = Keys.GroupBy(key => SectionOf(key.Path)).ToDictionary(section => section.Key, section => section.ToList());
        string[] ungrouped = [.. sections.Keys.Except(Groups.SelectMany(group => group.Sections))];
        Assert.True(ungrouped.Length == 0, $"Add these sections to {nameof(ConfigurationReference)}.{nameof(Groups)}: {string.Join(", ", ungrouped)}");

        var text = new StringBuilder(Introduction);
        foreach (var (heading, names) in Groups)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {heading}\n");
            foreach (string name in names)
            {
                text.Append(CultureInfo.InvariantCulture, $"\n### {name}\n\n");
                if (name != Root)
                {
                    text.Append(Wrap(Summary(CommentOf(name), name, "summary"))).Append("\n\n");
                }

                text.Append("| key | value | default | meaning |\n|---|---|---|---|\n");
                foreach (var key in sections[name])
                {
                    text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", Row(key).Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)))} |\n");
                }
            }
        }

        return text.Append(Logging).ToString();
    }

    private static IEnumerable<string> Row(ConfigurationKey key)
    {
        var comment = CommentOf(key.Path);
        var meaning = new List<string> { Summary(comment, key.Path, "summary") };
        foreach (string choice in key.Choices is { } type ? Enum.GetNames(type) : [])
        {
            if (Comments.GetValueOrDefault($"F:{key.Choices!.FullName}.{choice}") is { } described)
            {
                meaning.Add($"`{choice}`: {Summary(described, key.Path, "summary")}");
            }
        }

        if (comment?.Element("example") is not null)
        {
            meaning.Add($"Example: {Summary(comment, key.Path, "example")}.");
        }

        yield return $"`{key.Path}`";
        yield return key.Form;
        yield return comment?.Element("value") is not null
            ? Summary(comment, key.Path, "value")
            : key.Default is { } value ? $"`{Format(value)}`" : FormatOption(ValueOf(key.Path));
        yield return string.Join(' ', meaning);
    }

    private static string SectionOf(string path) => path[..path.LastIndexOf(':')];

    /// <summary>The doc comment of the property with the name of the key, or of the record with the name of the section.</summary>
    private static XElement? CommentOf(string path)
    {
        var type = typeof(MirrorOptions);
        XElement? comment = null;
        foreach (string name in path.Split(':').Skip(1))
        {
            if (name == AnyIndex)
            {
                type = type.GetGenericArguments()[0];
                comment = Comments.GetValueOrDefault($"T:{type.FullName}");
                continue;
            }

            var property = type.GetProperty(name);
            Assert.True(property is not null, $"{path}: {type.Name} has no property '{name}'; a key and its property have the same name.");
            comment = Comments.GetValueOrDefault($"P:{type.FullName}.{name}");
            type = property.PropertyType;
            comment = comment is null || IsSection(path, name) ? Comments.GetValueOrDefault($"T:{type.FullName}") ?? comment : comment;
        }

        return comment;
    }

    private static bool IsSection(string path, string name) =>
        path.EndsWith(":" + name, StringComparison.Ordinal) && Keys.Any(key => SectionOf(key.Path) == path);

    private static object? ValueOf(string path)
    {
        object? value = Defaults;
        foreach (string name in path.Split(':').Skip(1))
        {
            value = name == AnyIndex ? null : value?.GetType().GetProperty(name)?.GetValue(value);
        }

        return value;
    }

    private static string FormatOption(object? value) => value switch
    {
        null => "–",
        string text => $"`{text}`",
        System.Collections.IEnumerable items => items.Cast<object>().ToList() is { Count: > 0 } list
            ? string.Join(", ", list.Select(item => $"`{item}`"))
            : "none",
        _ => $"`{Format(value)}`",
    };

    private static string Format(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        TimeSpan duration => Quantity.FormatDuration(duration),
        long size => FormatSize(size),
        Uri url => url.AbsoluteUri.TrimEnd('/'),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string FormatSize(long size)
    {
        string[] units = ["", "KB", "MB", "GB", "TB"];
        int unit = 0;
        while (size > 0 && size % 1024 == 0 && unit < units.Length - 1)
        {
            size /= 1024;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{size}{units[unit]}");
    }

    private static string Summary(XElement? comment, string path, string part)
    {
        string text = comment?.Element(part) is { } element ? Spaces().Replace(string.Concat(element.Nodes().Select(node => Markdown(node, path))), " ").Trim() : "";
        Assert.True(text.Length > 0, $"{path} has no <{part}> in the doc comment of its option.");
        return text;
    }

    private static string Markdown(XNode node, string path) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "see" } see when see.Attribute("href") is { } href => $"[{see.Value}]({href.Value})",
        XElement { Name.LocalName: "see" } see when see.Attribute("cref") is { } cref => $"`{KeyOf(cref.Value, SectionOf(path))}`",
        _ => throw new InvalidOperationException($"{path}: the reference has no text for {node}."),
    };

    /// <summary>The key of a property, without its section if it is in the same one.</summary>
    private static string KeyOf(string member, string section)
    {
        var key = Keys.FirstOrDefault(key => OptionOf(key.Path) == member)
            ?? throw new InvalidOperationException($"{section}: '{member}' is not the option of a key.");
        return SectionOf(key.Path) == section ? key.Path[(section.Length + 1)..] : key.Path;
    }

    private static string OptionOf(string path)
    {
        var type = typeof(MirrorOptions);
        string member = "";
        foreach (string name in path.Split(':').Skip(1))
        {
            member = $"P:{type.FullName}.{name}";
            type = name == AnyIndex ? type.GetGenericArguments()[0] : type.GetProperty(name)!.PropertyType;
        }

        return member;
    }

    /// <summary>Breaks lines at 120 columns, but not inside of links.</summary>
    private static string Wrap(string text)
    {
        var lines = new StringBuilder();
        int column = 0;
        foreach (string word in Words().Matches(text).Select(match => match.Value))
        {
            if (column > 0)
            {
                bool breaks = column + 1 + word.Length > 120;
                lines.Append(breaks ? '\n' : ' ');
                column = breaks ? 0 : column + 1;
            }

            lines.Append(word);
            column += word.Length;
        }

        return lines.ToString();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"(\[[^\]]*\]\([^)]*\)|\S)+")]
    private static partial Regex Words();

    private const string Introduction = """
        # Configuration

        <!-- Generated from the doc comments in Mirror.Core/Configuration by `just configuration`. -->

        Mirror reads its configuration from these sources. Each one overrides the sources before it.

        1. The defaults below.
        2. `appsettings.json` in the working directory.
        3. Environment variables, with two underscores for each colon: `Mirror__Upstream__Mode=Offline`.
        4. The command line: `mirror serve --Mirror:Upstream:Mode=Offline`.

        If the configuration contains errors, such as unknown keys, Mirror reports all of them at start and exits with code 1.

        | value | how to write it |
        |---|---|
        | duration | A number with `ms`, `s`, `m`, `h` or `d`, such as `10m`, or `00:10:00`. |
        | size | A number of bytes, or a number with `KB`, `MB`, `GB` or `TB` in powers of 1024, such as `16MB`. |
        | list | One key for each item, `…:0`, `…:1` and so on, or one comma-separated value. A list replaces the list from earlier sources. |
        | path | An absolute path, or a path relative to the working directory. |
        | secret | Text that Mirror never shows. Set it in the environment rather than in a file that others can read. |

        In keys that contain `{n}`, `{n}` is a list index that starts at 0.

        """;

    private const string Logging = """

        ## Logging

        `Logging:LogLevel:{category}` sets the log level of a category, as in every .NET application. Levels are `Trace`,
        `Debug`, `Information`, `Warning`, `Error`, `Critical` and `None`. Example: `Logging__LogLevel__Default=Debug`.

        """;
}
