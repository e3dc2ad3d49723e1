using System.CommandLine;
using System.CommandLine.Parsing;

namespace Mirror.Web.Cli;

/// <summary>What must hold between the options and arguments of a command.</summary>
internal static class CommandRules
{
    /// <param name="rule">Adds an error where it does not hold.</param>
    public static void AddRule(this Command command, Action<CommandResult> rule) => command.Validators.Add(result =>
    {
        try
        {
            rule(result);
        }
        catch (InvalidOperationException)
        {
            // A value is malformed in itself, which is told where it is parsed; the rule cannot look at it.
        }
    });
}
