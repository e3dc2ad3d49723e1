using System.CommandLine;

namespace Mirror.Web.Cli;

/// <summary>A part of a help text with a title of its own.</summary>
/// <param name="Lines">As they are, however long: they are made to be copied.</param>
internal sealed record HelpSection(string Title, IReadOnlyList<string> Lines)
{
    /// <summary>Whole command lines.</summary>
    public static HelpSection Examples(params IReadOnlyList<string> lines) => new("Examples", lines);
}

/// <summary>A command whose help goes on below its options.</summary>
/// <param name="description">Its first sentence alone stands in lists of commands.</param>
internal class ExplainedCommand(string name, string description, params IReadOnlyList<HelpSection> sections) : Command(name, description)
{
    public IReadOnlyList<HelpSection> Sections => sections;

    /// <summary>What is written after the command's name; null: what follows from its arguments.</summary>
    public string? Usage { get; set; }
}
