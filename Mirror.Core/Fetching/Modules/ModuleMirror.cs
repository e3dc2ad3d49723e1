using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Fetching.Packages;
using Mirror.Core.Upstream;
using Mirror.Core.Upstream.Git;

namespace Mirror.Core.Fetching.Modules;

/// <summary>The versions of a module that are available to a namespace.</summary>
/// <param name="Versions">Newest first; created while they are read.</param>
/// <param name="FreshUntil">How long the response may be cached.</param>
/// <param name="IsLong">The list is long, so its documents are large.</param>
public sealed record OfferedModule(ModuleAddress Module, IEnumerable<ProviderVersion> Versions, DateTimeOffset FreshUntil, bool IsLong)
    : IOffer;

/// <summary>The location of a module version, for clients.</summary>
/// <param name="Archive">
/// The archive that this instance serves or fetches; null if the client fetches from <paramref name="Address"/>.
/// </param>
/// <param name="Address">The origin's address, passed on unchanged.</param>
public sealed record OfferedModuleVersion(ModuleFile? Archive, string Address)
{
    /// <summary>
    /// The namespace has a credential for the archive's server, which is only used for requests of readers who may see protected content.
    /// </summary>
    public bool MayNeedCredential { get; init; }
}

/// <summary>The format of a module archive and the module's position in it.</summary>
/// <param name="Subdirectory">The module's directory in the archive; empty for the root.</param>
/// <param name="Checksum">The checksum that the origin requires clients to check; null if there is none.</param>
public sealed record ModuleFile(ArchiveFormat Format, string Subdirectory, string? Checksum);

/// <summary>
/// Provides modules to namespaces, from the cache or the origin. Archives and Git repositories that are reachable over https are cached;
/// clients fetch everything else themselves, such as repositories that require an ssh key.
/// </summary>
public sealed class ModuleMirror
{
    private readonly VersionLists _lists;
    private readonly ModuleLocations _locations;
    private readonly PackageFills _fills;
    private readonly PackageFillContext _context;
    private readonly IOriginCredentials _credentials;
    private readonly OriginGuard _guard;
    private readonly OriginAccess _access;
    private readonly DocumentTimeout _timeout;
    private readonly GitHosts _gitHosts;
    private readonly ModuleRevisions _revisions;

    internal ModuleMirror(
        VersionLists lists,
        ModuleLocations locations,
        PackageFills fills,
        PackageFillContext context,
        IOriginCredentials credentials,
        OriginGuard guard,
        OriginAccess access,
        DocumentTimeout timeout,
        GitHosts gitHosts,
        ModuleRevisions revisions)
    {
        (_lists, _locations, _fills, _context) = (lists, locations, fills, context);
        (_credentials, _guard, _access, _timeout) = (credentials, guard, access, timeout);
        (_gitHosts, _revisions) = (gitHosts, revisions);
    }

    public Task<Outcome<OfferedModule>> GetVersionsAsync(
        ResolvedNamespace scope, ModuleAddress module, CancellationToken cancellationToken) =>
        _timeout.WaitAsync($"the versions of {module}", waiter => FindVersionsAsync(scope, module, waiter), cancellationToken);

    public Task<Outcome<OfferedModuleVersion>> GetVersionAsync(
        ResolvedNamespace scope, ModuleAddress module, ProviderVersion version, CancellationToken cancellationToken) =>
        _timeout.WaitAsync($"{module} {version}", waiter => FindVersionAsync(scope, module, version, waiter), cancellationToken);

