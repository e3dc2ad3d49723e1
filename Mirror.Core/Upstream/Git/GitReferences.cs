using System.Buffers.Text;
using System.Text;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;

namespace Mirror.Core.Upstream.Git;

/// <summary>A revision of a repository, resolved to a commit.</summary>
/// <param name="Repository">The URL of the repository after redirects, such as those of renamed repositories.</param>
/// <param name="Commit">In lowercase hexadecimal digits.</param>
/// <param name="Name">The full name of the tag or branch; null if the revision is a commit.</param>
public sealed record GitReference(Uri Repository, string Commit, string? Name);

/// <summary>
/// Resolves tags and branches of repositories to commits. See https://git-scm.com/docs/http-protocol#_smart_clients.
/// </summary>
public sealed class GitReferences(OriginHttp http, GitHosts hosts, MirrorOptions options)
{
    internal const string Service = "info/refs?service=git-upload-pack";

    public async Task<Outcome<GitReference>> ResolveAsync(
        Uri repository, string revision, OriginCredential credential, Deadline deadline)
    {
        if (GitSource.IsCommit(revision))
        {
            return new GitReference(repository, revision, null);
        }

        var finder = new Finder(revision);
        var answer = await http.GetDocumentAsync(
            new DocumentRequest(
                new Uri($"{repository.AbsoluteUri}/{Service}"), null, null, options.Upstream.Limits.MaxVersionList, IsJson: false)
            {
                Authorization = hosts.Authorize(repository, credential),
                StaysAtOrigin = true,
                ConsumeAsync = (body, cancellationToken) => finder.ReadAsync(body, cancellationToken),
            },
            deadline).ConfigureAwait(false);
        if (!answer.TryGet(out var document))
        {
            return answer.Failure;
        }

        string where = OriginGuard.Redact(repository);
        if (finder.Fault is { } fault)
        {
            return new Failure(FailureKind.InvalidAnswer, $"{where} does not respond like a Git repository: {fault}.");
        }

        string final = document.Url.AbsoluteUri;
        int end = final.LastIndexOf("/info/refs", StringComparison.Ordinal);
        return finder.Find() is not var (commit, name)
            ? new Failure(FailureKind.NotFound, $"{where} has no tag or branch '{revision}'.")
            : end < 0
                ? new Failure(
                    FailureKind.InvalidAnswer, $"{where} redirects to {OriginGuard.Redact(document.Url)}, which is not a Git repository.")
                : new GitReference(new Uri(final[..end]), commit, name);
    }

    /// <summary>Reads the lines of a response, and keeps only those that can be meant by the revision.</summary>
    private sealed class Finder(string revision)
    {
        private const int MaxLine = 65520;

        // Tags before branches, as clients prefer them.
        private readonly string[] _names = revision == GitSource.DefaultRevision
            ? [revision]
            : revision.StartsWith("refs/", StringComparison.Ordinal) ? [revision] : [$"refs/tags/{revision}", $"refs/heads/{revision}"];

        private readonly Dictionary<string, string> _found = [];

        public string? Fault { get; private set; }

        /// <returns>The commit and the name of the reference; null if there is none.</returns>
        public (string Commit, string Name)? Find()
        {
            foreach (string name in _names)
            {
                // The object that an annotated tag refers to follows the tag itself.
                if (_found.TryGetValue(name + "^{}", out string? commit) || _found.TryGetValue(name, out commit))
                {
                    return (commit, name);
                }
            }

            return null;
        }

        public async Task ReadAsync(Stream body, CancellationToken cancellationToken)
        {
            // An attempt may follow one that was interrupted.
            _found.Clear();
            Fault = null;
            byte[] buffer = new byte[MaxLine];
            bool isFirst = true;
            while (true)
            {
                int read = await body.ReadAtLeastAsync(buffer.AsMemory(0, 4), 4, throwOnEndOfStream: false, cancellationToken)
                    .ConfigureAwait(false);
                if (read == 0 && !isFirst)
                {
                    return;
                }

                if (read < 4 || !Utf8Parser.TryParse(buffer.AsSpan(0, 4), out int length, out int consumed, 'x') || consumed != 4
                    || length is 1 or 2 or 3 or > MaxLine)
                {
                    Fault = "the list of its references is malformed or incomplete";
                    return;
                }

                if (length == 0)
                {
                    continue;
                }

                var line = buffer.AsMemory(0, length - 4);
                await body.ReadExactlyAsync(line, cancellationToken).ConfigureAwait(false);
                string text = Encoding.UTF8.GetString(line.Span).TrimEnd('\n');
                if (isFirst && text != "# service=git-upload-pack")
                {
                    Fault = "it does not offer git-upload-pack";
                    return;
                }

                isFirst = false;
                Take(text.Split('\0', 2)[0]);
            }
        }

        private void Take(string line)
        {
            if (line.Split(' ', 2) is [var commit, var name]
                && GitSource.IsCommit(commit)
                && Array.Exists(_names, wanted => name == wanted || name == wanted + "^{}"))
            {
                _found[name] = commit;
            }
        }
    }
}
