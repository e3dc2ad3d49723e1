using System.Text.Json.Nodes;
using Mirror.Tests.Hosting;
using Mirror.Web.Cli;
using Mirror.Web.Hosting.Commands;

namespace Mirror.Tests.Cli;

/// <summary>The output and the exit code of a command.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    public JsonNode Json => JsonNode.Parse(Output)!;
}

/// <summary>Runs commands of the executable in this process.</summary>
internal static class CommandLine
{
    /// <summary>With no environment variables, and no profiles.</summary>
    public static CommandEnvironment NoEnvironment { get; } =
        new(Directory.GetCurrentDirectory(), null, new Dictionary<string, string>());

    public static Task<CommandResult> RunAsync(params string[] args) => RunAsync(NoEnvironment, args);

    public static async Task<CommandResult> RunAsync(CommandEnvironment environment, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await MirrorCommandLine.RunAsync(args, new CommandInvocation(environment) { Output = output, Error = error });
        return new CommandResult(code, output.ToString(), error.ToString());
    }

    /// <summary>Runs a command on the server, as its administrator.</summary>
    public static Task<CommandResult> RunAsync(MirrorServer server, params string[] args) =>
        RunAsync([.. args, "--url", server.Url.ToString(), "--token", server.AdminToken]);
}
