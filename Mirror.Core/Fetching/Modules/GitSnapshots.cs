using System.Security.Cryptography;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Storage;
using Mirror.Core.Storage.Archives;
using Mirror.Core.Upstream;
using Mirror.Core.Upstream.Git;

namespace Mirror.Core.Fetching.Modules;

/// <summary>
/// The files of one commit as a tar.gz archive, whose bytes depend on nothing but the commit; see <see cref="SourceTree"/>.
/// </summary>
/// <param name="Repository">The URL of the repository after redirects.</param>
/// <param name="Commit">In lowercase hexadecimal digits.</param>
/// <param name="Package">The archive, staged in the package store; owned by the snapshot.</param>
public sealed record GitSnapshot(Uri Repository, string Commit, StagedPackage Package, Sha256Digest Digest) : IDisposable
{
    public void Dispose() => Package.Dispose();
}

/// <summary>Fetches tags, branches and commits of Git repositories, a few at a time.</summary>
public sealed class GitSnapshots(
    GitReferences references, ForgeArchives archives, GitFetch git, IPackageStore store, MirrorOptions options, TimeProvider time)
    : IDisposable
{
    private const int MaxConcurrent = 4;
    private readonly SemaphoreSlim _slots = new(MaxConcurrent);

    public void Dispose() => _slots.Dispose();

    /// <summary>Whether a repository can be fetched on this server.</summary>
    public bool CanFetch(Uri repository) => git.IsAvailable || archives.Supports(repository);

    /// <param name="revision">A tag, a branch, a complete commit id, or <c>HEAD</c>.</param>
    /// <param name="credential">For the server of the repository; see <see cref="GitHosts.NameOf"/>.</param>
    public async Task<Outcome<GitSnapshot>> FetchAsync(
        Uri repository, string revision, OriginCredential credential, CancellationToken cancellationToken)
    {
        if (!GitSource.IsRevision(revision))
        {
            return new Failure(FailureKind.NotFound, $"'{revision}' is not the name of a tag, branch or commit.");
        }

        await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var resolved = await ResolveAsync(repository, revision, credential, cancellationToken).ConfigureAwait(false);
            return resolved.TryGet(out var reference)
                ? await FetchAsync(reference, credential, cancellationToken).ConfigureAwait(false)
                : resolved.Failure;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return StorageFailure.Describe($"{revision} of {OriginGuard.Redact(repository)} could not be fetched", e);
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>Finds the commit of a revision, within the document deadline.</summary>
    public async Task<Outcome<GitReference>> ResolveAsync(
        Uri repository, string revision, OriginCredential credential, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(time, options.Upstream.Limits.DocumentDeadline, cancellationToken);
        return await references.ResolveAsync(repository, revision, credential, deadline).ConfigureAwait(false);
    }

    private async Task<Outcome<GitSnapshot>> FetchAsync(
        GitReference reference, OriginCredential credential, CancellationToken cancellationToken)
    {
        StagingDirectory.CreateForOwner(options.StagingDirectory);
        Failure? failure = null;
        if (archives.Supports(reference.Repository))
        {
            var downloaded = await TryFetchAsync(
                reference,
                stripTop: true,
                spool => archives.DownloadAsync(reference, credential, spool, cancellationToken),
                cancellationToken).ConfigureAwait(false);
            if (downloaded.IsSuccess || !git.IsAvailable)
            {
                return downloaded;
            }

            failure = downloaded.Failure;
        }

        var fetched = await TryFetchAsync(
            reference,
            stripTop: false,
            spool => git.FetchAsync(reference, credential, options.StagingDirectory, spool, cancellationToken),
            cancellationToken).ConfigureAwait(false);
        return fetched.IsSuccess || failure is null
            ? fetched
            : new Failure(fetched.Failure.Kind, $"{fetched.Failure.Message} Its archive could not be downloaded either: {failure.Message}");
    }

    /// <param name="fetch">Sends a tar archive to the given function.</param>
    private async Task<Outcome<GitSnapshot>> TryFetchAsync(
        GitReference reference,
        bool stripTop,
        Func<Func<Stream, CancellationToken, Task>, Task<Failure?>> fetch,
        CancellationToken cancellationToken)
    {
        string path = Path.Combine(options.StagingDirectory, Guid.NewGuid().ToString("N") + ".part");
        try
        {
            return await fetch((tar, token) => SpoolAsync(tar, path, reference, token)).ConfigureAwait(false) is { } failure
                ? failure
                : await WriteAsync(path, stripTop, reference, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException e)
        {
            return new Failure(
                FailureKind.InvalidAnswer, $"{reference.Commit} of {OriginGuard.Redact(reference.Repository)} cannot be stored: {e.Message}.");
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <exception cref="InvalidDataException">The archive is too large.</exception>
    private async Task SpoolAsync(Stream tar, string path, GitReference reference, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous);
        byte[] buffer = new byte[128 * 1024];
        for (int read; (read = await tar.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
        {
            if (file.Length + read > options.Packages.MaxPackageSize)
            {
                throw new InvalidDataException(
                    $"its files exceed the limit of {Quantity.FormatSize(options.Packages.MaxPackageSize)} (Mirror:Packages:MaxPackageSize)");
            }

            if (store.FreeSpace() is { } free && free - read < options.Packages.MinimumFreeSpace)
            {
                throw new IOException(
                    $"There is not enough free space for {OriginGuard.Redact(reference.Repository)} (Mirror:Packages:MinimumFreeSpace).");
            }

            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<GitSnapshot> WriteAsync(
        string path, bool stripTop, GitReference reference, CancellationToken cancellationToken)
    {
        var archive = await Task.Run(() => SourceTree.Read(path, stripTop, options.Packages.MaxPackageSize), cancellationToken)
            .ConfigureAwait(false);
        var staged = store.Stage();
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await archive.WriteAsync(
                async (bytes, token) =>
                {
                    hash.AppendData(bytes.Span);
                    await staged.WriteAsync(bytes, token).ConfigureAwait(false);
                },
                cancellationToken).ConfigureAwait(false);
            return new GitSnapshot(reference.Repository, reference.Commit, staged, Sha256Digest.FromBytes(hash.GetHashAndReset()));
        }
        catch
        {
            staged.Dispose();
            throw;
        }
    }
}
