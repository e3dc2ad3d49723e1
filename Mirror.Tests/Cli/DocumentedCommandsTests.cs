using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Mirror.Web.Hosting.Commands;

namespace Mirror.Tests.Cli;

/// <summary>The commands and options in the documentation exist.</summary>
public sealed partial class DocumentedCommandsTests
{
    [Fact]
    public void Commands_InTheDocumentation_Exist()
    {
        string[] quoted = [.. Quoted()];
        var faults = quoted.Select(Check).OfType<string>();

        Assert.Contains("mirror verify --remove-orphans", quoted);
        Assert.Empty(faults);
    }

    private static string? Check(string text)
    {
        Command command = MirrorCommandLine.CreateRoot();
        foreach (string word in text.Split(" -- ")[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).TakeWhile(word =>
            word is not ("#" or "<" or "&&" or "\\")))
        {
            if (command.Subcommands.FirstOrDefault(child => child.Name == word) is { } child)
            {
                command = child;
            }
            else if (word == "--help")
            {
                return null;
            }
            else if (command is RootCommand
                || command.Subcommands.Count > 0 && command.Arguments.Count == 0 && char.IsAsciiLetterLower(word[0]))
            {
                return $"{text}: there is no command '{word}'";
            }
            else if (word.StartsWith("--", StringComparison.Ordinal) && !word.StartsWith("--Mirror:", StringComparison.Ordinal)
                && !command.Options.Any(option => option.Name == word || option.Aliases.Contains(word)))
            {
                return $"{text}: there is no option '{word}'";
            }
        }

        return null;
    }

    private static IEnumerable<string> Quoted([CallerFilePath] string source = "")
    {
        string root = Path.Combine(Path.GetDirectoryName(source)!, "..", "..");
        foreach (string file in Directory.EnumerateFiles(Path.Combine(root, "docs"), "*.md").Append(Path.Combine(root, "README.md")))
        {
            string text = File.ReadAllText(file);
            var scripts = Script().Matches(text).SelectMany(script => Line().Matches(script.Value));
            foreach (string quoted in Span().Matches(Script().Replace(text, "")).Concat(scripts).Select(match =>
                Whitespace().Replace(match.Groups[1].Value, " ").Trim()))
            {
                yield return quoted;
            }
        }
    }

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Script();

    [GeneratedRegex(@"^(?:.*\s)?(mirror [a-z-][^#\n]*)", RegexOptions.Multiline)]
    private static partial Regex Line();

    [GeneratedRegex(@"`(mirror\s[^`]*)`")]
    private static partial Regex Span();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Whitespace();
}
