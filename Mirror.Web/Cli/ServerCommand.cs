using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Web.Contracts;

namespace Mirror.Web.Cli;

/// <summary>A part of a help text with a title of its own.</summary>
/// <param name="Lines">As they are, however long: they are made to be copied.</param>
internal sealed record HelpSection(string Title, IReadOnlyList<string> Lines);

/// <summary>
/// A command as a declaration: what its help says, its arguments and options (added by a collection initializer), and what runs.
/// One of <see cref="Runs"/>, <see cref="Connects"/> and <see cref="RunsHere"/> comes last: it adds the options that all such
/// commands have, and reports every expected failure in one line.
/// </summary>
/// <param name="description">Its first sentence alone stands in lists of commands.</param>
/// <param name="examples">Whole command lines.</param>
internal sealed class ServerCommand(string name, string description, params IReadOnlyList<string> examples) : Command(name, description)
{
    private readonly Option<bool> _json = CommandOptions.Json();
    private readonly Option<bool> _yes = CommandOptions.Yes();
    private Func<CommandCall, string>? _question;

    /// <summary>What the help says below the options.</summary>
    public IReadOnlyList<HelpSection> Sections { get; private set; } = [new("Examples", examples)];

    /// <summary>What is written after the command's name; null: what follows from its arguments.</summary>
    public string? Usage { get; private set; }

    /// <summary>Other commands, in the order of the help.</summary>
    public static Command Group(string name, string description, params ReadOnlySpan<Command> commands)
    {
        var group = new Command(name, description);
        foreach (var command in commands)
        {
            group.Add(command);
        }

        return group;
    }

    public ServerCommand WithUsage(string usage)
    {
        Usage = usage;
        return this;
    }

    /// <summary>Adds a section above the examples.</summary>
    public ServerCommand WithSection(string title, IReadOnlyList<string> lines)
    {
        Sections = [new(title, lines), .. Sections];
        return this;
    }

    /// <summary>What must hold between options and arguments, each of which is valid in itself.</summary>
    /// <param name="rule">Adds an error where it does not hold: the command is then bad usage.</param>
    public ServerCommand Requires(Action<CommandResult> rule)
    {
        Validators.Add(result =>
        {
            try
            {
                rule(result);
            }
            catch (InvalidOperationException)
            {
                // A value is malformed in itself: the parser reports it, and the rule cannot read it.
            }
        });
        return this;
    }

    /// <summary>Adds <c>--yes</c>; without it, the question is asked before anything is done.</summary>
    public ServerCommand Confirms(Func<CommandCall, string> question)
    {
        _question = question;
        Add(_yes);
        return this;
    }

    /// <summary>Does what it does by the server's API.</summary>
    /// <param name="run">Returns the exit code.</param>
    public ServerCommand Runs(Func<MirrorClient, CommandCall, Task<int>> run) =>
        Connects((connection, call) => run(connection.Client, call));

    /// <summary>Needs to know which server it is as well.</summary>
    /// <param name="run">Returns the exit code.</param>
    public ServerCommand Connects(Func<ServerConnection, CommandCall, Task<int>> run)
    {
        var (url, token) = (CommandOptions.Url(), CommandOptions.Token());
        Add(_json);
        Add(url);
        Add(token);
        return Acts("Interrupted.", async call =>
        {
            using var connection = ServerConnection.Open(call.Get(url), call.Get(token), Directory.GetCurrentDirectory());
            try
            {
                return Refused(call) ?? await run(connection, call);
            }
            catch (MirrorApiException e) when (e.Status == HttpStatusCode.Unauthorized)
            {
                call.Output.Error($"{e.Message} For this command: --token or {CommandOptions.TokenVariable}.");
            }
            catch (HttpRequestException e)
            {
                call.Output.Error(connection.Explain(e));
            }

            return ExitCodes.Failure;
        });
    }

    /// <summary>Works on this machine, without a server.</summary>
    /// <param name="interrupted">What Ctrl-C has it say.</param>
    /// <param name="run">Returns the exit code.</param>
    public ServerCommand RunsHere(string interrupted, Func<CommandCall, Task<int>> run)
    {
        Add(_json);
        return Acts(interrupted, run);
    }

    private ServerCommand Acts(string interrupted, Func<CommandCall, Task<int>> run)
    {
        SetAction((arguments, stop) => InvokeAsync(run, new CommandCall(arguments, arguments.GetValue(_json), stop), interrupted));
        return this;
    }

    private static async Task<int> InvokeAsync(Func<CommandCall, Task<int>> run, CommandCall call, string interrupted)
    {
        try
        {
            return await run(call);
        }
        catch (InvalidConfigurationException e)
        {
            foreach (var fault in e.Faults)
            {
                call.Output.Error(fault.ToString());
            }
        }
        catch (Exception e) when (StorageFailure.ExplainToOperator(e) is { } explanation)
        {
            call.Output.Error(explanation);
        }
        catch (Exception e) when (e is StartFailedException or MirrorApiException
            or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            call.Output.Error(e.Message);
        }
        catch (OperationCanceledException) when (call.Stop.IsCancellationRequested)
        {
            call.Output.Error(interrupted);
        }

        return ExitCodes.Failure;
    }

    /// <returns>The exit code where the question was not answered with yes.</returns>
    private int? Refused(CommandCall call) => _question is null ? null : call.Output.Confirm(_question(call), call.Get(_yes));
}
