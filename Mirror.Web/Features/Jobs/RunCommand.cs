using System.CommandLine;
using System.Net;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Jobs;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Jobs;

/// <summary><c>mirror run</c>: one Terraform run as a job, everything that it needs made before and removed after it.</summary>
internal sealed class RunCommand : ConnectedCommand
{
    public const string CommandName = "run";

    // A server that is there makes a job in milliseconds; whoever waits for a build should not wait for one that is not.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Argument<string[]> _command = new("command")
    {
        Description = "The command and its arguments, after --.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<NamespacePath> _workspace = CommandOptions.GroupPath("--workspace", "The workspace or group whose mirror the run uses.");
    private readonly Option<bool> _strict = new("--strict") { Description = "Fail, without running the command, where the server cannot be used." };
    private readonly Option<string?> _lifetime = new("--lifetime")
    {
        Description = "When the job ends by itself, should the run take longer: 1m to 24h. [default: 2h]",
        HelpName = "duration",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (!Quantity.TryParseDuration(text, out var lifetime) || lifetime < JobLimits.MinLifetime || lifetime > JobLimits.MaxLifetime)
            {
                result.AddError($"--lifetime: '{text}' is not valid; expected a duration of 1m to 24h, such as 30m or 2h.");
            }

            return text;
        },
    };

    public RunCommand()
        : base(
            CommandName,
            "Run Terraform or OpenTofu through the mirror and say what was cached. It is a job of a workspace, which ends with it. "
            + "Only this run's CLI configuration is changed; your other settings are kept, and signals and the exit code are passed on.",
            "mirror run -- terraform init",
            "mirror run --workspace platform/network -- tofu init -upgrade",
            "mirror run --strict -- make plan")
    {
        Usage = "[options] -- <command>...";
        Add(_command);
        Add(_workspace);
        Add(_strict);
        Add(_lifetime);
        AddCommonOptions();
    }

    protected override async Task<int> RunAsync(ServerConnection connection, ParseResult arguments, CommandOutput output, CancellationToken cancellationToken)
    {
        string[] command = arguments.GetRequiredValue(_command);
        if (ProgramPath.Find(command[0]) is not { } program)
        {
            output.Error($"{command[0]}: there is no such program, or it may not be run.");
            return ExitCodes.NotFound;
        }

        using var child = new ChildProgram(program, command[1..], outputToError: output.IsJson);
        var workspace = arguments.GetRequiredValue(_workspace);
        NewJobDocument job;
        try
        {
            job = await CreateJobAsync(connection, workspace, arguments.GetValue(_lifetime), child.Interrupted);
        }
        catch (OperationCanceledException) when (child.Interrupted.IsCancellationRequested)
        {
            return child.InterruptedCode;
        }
        catch (ServerUnusableException e)
        {
            output.Error(e.Message);
            if (arguments.GetValue(_strict))
            {
                output.Error($"'{command[0]}' was not run.");
                return ExitCodes.Failure;
            }

            output.Error($"Running '{command[0]}' without the mirror.");
            int code = await child.RunAsync(new Dictionary<string, string>(), output);
            if (output.IsJson)
            {
                output.Json(new RunReport(workspace.Value, null, code, []));
            }

            return code;
        }

        return await new JobRun(connection, workspace, job, output).RunAsync(child, ClientTools.Of(command[0]));
    }

    private static async Task<NewJobDocument> CreateJobAsync(ServerConnection connection, NamespacePath workspace, string? lifetime, CancellationToken interrupted)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        patience.CancelAfter(Patience);
        try
        {
            var job = await connection.Client.CreateJobAsync(workspace, lifetime, patience.Token);
            return job.NetworkMirrorUrl is not null || job.Registries.Count > 0
                ? job
                : throw new ServerUnusableException($"{connection.Url} cannot be asked by Terraform: it is not reached over https, or its protocols are off.");
        }
        catch (HttpRequestException e)
        {
            throw new ServerUnusableException(Explain(e, connection.Url));
        }
        catch (MirrorApiException e) when (e.Status is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError)
        {
            throw new ServerUnusableException(e.Message);
        }
        catch (OperationCanceledException) when (!interrupted.IsCancellationRequested)
        {
            throw new ServerUnusableException($"The mirror at {connection.Url} does not answer in time.");
        }
    }

    /// <summary>There is no mirror to use for this run; what the caller did wrong is no such thing.</summary>
    private sealed class ServerUnusableException(string message) : Exception(message);
}
