using System.Text.Json;
using System.Text.Json.Nodes;
using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Core.Jobs;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Jobs;

/// <summary>Runs a program as a job, with a temporary CLI configuration that contains the job's token, and prints the summary.</summary>
internal sealed class JobRun(ServerConnection connection, NamespacePath workspace, NewJob job, CommandOutput output)
{
    private static readonly TimeSpan SummaryTimeout = TimeSpan.FromSeconds(15);
    private readonly MirrorClient _asJob = connection.ClientWith(job.Token);
    private JobSummary? _summary;

    /// <returns>The program's exit code.</returns>
    public async Task<int> RunAsync(ChildProgram child, ClientTool tool)
    {
        int code;
        try
        {
            using var files = new TemporaryFiles();
            code = child.Interrupted.IsCancellationRequested ? child.InterruptedCode : await child.RunAsync(Prepare(files, tool), output);
        }
        finally
        {
            await FinishAsync();
        }

        if (output.IsJson)
        {
            output.Json(Report(workspace, job.Name, code, _summary?.Packages ?? []));
        }
        else if (_summary is not null)
        {
            foreach (string line in Lines(_summary.Packages))
            {
                output.Line(line);
            }
        }

        return code;
    }

    /// <summary>The output with <c>--json</c>.</summary>
    /// <param name="job">Null if it ran without the mirror.</param>
    /// <param name="code">The program's exit code.</param>
    public static JsonObject Report(NamespacePath workspace, string? job, int code, IReadOnlyList<JobPackage> packages) => new()
    {
        ["workspace"] = workspace.Value,
        ["job"] = job,
        ["exitCode"] = code,
        ["packages"] = JsonSerializer.SerializeToNode(packages, ApiJson.Default.IReadOnlyListJobPackage),
    };

    /// <summary>The output after the run. Other tools parse these lines.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<JobPackage> packages)
    {
        yield return "Provider caching summary...";
        foreach (var package in packages)
        {
            string source = package.Provider is { } provider
                ? CommandText.Address(provider)
                : $"module {ModuleAddress.Parse(package.Module!).Display}";
            string name = package.Version is { } version ? $"{source} v{version}" : source;
            yield return package.Outcome switch
            {
                JobPackageOutcome.Used => $"- Used cached {name}",
                JobPackageOutcome.Cached => $"- Cached {name}",
                _ => $"- Failed to cache {name}: {package.Reason}",
            };
        }

        int failed = packages.Count(package => package.Outcome == JobPackageOutcome.Failed);
        yield return $"Provider caching has been completed{(failed == 0 ? "" : $", except for {failed} that failed")}";
    }

    /// <returns>The variables to add to the program's environment.</returns>
    private Dictionary<string, string> Prepare(TemporaryFiles files, ClientTool tool)
    {
        var user = UserConfiguration.Read(tool, UserEnvironment.OfThisProcess());
        var configuration = CliConfiguration.Compose(user, job);
        foreach (string note in (string[])[.. user.Faults, .. configuration.SetAside])
        {
            output.Error(note);
        }

        var environment = new Dictionary<string, string>(configuration.Tokens)
        {
            ["TF_CLI_CONFIG_FILE"] = files.Write("mirror.tfrc", configuration.Text),
        };
        if (connection.AuthorityPath is { } authority)
        {
            environment[CertificateBundle.Variable] = files.Write("certificates.pem", CertificateBundle.With(authority));
        }

        return environment;
    }

    /// <summary>Prints the summary and ends the job, regardless of the program's result.</summary>
    private async Task FinishAsync()
    {
        using var timeout = new CancellationTokenSource(SummaryTimeout, TimeProvider.System);
        try
        {
            _summary = await _asJob.GetJobAsync(workspace, job.Id, timeout.Token);
            await _asJob.EndJobAsync(workspace, job.Id, timeout.Token);
        }
        catch (Exception e) when (e is HttpRequestException or MirrorApiException or OperationCanceledException)
        {
            string reason = e is OperationCanceledException ? "the server did not respond in time" : ServerConnection.Reason(e);
            output.Error(TimeProvider.System.GetUtcNow() >= job.ExpiresAt
                ? $"The job expired at {CommandText.Time(job.ExpiresAt)}, before the run ended. Set a longer --lifetime."
                : $"The caching summary is unavailable: {reason}.");
        }
    }
}

/// <summary>A directory readable only by its owner, which is deleted with its content.</summary>
internal sealed class TemporaryFiles : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mirror-run-");

    /// <returns>The path of the file.</returns>
    public string Write(string name, string content)
    {
        string path = Path.Combine(_directory.FullName, name);
        Http.OwnerOnlyFile.Write(path, content);
        return path;
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
