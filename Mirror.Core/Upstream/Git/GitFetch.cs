using Mirror.Core.Addresses;
using Mirror.Core.Configuration;

namespace Mirror.Core.Upstream.Git;

/// <summary>Fetches one commit of a repository with the <c>git</c> executable, as a tar archive.</summary>
public sealed class GitFetch(OriginHttp http, OriginGuard guard, GitHosts hosts, MirrorOptions options, TimeProvider time)
{
    private const string Fetched = "refs/mirror/fetched";
    private readonly string? _executable = GitProcess.Find();

    /// <summary>Whether <c>git</c> is installed.</summary>
    public bool IsAvailable => _executable is not null;

    /// <param name="directory">Where to create a temporary repository.</param>
    /// <param name="consume">Reads the tar archive. It is incomplete if the fetch fails.</param>
    /// <returns>Null if the whole archive was read.</returns>
    /// <exception cref="IOException">The directory is not writable, or the process cannot be started.</exception>
    public async Task<Failure?> FetchAsync(
        GitReference reference,
        OriginCredential credential,
        string directory,
        Func<Stream, CancellationToken, Task> consume,
        CancellationToken cancellationToken)
    {
        var url = reference.Repository;
        if (_executable is null)
        {
            return new Failure(
                FailureKind.NotFound, $"{OriginGuard.Redact(url)} can only be fetched with git, which is not installed on the server.");
        }

        if (guard.Check(url) is { } forbidden)
        {
            return forbidden;
        }

        string repository = Path.Combine(directory, Guid.NewGuid().ToString("N") + ".git");
        Directory.CreateDirectory(repository);
        using var timer = new CancellationTokenSource(options.Upstream.Limits.PackageTimeAllowance, time);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            await using var gateway = new GitGateway(http, options, time, url, hosts.Authorize(url, credential), limited.Token);
            var git = new GitProcess(_executable, repository, gateway.ProxyUrl);
            return await FetchAsync(git, gateway, reference, consume, limited.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new Failure(
                FailureKind.TooSlow,
                $"{OriginGuard.Redact(url)} was not fetched within {options.Upstream.Limits.PackageTimeAllowance} (Mirror:Upstream:Limits:PackageTimeAllowance).");
        }
        finally
        {
            Delete(repository);
        }
    }

    private static void Delete(string repository)
    {
        if (OperatingSystem.IsWindows())
        {
            // git marks its packs as read-only, which prevents their deletion there.
            foreach (string file in Directory.EnumerateFiles(repository, "*", SearchOption.AllDirectories))
            {
                File.SetAttributes(file, FileAttributes.Normal);
            }
        }

        Directory.Delete(repository, recursive: true);
    }

    private static async Task<Failure?> FetchAsync(
        GitProcess git,
        GitGateway gateway,
        GitReference reference,
        Func<Stream, CancellationToken, Task> consume,
        CancellationToken cancellationToken)
    {
        string where = OriginGuard.Redact(reference.Repository);
        string format = reference.Commit.Length == 64 ? "sha256" : "sha1";
        string[][] steps =
        [
            ["init", "--quiet", "--bare", "--template=", $"--object-format={format}"],
            [
                "fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--no-auto-maintenance", "--no-write-fetch-head",
                "--", GitGateway.Repository, $"+{reference.Name ?? reference.Commit}:{Fetched}",
            ],
        ];
        foreach (string[] step in steps)
        {
            string? problem = await git.RunAsync(step, null, cancellationToken).ConfigureAwait(false);
            if (gateway.Failure is { } failure)
            {
                return failure;
            }

            if (problem is not null)
            {
                return new Failure(FailureKind.InvalidAnswer, $"git could not fetch {reference.Commit} from {where}: {problem}");
            }
        }

        string commit = "";
        string? unknown = await git.RunAsync(
            ["rev-parse", "--verify", "--quiet", $"{Fetched}^{{commit}}"],
            async (output, token) =>
            {
                using var reader = new StreamReader(output, leaveOpen: true);
                commit = (await reader.ReadLineAsync(token).ConfigureAwait(false) ?? "").Trim();
            },
            cancellationToken).ConfigureAwait(false);
        if (unknown is not null || commit != reference.Commit)
        {
            return new Failure(
                FailureKind.Unreachable, $"{reference.Name ?? "The revision"} of {where} changed while it was fetched. Try again.");
        }

        string? incomplete = await git.RunAsync(["archive", "--format=tar", reference.Commit], consume, cancellationToken)
            .ConfigureAwait(false);
        return incomplete is null
            ? null
            : new Failure(FailureKind.InvalidAnswer, $"git could not read {reference.Commit} of {where}: {incomplete}");
    }
}
