using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Fetching.Packages;
using Mirror.Core.Upstream;

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
public sealed record OfferedModuleVersion(ModuleFile? Archive, string Address);

/// <summary>The format of a module archive and the module's position in it.</summary>
/// <param name="Subdirectory">The module's directory in the archive; empty for the root.</param>
/// <param name="Checksum">The checksum that the origin requires clients to check; null if there is none.</param>
public sealed record ModuleFile(ArchiveFormat Format, string Subdirectory, string? Checksum);

/// <summary>
/// Provides modules to namespaces, from the cache or the origin. Archives that an origin serves over https are cached; clients fetch
/// everything else themselves, such as git repositories.
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

    internal ModuleMirror(
        VersionLists lists,
        ModuleLocations locations,
        PackageFills fills,
        PackageFillContext context,
        IOriginCredentials credentials,
        OriginGuard guard,
        OriginAccess access,
        DocumentTimeout timeout)
    {
        (_lists, _locations, _fills, _context) = (lists, locations, fills, context);
        (_credentials, _guard, _access, _timeout) = (credentials, guard, access, timeout);
    }

    public Task<Outcome<OfferedModule>> GetVersionsAsync(
        ResolvedNamespace scope, ModuleAddress module, CancellationToken cancellationToken) =>
        _timeout.WaitAsync($"the versions of {module}", waiter => FindVersionsAsync(scope, module, waiter), cancellationToken);

    public Task<Outcome<OfferedModuleVersion>> GetVersionAsync(
        ResolvedNamespace scope, ModuleAddress module, ProviderVersion version, CancellationToken cancellationToken) =>
        _timeout.WaitAsync($"{module} {version}", waiter => FindVersionAsync(scope, module, version, waiter), cancellationToken);

    /// <summary>Opens the archive of a version, from the store or while it is downloaded from the origin.</summary>
    /// <param name="by">The requesting principal, recorded with what it caches.</param>
    public async Task<Outcome<PackageDelivery>> GetArchiveAsync(
        ResolvedNamespace scope,
        ModuleAddress module,
        ProviderVersion version,
        ArchiveFormat format,
        Principal by,
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

        if (Servable(location) is not { } archive || !archive.Format.Equals(format))
        {
            return new Failure(FailureKind.NotFound, $"{module} {version} is not a {format} archive at its origin.");
        }

        return _access.MayAsk(scope, module)
            ? await _fills.JoinAsync(
                new ModuleRequest(scope.RootGroupId, module, version, archive, stored?.Digest, credential, by) { FillsEnded = fillsEnded },
                cancellationToken).ConfigureAwait(false)
            : new Failure(FailureKind.NotFound, $"The package of {module} {version} is not cached, and the origin is not allowed to be queried.");
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
            return new OfferedModuleVersion(new ModuleFile(stored.Format, stored.Subdirectory, stored.Checksum), "");
        }

        var credential = await _credentials.FindAsync(scope, module.Hostname, waiter).ConfigureAwait(false);
        var found = await _locations.GetAsync(
            new ModuleLocationQuestion(scope, module, version, credential), _access.MayAsk(scope, module), waiter).ConfigureAwait(false);
        return found.TryGet(out var location)
            ? new OfferedModuleVersion(
                Servable(location) is { } archive ? new ModuleFile(archive.Format, archive.Subdirectory, archive.Checksum) : null,
                location.Address)
            : found.Failure;
    }

    /// <summary>Archives at addresses that this server must not request, such as internal ones, are left to the client.</summary>
    private ModuleArchive? Servable(ModuleLocation location) =>
        location.Archive is { } archive && _guard.Check(archive.Url) is null ? archive : null;
}
