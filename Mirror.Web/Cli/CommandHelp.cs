using System.CommandLine;
using System.CommandLine.Invocation;

namespace Mirror.Web.Cli;

/// <summary>Prints the help of the command that it is asked of.</summary>
internal sealed class CommandHelp : SynchronousCommandLineAction
{
    /// <summary>For a file or a pipe; on a terminal lines are as long as it is wide, within reason.</summary>
    private const int UsualWidth = 80;

    private const int LongestLine = 110;

    /// <summary>Help is printed also for a command line that is otherwise wrong.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var output = parseResult.InvocationConfiguration.Output;
        int width = CommandOutput.WidthOf(output) is { } terminal ? Math.Clamp(terminal, UsualWidth / 2, LongestLine) : UsualWidth;
        foreach (string line in HelpText.Of(parseResult.CommandResult, width))
        {
            output.WriteLine(line);
        }

        return ExitCodes.Success;
    }
}
