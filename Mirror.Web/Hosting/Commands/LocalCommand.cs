using System.CommandLine;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Web.Cli;

namespace Mirror.Web.Hosting.Commands;

/// <summary>A command that works on the data directory of this machine's server, which the configuration names.</summary>
internal abstract class LocalCommand : ExplainedCommand
{
    private readonly Option<bool> _json = CommandOptions.Json();

    protected LocalCommand(string name, string description, params string[] examples)
        : base(name, description, HelpSection.Examples(examples)) => SetAction(InvokeAsync);

    protected void AddCommonOptions() => Options.Add(_json);

    /// <returns>The exit code.</returns>
    protected abstract Task<int> RunAsync(MirrorOptions options, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken);

    private async Task<int> InvokeAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var output = new CommandOutput(arguments.InvocationConfiguration.Output, arguments.InvocationConfiguration.Error, arguments.GetValue(_json));
        try
        {
            return await RunAsync(LocalInstance.ReadOptions(), arguments, output, cancellationToken);
        }
        catch (InvalidConfigurationException e)
        {
            foreach (var fault in e.Faults)
            {
                output.Error(fault.ToString());
            }
        }
        catch (Exception e) when (StorageFailure.ExplainToOperator(e) is { } explanation)
        {
            output.Error(explanation);
        }
        catch (Exception e) when (e is StartFailedException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            output.Error(e.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            output.Error("Interrupted; nothing was left behind that counts.");
        }

        return ExitCodes.Failure;
    }
}
