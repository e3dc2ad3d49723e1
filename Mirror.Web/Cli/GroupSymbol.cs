using System.CommandLine;
using System.CommandLine.Parsing;
using Mirror.Core.Addresses;

namespace Mirror.Web.Cli;

/// <summary>
/// The group or workspace of a command: its first position or <c>--group-path</c>, with the same meaning. The position can be omitted
/// even where required ones follow it: how many positions are given decides whether the first of them is the group.
/// </summary>
internal sealed class GroupSymbol
{
    private readonly NamespacePath? _default;

    /// <param name="name">Of the position in usage and help.</param>
    /// <param name="default">If it is not given; null: none.</param>
    public GroupSymbol(string name, string description, NamespacePath? @default)
    {
        _default = @default;
        Position = new GroupPosition(name)
        {
            Description = @default is null ? description : $"{description} [default: {@default}]",
        };
        Option = new Option<NamespacePath?>(CommandOptions.GroupPathName)
        {
            Description = $"The same as <{name}>.",
            HelpName = "path",
            CustomParser = CommandOptions.ParseWith<NamespacePath?>(NamespacePath.Parse),
        };
    }

    public GroupPosition Position { get; }

    public Option<NamespacePath?> Option { get; }

    /// <summary>Whether a command without it is bad usage.</summary>
    public bool Required
    {
        get => Position.Required;
        init => Position.Required = value;
    }

    /// <summary>The one given, else the default; null if there is neither.</summary>
    public NamespacePath? Find(SymbolResult result) => result.GetValue(Position) ?? result.GetValue(Option) ?? _default;

    /// <summary>Reports a group that is given twice with different values, or is missing.</summary>
    public void Validate(CommandResult result)
    {
        var (position, option) = (result.GetValue(Position), result.GetValue(Option));
        if (position is not null && option is not null && position != option)
        {
            result.AddError($"<{Position.Name}> is '{position}' and {Option.Name} is '{option}'; expected only one of the two.");
        }
        else if (Required && position is null && option is null)
        {
            result.AddError($"<{Position.Name}> is missing: {Position.Description}");
        }
    }
}

/// <summary>The first position of a command, which can be omitted even where required ones follow it.</summary>
internal sealed class GroupPosition : Argument<NamespacePath?>
{
    private static readonly Func<ArgumentResult, NamespacePath?> ParsePath = CommandOptions.ParseWith<NamespacePath?>(NamespacePath.Parse);

    public GroupPosition(string name)
        : base(name)
    {
        // It takes all positions so that its parser sees how many there are; those of the arguments after it are passed on.
        Arity = ArgumentArity.ZeroOrMore;
        CustomParser = Parse;
    }

    /// <summary>Either this position or the option has to be given.</summary>
    public bool Required { get; set; }

    private NamespacePath? Parse(ArgumentResult result)
    {
        var arguments = ((CommandResult)result.Parent!).Command.Arguments;
        int others = arguments.Skip(arguments.IndexOf(this) + 1).Sum(argument => argument.Arity.MinimumNumberOfValues);
        if (result.Tokens.Count <= others)
        {
            result.OnlyTake(0);
            return null;
        }

        result.OnlyTake(1);
        return ParsePath(result);
    }
}
