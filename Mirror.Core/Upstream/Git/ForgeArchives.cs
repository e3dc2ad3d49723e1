using System.IO.Compression;
using System.Net.Http.Headers;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;

namespace Mirror.Core.Upstream.Git;

/// <summary>
/// Downloads the archive of a commit that the software of a Git server offers, which needs no <c>git</c> executable. Azure DevOps only
/// offers zip archives without file modes and links, so they would differ from those of <c>git</c>.
/// </summary>
public sealed class ForgeArchives(OriginHttp http, GitHosts hosts, MirrorOptions options, TimeProvider time)
{
    public bool Supports(Uri repository) => UrlOf(repository, "") is not null;

    /// <param name="consume">Reads the tar archive, whose files are in one directory. It is incomplete if the download fails.</param>
    /// <returns>Null if the whole archive was read.</returns>
    public async Task<Failure?> DownloadAsync(
        GitReference reference,
        OriginCredential credential,
        Func<Stream, CancellationToken, Task> consume,
        CancellationToken cancellationToken)
    {
        var limits = options.Upstream.Limits;
        var url = UrlOf(reference.Repository, reference.Commit)!;
        using var timer = new CancellationTokenSource(limits.PackageTimeAllowance, time);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        IdleLimitedStream? content = null;
        try
        {
            var opened = await http.OpenPackageAsync(
                url, ArchiveFormat.TarGz, 0, null, limited.Token, Authorize(reference.Repository, credential)).ConfigureAwait(false);
            if (!opened.TryGet(out var download))
            {
                return opened.Failure;
            }

            using (download)
            {
                if (download.IsHtml)
                {
                    return Markup.Refuse(url, "an archive");
                }

                content = new IdleLimitedStream(download.Content, limits.PackageIdleTimeout, time);
                await using var tar = new GZipStream(content, CompressionMode.Decompress);
                await consume(tar, limited.Token).ConfigureAwait(false);
                return null;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Failure(FailureKind.TooSlow, $"{OriginGuard.Redact(url)} did not send the archive in time.");
        }
        catch (IOException e) when (content?.HasFailed == true)
        {
            return OriginFailures.Describe(e, url, limited.Token)!;
        }
    }

    private Uri? UrlOf(Uri repository, string commit)
    {
        string url = repository.AbsoluteUri;
        url = url.EndsWith(".git", StringComparison.Ordinal) ? url[..^4] : url;
        string? archive = hosts.ForgeOf(repository) switch
        {
            ForgeKind.GitHub or ForgeKind.Gitea => $"{url}/archive/{commit}.tar.gz",
            ForgeKind.GitLab => GitLabUrl(new Uri(url), commit),
            ForgeKind.Bitbucket => $"{url}/get/{commit}.tar.gz",
            _ => null,
        };
        return archive is not null && ExactUrl.TryParse(archive, out var parsed) ? parsed : null;
    }

    private static string GitLabUrl(Uri repository, string commit)
    {
        string project = Uri.EscapeDataString(Uri.UnescapeDataString(repository.AbsolutePath.Trim('/')));
        return $"{repository.GetLeftPart(UriPartial.Authority)}/api/v4/projects/{project}/repository/archive.tar.gz?sha={commit}";
    }

    /// <summary>GitLab's archives are part of its API, which does not accept what its repositories do.</summary>
    private AuthenticationHeaderValue? Authorize(Uri repository, OriginCredential credential) =>
        hosts.ForgeOf(repository) == ForgeKind.GitLab && credential.Token is { } token
            ? new AuthenticationHeaderValue("Bearer", token[(token.IndexOf(':', StringComparison.Ordinal) + 1)..])
            : hosts.Authorize(repository, credential);

    /// <summary>Ends a download that stalls.</summary>
    private sealed class IdleLimitedStream(Stream inner, TimeSpan limit, TimeProvider time) : ReadOnlyStream
    {
        /// <summary>The connection was lost, not the place where the content is written.</summary>
        public bool HasFailed { get; private set; }

        public override int Read(Span<byte> buffer) => throw new NotSupportedException();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            using var timer = new CancellationTokenSource(limit, time);
            using var reading = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
            try
            {
                return await inner.ReadAsync(buffer, reading.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException e) when (timer.IsCancellationRequested)
            {
                HasFailed = true;
                throw new IOException($"nothing was received for {limit}", e);
            }
            catch (IOException)
            {
                HasFailed = true;
                throw;
            }
        }
    }
}