    /// <summary>Opens the archive of a version, from the store or while it is downloaded from the origin.</summary>
    /// <param name="by">The requesting principal, recorded with what it caches.</param>
    /// <param name="seesProtected">
    /// Whether the requester may see content that was fetched with a credential. The origin's credential makes the module's documents
    /// protected before it is used; that of another server, such as a Git server, does not.
    /// </param>
    public async Task<Outcome<PackageDelivery>> GetArchiveAsync(
        ResolvedNamespace scope,
        ModuleAddress module,
        ProviderVersion version,
        ArchiveFormat format,
        Principal by,
        bool seesProtected,
        CancellationToken cancellationToken)
    {
        long fillsEnded = _fills.Ended;
        var stored = await _context.Modules.FindAsync(scope.RootGroupId, module, version, cancellationToken).ConfigureAwait(false);
        if (stored is not null
            && stored.Format.Equals(format)
            && await _context.Contents.OpenAsync(stored.Digest, cancellationToken).ConfigureAwait(false) is { } content)
        {
            return content;
        }

        var credential = await _credentials.FindAsync(scope, module.Hostname, cancellationToken).ConfigureAwait(false);
        var found = await _locations.GetAsync(
            new ModuleLocationQuestion(scope, module, version, credential),
            _access.MayAsk(scope, module),
            cancellationToken).ConfigureAwait(false);
        if (!found.TryGet(out var location))
        {
            return found.Failure;
        }

        if (Servable(location) is not { } file || !file.Format.Equals(format))
        {
            return new Failure(FailureKind.NotFound, $"{module} {version} is not a {format} archive at its origin.");
        }

        if (!_access.MayAsk(scope, module))
        {
            return new Failure(
                FailureKind.NotFound, $"The package of {module} {version} is not cached, and the origin is not allowed to be queried.");
        }

        ModuleRequest request = location.Git is { } git
            ? await CreateAsync(git).ConfigureAwait(false)
            : new ModuleArchiveRequest(scope.RootGroupId, module, version, location.Archive!, stored?.Digest, credential, by);
        return await _fills.JoinAsync(request with { FillsEnded = fillsEnded }, cancellationToken).ConfigureAwait(false);

        async ValueTask<GitModuleRequest> CreateAsync(GitSource git)
        {
            var own = seesProtected
                ? await FindGitCredentialAsync(scope, git.Repository, cancellationToken).ConfigureAwait(false)
                : OriginCredential.None;
            return new GitModuleRequest(
                scope.RootGroupId,
                module,
                version,
                git,
                stored?.Digest,
                stored?.Origin?.Commit,
                credential,
                own,
                by);
        }
    }

    private async Task<Outcome<OfferedModule>> FindVersionsAsync(ResolvedNamespace scope, ModuleAddress module, CancellationToken waiter)
    {
        var stored = (await _context.Modules.ListAsync(scope.RootGroupId, module, waiter).ConfigureAwait(false))
            .Select(package => package.Version)
            .ToHashSet();
        var credential = await _credentials.FindAsync(scope, module.Hostname, waiter).ConfigureAwait(false);
        stored.UnionWith(await _locations.ListAsync(scope, module, credential.Identity, waiter).ConfigureAwait(false));
        var known = await _lists.GetAsync(new VersionListQuestion(scope, module, credential), stored.Count > 0, null, waiter)
            .ConfigureAwait(false);
        if (!known.TryGet(out var versions))
        {
            return known.Failure;
        }

        // Stored versions stay listed even if the origin no longer lists them: configurations may refer to them.
        var origin = versions.Document?.Value ?? OriginVersionList.Empty;
        var merged = origin.With(stored.Select(version => new OriginVersion(version, [], [])));
        return new OfferedModule(module, merged.Select(item => item.Version), versions.FreshUntil, origin.IsLong);
    }

    private async Task<Outcome<OfferedModuleVersion>> FindVersionAsync(
        ResolvedNamespace scope, ModuleAddress module, ProviderVersion version, CancellationToken waiter)
    {
        var stored = await _context.Modules.FindAsync(scope.RootGroupId, module, version, waiter).ConfigureAwait(false);
        if (stored is not null)
        {
            if (stored.Origin is { } origin && _access.MayAsk(scope, module))
            {
                _revisions.Check(
                    scope.RootGroupId, stored, waiting => FindGitCredentialAsync(scope, new Uri(origin.Repository), waiting));
            }

            return new OfferedModuleVersion(new ModuleFile(stored.Format, stored.Subdirectory, stored.Checksum), "");
        }

        var credential = await _credentials.FindAsync(scope, module.Hostname, waiter).ConfigureAwait(false);
        var found = await _locations.GetAsync(
            new ModuleLocationQuestion(scope, module, version, credential), _access.MayAsk(scope, module), waiter).ConfigureAwait(false);
        if (!found.TryGet(out var location))
        {
            return found.Failure;
        }

        var file = Servable(location);
        return new OfferedModuleVersion(file, location.Address)
        {
            MayNeedCredential = file is not null && location.Git is { } git
                && (await FindGitCredentialAsync(scope, git.Repository, waiter).ConfigureAwait(false)).Token is not null,
        };
    }

    private async ValueTask<OriginCredential> FindGitCredentialAsync(
        ResolvedNamespace scope, Uri repository, CancellationToken cancellationToken) =>
        _gitHosts.NameOf(repository) is { } host
            ? await _credentials.FindAsync(scope, host, cancellationToken).ConfigureAwait(false)
            : OriginCredential.None;

    /// <summary>Addresses that this server must not request, such as internal ones, or cannot, are left to the client.</summary>
    private ModuleFile? Servable(ModuleLocation location) => location switch
    {
        { Archive: { } archive } when _guard.Check(archive.Url) is null =>
            new ModuleFile(archive.Format, archive.Subdirectory, archive.Checksum),
        { Git: { } git } when _guard.Check(git.Repository) is null && _context.Git.CanFetch(git.Repository) =>
            new ModuleFile(ArchiveFormat.TarGz, git.Subdirectory, null),
        _ => null,
    };
}
