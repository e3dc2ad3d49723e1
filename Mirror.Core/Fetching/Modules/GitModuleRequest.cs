using System.Buffers;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Packages;
using Mirror.Core.Upstream;
using Mirror.Core.Upstream.Git;

namespace Mirror.Core.Fetching.Modules;

/// <summary>A request for an archive of a Git commit. The first commit fetched of a version defines it, even if its tag moves.</summary>
/// <param name="Git">The location given by the origin.</param>
/// <param name="KnownCommit">The first fetched commit; null if this is the first fetch.</param>
/// <param name="GitCredential">For the Git server, if it does not serve the repository to everyone.</param>
internal sealed record GitModuleRequest(
    long RootGroupId,
    ModuleAddress Module,
    ProviderVersion Version,
    GitSource Git,
    Sha256Digest? Known,
    string? KnownCommit,
    OriginCredential Credential,
    OriginCredential GitCredential,
    Principal By) : ModuleRequest(RootGroupId, Module, Version, Known, Credential, By)
{
    private const int BufferSize = 128 * 1024;
    private string? _commit;
    private bool _usedGitCredential;

    public override object Key => (base.Key, GitCredential.Identity);

    public override ArchiveFormat Format => ArchiveFormat.TarGz;

    public override async Task<Failure?> FetchAsync(
        PackageFillContext context, IPackageSink sink, DownloadSlot slot, CancellationToken cancellationToken)
    {
        CrashPoints.Reached("fill-begun");
        // Public repositories are fetched without the credential, so that their packages can be served to anonymous readers.
        string revision = KnownCommit ?? Git.Revision;
        var fetched = await context.Git.FetchAsync(Git.Repository, revision, OriginCredential.None, cancellationToken).ConfigureAwait(false);
        if (fetched.Failure?.Kind is FailureKind.CredentialsRefused or FailureKind.NotFound && GitCredential.Token is not null)
        {
            _usedGitCredential = true;
            fetched = await context.Git.FetchAsync(Git.Repository, revision, GitCredential, cancellationToken).ConfigureAwait(false);
        }

        if (!fetched.TryGet(out var snapshot))
        {
            return fetched.Failure;
        }

        using (snapshot)
        {
            _commit = snapshot.Commit;
            CrashPoints.Reached("located");
            return await sink.BeginAsync(snapshot.Package.Length, cancellationToken).ConfigureAwait(false)
                ?? await CopyAsync(snapshot, sink, cancellationToken).ConfigureAwait(false);
        }
    }

    public override string ToString() => base.ToString();

    protected override NewModulePackage Describe(PackageFillContext context, Sha256Digest digest, long size) => new(
        RootGroupId,
        Module,
        Version,
        Format,
        Git.Subdirectory,
        Checksum: null,
        digest,
        size,
        (_usedGitCredential ? GitCredential : Credential).Identity,
        By)
    {
        Origin = new ModuleOrigin(Git.Repository.AbsoluteUri, Git.Revision, _commit, CheckedAt: context.Time.GetUtcNow()),
    };

    /// <summary>A pass-through continues after the bytes that its client has received.</summary>
    private static async Task<Failure?> CopyAsync(GitSnapshot snapshot, IPackageSink sink, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (int read; (read = await snapshot.Package.ReadAsync(buffer, sink.Position, cancellationToken).ConfigureAwait(false)) > 0;)
            {
                await sink.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            }

            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
