using System.CommandLine;
using Mirror.Web.Contracts;

namespace Mirror.Web.Cli;

/// <summary>A command that does what it does by the server's API.</summary>
internal abstract class ClientCommand(string name, string description, params string[] examples) : ConnectedCommand(name, description, examples)
{
    /// <returns>The exit code.</returns>
    protected abstract Task<int> RunAsync(MirrorClient client, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken);

    protected sealed override Task<int> RunAsync(ServerConnection connection, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken) =>
        RunAsync(connection.Client, arguments, output, cancellationToken);
}
