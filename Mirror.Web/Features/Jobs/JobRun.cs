using System.Text.Json;
using System.Text.Json.Nodes;
using Mirror.Core.Addresses;
using Mirror.Core.Database;
using Mirror.Core.Jobs;
using Mirror.Web.Cli;
using Mirror.Web.Contracts;

namespace Mirror.Web.Features.Jobs;

/// <summary>Runs a program as a job: with a temporary CLI configuration that holds the job's token, and the summary after it.</summary>
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

    /// <summary>What is printed with <c>--json</c>.</summary>
    /// <param name="job">Null: it ran without the mirror.</param>
    /// <param name="code">The program's exit code.</param>
    public static JsonObject Report(NamespacePath workspace, string? job, int code, IReadOnlyList<JobPackage> packages) => new()
    {
        ["workspace"] = workspace.Value,
        ["job"] = job,
        ["exitCode"] = code,
        ["packages"] = JsonSerializer.SerializeToNode(packages, ApiJson.Default.IReadOnlyListJobPackage),
    };

    /// <summary>What is printed after the run; the first and last line, and each in between, are what other tools look for.</summary>
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

    /// <returns>What to add to the program's environment.</returns>
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

    /// <summary>Asks what came of it, and ends the job, whatever became of the program.</summary>
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
            string reason = e is OperationCanceledException ? "the server does not answer in time" : ServerConnection.Reason(e);
            output.Error(TimeProvider.System.GetUtcNow() >= job.ExpiresAt
                ? $"The job ended at {CommandText.Time(job.ExpiresAt)}, before the run did; give it more with --lifetime."
                : $"The caching summary is not known: {reason}.");
        }
    }
}

/// <summary>A directory that only its owner can look into, and that goes with all that is in it.</summary>
internal sealed class TemporaryFiles : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mirror-run-");

    /// <returns>Its path.</returns>
    public string Write(string name, string content)
    {
        string path = Path.Combine(_directory.FullName, name);
        Http.OwnerOnlyFile.Write(path, content);
        return path;
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
