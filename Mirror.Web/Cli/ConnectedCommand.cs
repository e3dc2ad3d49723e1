using System.CommandLine;
using System.Net;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Web.Contracts;

namespace Mirror.Web.Cli;

/// <summary>A command for which there is a server: which one, with which token, and how what goes wrong is told.</summary>
internal abstract class ConnectedCommand : ExplainedCommand
{
    private readonly Option<Uri?> _url = CommandOptions.Url();
    private readonly Option<string?> _token = CommandOptions.Token();
    private readonly Option<bool> _json = CommandOptions.Json();

    protected ConnectedCommand(string name, string description, params string[] examples)
        : base(name, description, HelpSection.Examples(examples)) => SetAction(InvokeAsync);

    /// <summary>Adds the options of every such command after the command's own.</summary>
    protected void AddCommonOptions()
    {
        Options.Add(_json);
        Options.Add(_url);
        Options.Add(_token);
    }

    /// <returns>The exit code.</returns>
    protected abstract Task<int> RunAsync(ServerConnection connection, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken);

    private async Task<int> InvokeAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var output = new CommandOutput(arguments.InvocationConfiguration.Output, arguments.InvocationConfiguration.Error, arguments.GetValue(_json));
        Uri? url = null;
        try
        {
            using var connection = ServerConnection.Open(arguments.GetValue(_url), arguments.GetValue(_token), Directory.GetCurrentDirectory());
            url = connection.Url;
            return await RunAsync(connection, arguments, output, cancellationToken);
        }
        catch (InvalidConfigurationException e)
        {
            foreach (var fault in e.Faults)
            {
                output.Error(fault.ToString());
            }
        }
        catch (MirrorApiException e) when (e.Status == HttpStatusCode.Unauthorized)
        {
            output.Error($"{e.Message} For this command: --token or {CommandOptions.TokenVariable}.");
        }
        catch (HttpRequestException e)
        {
            output.Error(Explain(e, url));
        }
        catch (Exception e) when (StorageFailure.ExplainToOperator(e) is { } explanation)
        {
            output.Error(explanation);
        }
        catch (Exception e) when (e is StartFailedException or MirrorApiException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            output.Error(e.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            output.Error("Interrupted.");
        }

        return ExitCodes.Failure;
    }

    /// <summary>Why a server cannot be reached, and what to do about it.</summary>
    protected static string Explain(HttpRequestException exception, Uri? url) => exception.HttpRequestError == HttpRequestError.SecureConnectionError
        ? $"{url} cannot be trusted: {Reason(exception)}. Name the file of its certificate authority in SSL_CERT_FILE."
        : $"No mirror answers at {url}: {Reason(exception)}. Start it with 'mirror serve', or name another with --url or {CommandOptions.UrlVariable}.";

    /// <summary>The innermost message says what the network did; those around it say only that something failed.</summary>
    internal static string Reason(Exception exception) =>
        exception.InnerException is { } inner ? Reason(inner) : exception.Message.TrimEnd('.');
}
