using System.CommandLine;
using System.Net;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Jobs;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Jobs;

/// <summary><c>mirror run</c></summary>
internal static class JobCommands
{
    public const string RunName = "run";

    // A server that is running creates a job in milliseconds; a build should not wait for one that is not.
    private static readonly TimeSpan CreationTimeout = TimeSpan.FromSeconds(10);

    public static ServerCommand Run()
    {
        var command = new Argument<string[]>("command")
        {
            Description = "The command and its arguments, after --.",
            Arity = ArgumentArity.OneOrMore,
        };
        var workspace = new Option<NamespacePath>("--workspace", CommandOptions.GroupPathName)
        {
            Description = "The workspace or group whose mirror the run uses.",
            HelpName = "path",
            CustomParser = CommandOptions.ParseWith<NamespacePath>(NamespacePath.Parse),
            DefaultValueFactory = _ => NamespacePath.Default,
        };
        var strict = new Option<bool>("--strict") { Description = "Fail without running the command if the server is not available." };
        var lifetime = new Option<string?>("--lifetime")
        {
            Description = "The time after which the job ends even if the command is still running: 1m to 24h. [default: 2h]",
            HelpName = "duration",
            CustomParser = CommandOptions.ParseWith<string?>(text =>
                Quantity.TryParseDuration(text, out var duration) && duration >= JobLimits.MinLifetime && duration <= JobLimits.MaxLifetime
                    ? text
                    : throw new FormatException(
                        $"--lifetime: '{text}' is not valid; expected a duration from 1m to 24h, such as 30m or 2h.")),
        };
        return new ServerCommand(
            RunName,
            "Run Terraform or OpenTofu through the mirror. Afterward, the command lists the packages that the run cached. The run is a job "
            + "of a workspace, with a separate token that ends with it. Only the CLI configuration of this run changes: your other settings "
            + "are kept, and signals and the exit code are passed on.",
            "mirror run -- terraform init",
            "mirror run --workspace platform/network -- tofu init -upgrade",
            "mirror run --strict -- make plan") { command, workspace, strict, lifetime }
            .WithUsage("[options] -- <command>...")
            .Connects((connection, call) =>
                RunAsync(connection, call.Get(command), call.Get(workspace), call.Get(strict), call.Get(lifetime), call.Output));
    }

    private static async Task<int> RunAsync(
        ServerConnection connection, string[] command, NamespacePath workspace, bool strict, string? lifetime, CommandOutput output)
    {
        if (ProgramPath.Find(command[0]) is not { } program)
        {
            output.Error($"{command[0]}: command not found, or not executable.");
            return ExitCodes.NotFound;
        }

        using var child = new ChildProgram(program, command[1..], outputToError: output.IsJson);
        NewJob job;
        try
        {
            job = await CreateJobAsync(connection, workspace, lifetime, child.Interrupted);
        }
        catch (OperationCanceledException) when (child.Interrupted.IsCancellationRequested)
        {
            return child.InterruptedCode;
        }
        catch (ServerUnusableException e)
        {
            output.Error(e.Message);
            if (strict)
            {
                output.Error($"'{command[0]}' was not run.");
                return ExitCodes.Failure;
            }

            output.Error($"Running '{command[0]}' without the mirror.");
            int code = await child.RunAsync(new Dictionary<string, string>(), output);
            if (output.IsJson)
            {
                output.Json(JobRun.Report(workspace, null, code, []));
            }

            return code;
        }

        return await new JobRun(connection, workspace, job, output).RunAsync(child, ClientTools.Of(command[0]));
    }

    private static async Task<NewJob> CreateJobAsync(
        ServerConnection connection, NamespacePath workspace, string? lifetime, CancellationToken interrupted)
    {
        using var limit = new CancellationTokenSource(CreationTimeout, TimeProvider.System);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(interrupted, limit.Token);
        try
        {
            var job = await connection.Client.CreateJobAsync(workspace, lifetime, timeout.Token);
            return job.NetworkMirrorUrl is not null || job.Registries.Count > 0
                ? job
                : throw new ServerUnusableException(
                    $"Terraform cannot use {connection.Url}: it is not an https address, or the server's protocols are disabled.");
        }
        catch (HttpRequestException e)
        {
            throw new ServerUnusableException(connection.Explain(e));
        }
        catch (MirrorApiException e) when (e.Status is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError)
        {
            throw new ServerUnusableException(e.Message);
        }
        catch (OperationCanceledException) when (!interrupted.IsCancellationRequested)
        {
            throw new ServerUnusableException($"The mirror at {connection.Url} did not respond in time.");
        }
    }

    /// <summary>No mirror is available for this run; a mistake of the caller is another error.</summary>
    private sealed class ServerUnusableException(string message) : Exception(message);
}
