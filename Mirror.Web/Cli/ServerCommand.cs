using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Web.Contracts;

namespace Mirror.Web.Cli;

/// <summary>A section of a help text.</summary>
/// <param name="Lines">Never wrapped, because they are made to be copied.</param>
internal sealed record HelpSection(string Title, IReadOnlyList<string> Lines);

/// <summary>
/// A command as a declaration: what its help says, its arguments and options (added by a collection initializer), and what runs.
/// One of <see cref="Runs"/>, <see cref="Connects"/> and <see cref="RunsHere"/> comes last: it adds the options that all such
/// commands have, and reports every expected failure in one line.
/// </summary>
/// <param name="description">Lists of commands show its first sentence.</param>
/// <param name="examples">Whole command lines.</param>
internal sealed class ServerCommand(string name, string description, params IReadOnlyList<string> examples) : Command(name, description)
{
    private readonly Option<bool> _json = CommandOptions.Json();
    private readonly Option<bool> _yes = CommandOptions.Yes();
    private Func<CommandCall, string>? _question;

    /// <summary>The sections of its help below the options.</summary>
    public IReadOnlyList<HelpSection> Sections { get; private set; } = [new("Examples", examples)];

    /// <summary>The usage after the command's name; null: derived from its arguments.</summary>
    public string? Usage { get; private set; }

    /// <summary>The group or workspace that it is about; null if that is an option only, or there is none.</summary>
    public GroupSymbol? GroupSymbol { get; private set; }

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

    /// <summary>Its first position and <c>--group-path</c>. For the collection initializer, before other arguments.</summary>
    public void Add(GroupSymbol group)
    {
        GroupSymbol = group;
        Add(group.Position);
        Add(group.Option);
        Requires(group.Validate);
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

    /// <summary>A condition on several options and arguments, each of them valid.</summary>
    /// <param name="rule">Adds an error if the condition is not met: the command line is then bad usage.</param>
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

    /// <summary>Adds <c>--yes</c>; without it, the user has to confirm the question first.</summary>
    public ServerCommand Confirms(Func<CommandCall, string> question)
    {
        _question = question;
        Add(_yes);
        return this;
    }

    /// <summary>Calls the server's API.</summary>
    /// <param name="run">Returns the exit code.</param>
    public ServerCommand Runs(Func<MirrorClient, CommandCall, Task<int>> run) =>
        Connects((connection, call) => run(connection.Client, call));

    /// <summary>Calls the server's API, and uses the connection otherwise.</summary>
    /// <param name="run">Returns the exit code.</param>
    public ServerCommand Connects(Func<ServerConnection, CommandCall, Task<int>> run)
    {
        var (url, profile, token) = (CommandOptions.Url(), CommandOptions.Profile(), CommandOptions.Token());
        Add(_json);
        Add(url);
        Add(profile);
        Add(token);
        Requires(result =>
        {
            if (result.GetValue(url) is not null && result.GetValue(profile) is not null)
            {
                result.AddError("--url and --profile cannot be combined.");
            }
        });
        return Acts("Interrupted.", async call =>
        {
            var target = new ServerLocator(call.Environment).Find(call.Get(url), call.Get(profile), call.Get(token));
            using var connection = ServerConnection.Open(target);
            try
            {
                return Refused(call) ?? await run(connection, call);
            }
            catch (MirrorApiException e) when (e.Status == HttpStatusCode.Unauthorized)
            {
                call.Output.Error(connection.ExplainDenial());
            }
            catch (MirrorApiException e) when (e.Status == HttpStatusCode.NotFound)
            {
                string suggestion = await SuggestGroupAsync(connection.Client, call);
                call.Output.Error(suggestion.Length > 0 ? e.Message.TrimEnd('.') + suggestion : e.Message);
            }
            catch (HttpRequestException e)
            {
                call.Output.Error(connection.Explain(e));
            }
            catch (HttpIOException e)
            {
                call.Output.Error($"The connection to {connection.Url} was lost: {ServerConnection.Reason(e)}.");
            }

            return ExitCodes.Failure;
        });
    }

    /// <summary>Works on this machine, without a server.</summary>
    /// <param name="interrupted">The message after Ctrl-C.</param>
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
        catch (UsageException e)
        {
            call.Output.Error(e.Message);
            return ExitCodes.BadUsage;
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

    /// <summary>The known group or workspace that a misspelt one was probably meant to be; empty if the group is not the mistake.</summary>
    private async Task<string> SuggestGroupAsync(MirrorClient client, CommandCall call)
    {
        var named = Options.OfType<Option<NamespacePath>>().Select(call.Get).Append(GroupSymbol is null ? null : call.Find(GroupSymbol));
        try
        {
            var known = (await client.ListNamespacesAsync(call.Stop)).Items.Select(item => item.Path).ToHashSet(StringComparer.Ordinal);
            return named.FirstOrDefault(path => path is not null && !known.Contains(path.Value)) is { } unknown
                ? Suggestion.For(unknown.Value, known)
                : "";
        }
        catch (Exception e) when (e is MirrorApiException or HttpRequestException)
        {
            return "";
        }
    }

    /// <returns>The exit code if the user did not confirm; null otherwise.</returns>
    private int? Refused(CommandCall call) => _question is null ? null : call.Output.Confirm(_question(call), call.Get(_yes));
}
