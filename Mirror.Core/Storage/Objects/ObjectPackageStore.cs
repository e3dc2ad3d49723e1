using System.Runtime.CompilerServices;
using System.Text;
using Mirror.Core.Addresses;

namespace Mirror.Core.Storage.Objects;

/// <summary>
/// Stores packages in an object store, as <c>sha256/ab/ab…</c>. They are staged in a local directory and uploaded by the commit.
/// </summary>
/// <param name="objects">Disposed with this store.</param>
public sealed class ObjectPackageStore(IObjectStore objects, string stagingDirectory, TimeProvider time) : IPackageStore, IDisposable
{
    private const string Digests = "sha256/";
    private const string Owner = "instance";
    private const int MaxOwnerLength = 200;

    /// <summary>Replicas upload to the same store, so only uploads that cannot be running any more are aborted.</summary>
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromDays(1);

    private readonly StagingDirectory _staging = new(stagingDirectory);
    private readonly DigestLocks _locks = new();

    public string Location => objects.Location;

    public StagedPackage Stage() => _staging.Stage();

    public async Task<string> CommitAsync(StagedPackage staged, Sha256Digest digest, CancellationToken cancellationToken)
    {
        CrashPoints.Reached("upload-begun");
        using var content = staged.OpenRead();
        string identity = await objects.WriteAsync(KeyOf(digest), content, cancellationToken).ConfigureAwait(false);
        CrashPoints.Reached("uploaded");
        return identity;
    }

    public async ValueTask<IPackageContent?> OpenAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        string key = KeyOf(digest);
        return await objects.FindAsync(key, cancellationToken).ConfigureAwait(false) is { } facts ? new ObjectContent(objects, key, facts) : null;
    }

    public async ValueTask<bool> DeleteAsync(Sha256Digest digest, CancellationToken cancellationToken) =>
        await objects.DeleteAsync(KeyOf(digest), cancellationToken).ConfigureAwait(false);

    public async IAsyncEnumerable<StoredPackage> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var entry in objects.ListAsync(Digests, cancellationToken).ConfigureAwait(false))
        {
            if (Sha256Digest.TryParse(entry.Key[(entry.Key.LastIndexOf('/') + 1)..], out var digest) && entry.Key == KeyOf(digest))
            {
                yield return new StoredPackage(digest, entry.Length);
            }
        }
    }

    public ValueTask<IDisposable> LockAsync(Sha256Digest digest, CancellationToken cancellationToken) =>
        _locks.AcquireAsync(digest, cancellationToken);

    /// <summary>That of the staging directory's disk; the object store is taken to be unlimited.</summary>
    public long? FreeSpace() => _staging.FreeSpace();

    public async ValueTask<int> ClearStagingAsync(CancellationToken cancellationToken) =>
        _staging.Clear() + await objects.AbortUploadsAsync(time.GetUtcNow() - AbandonedAfter, cancellationToken).ConfigureAwait(false);

    public async ValueTask<string?> FindOwnerAsync(CancellationToken cancellationToken)
    {
        if (await objects.OpenAsync(Owner, 0, null, cancellationToken).ConfigureAwait(false) is not { } stream)
        {
            return null;
        }

        await using (stream.ConfigureAwait(false))
        {
            byte[] content = new byte[MaxOwnerLength];
            int length = await stream.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return Encoding.UTF8.GetString(content, 0, length).Trim();
        }
    }

    public async ValueTask SetOwnerAsync(string instance, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(instance + "\n"));
        await objects.WriteAsync(Owner, content, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => objects.Dispose();

    private static string KeyOf(Sha256Digest digest) => $"{Digests}{digest.Hex[..2]}/{digest.Hex}";
}
