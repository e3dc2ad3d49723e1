using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Fetching.Packages;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Modules;

/// <summary>The versions of a module that a namespace may have.</summary>
/// <param name="Versions">Newest first; made as they are read.</param>
/// <param name="FreshUntil">How long the answer may be kept.</param>
/// <param name="IsLong">There are so many that what is made of them is large.</param>
public sealed record OfferedModule(ModuleAddress Module, IEnumerable<ProviderVersion> Versions, DateTimeOffset FreshUntil, bool IsLong)
    : IOffer;

/// <summary>Where a client gets a version of a module.</summary>
/// <param name="Archive">What this instance serves or fetches; null: the client goes to <paramref name="Address"/> by itself.</param>
/// <param name="Address">The origin's, to be handed on as it is.</param>
public sealed record OfferedModuleVersion(ModuleFile? Archive, string Address);

/// <summary>How a client is told to take a module out of its archive.</summary>
/// <param name="Subdirectory">Where in it the module is; empty: at its root.</param>
/// <param name="Checksum">What the origin wants the client to check; null: nothing.</param>
public sealed record ModuleFile(ArchiveFormat Format, string Subdirectory, string? Checksum);

/// <summary>
/// What a namespace can have of a module, from the cache or the origin. Archives that an origin serves over https are kept;
/// whatever else it names, such as a git repository, is the client's to fetch.
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

    /// <summary>Opens the archive of a version: from the store, or as it comes from the origin.</summary>
    /// <param name="by">Whose request it is; what is cached is recorded as cached by it.</param>
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
            return new Failure(FailureKind.NotFound, $"{module} {version} is no {format} archive at its origin.");
        }

        return _access.MayAsk(scope, module)
            ? await _fills.JoinAsync(
                new ModuleRequest(scope.RootGroupId, module, version, archive, stored?.Digest, credential, by) { FillsEnded = fillsEnded },
                cancellationToken).ConfigureAwait(false)
            : new Failure(FailureKind.NotFound, $"The package of {module} {version} is not cached, and the origin may not be asked.");
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

        // What is stored stays listed when the origin no longer names it: a configuration may.
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

    /// <summary>An archive at an address that this server must not ask, such as an internal one, is left to the client.</summary>
    private ModuleArchive? Servable(ModuleLocation location) =>
        location.Archive is { } archive && _guard.Check(archive.Url) is null ? archive : null;
}
