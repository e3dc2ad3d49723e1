using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Hosted;

/// <summary>A published provider or module.</summary>
/// <param name="Provider">Null for a module.</param>
/// <param name="Module">Null for a provider.</param>
/// <param name="Versions">The number of its versions.</param>
/// <param name="PublishedAt">When its newest version was published.</param>
/// <param name="Deprecation">That of all versions or of the newest one; otherwise null.</param>
public sealed record PublishedItem(
    ProviderAddress? Provider, ModuleAddress? Module, ProviderVersion Newest, int Versions, DateTimeOffset PublishedAt, Deprecation? Deprecation)
{
    /// <summary>The registry namespace.</summary>
    public string Namespace => Provider?.Namespace ?? Module!.Namespace;

    public string Source => Provider?.ToString() ?? Module!.ToString();

    public string ShortName => Provider is null ? $"{Module!.Namespace}/{Module.Name}/{Module.System}" : $"{Provider.Namespace}/{Provider.Type}";
}

/// <summary>Lists the providers and modules that root groups publish at this instance's own hostname.</summary>
public sealed class PublishedContents(IDbContextFactory<MirrorDbContext> databases, OwnHostnames hostnames)
{
    /// <param name="take">The maximum number of providers, and of modules.</param>
    /// <returns>Providers, then modules, each by address.</returns>
    public async Task<IReadOnlyList<PublishedItem>> ListAsync(long rootGroupId, int take, CancellationToken cancellationToken)
    {
        if (hostnames.Current is not { } own)
        {
            return [];
        }

        string hostname = own.Value;
        await using var db = databases.CreateDbContext();
        var deprecations = (await db.Deprecations.AsNoTracking().Where(row => row.RootGroupId == rootGroupId)
            .ToListAsync(cancellationToken).ConfigureAwait(false)).ToLookup(row => row.Source);
        var providers = await db.Providers.AsNoTracking()
            .Where(row => row.RootGroupId == rootGroupId && row.Hostname == hostname && row.Versions.Count > 0)
            .OrderBy(row => row.Namespace).ThenBy(row => row.Type)
            .Take(take)
            .Include(row => row.Versions)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        var modules = db.ModulePackages.AsNoTracking().Where(row => row.RootGroupId == rootGroupId && row.Hostname == hostname);
        var names = await modules.Select(row => row.Namespace + "/" + row.Name + "/" + row.System).Distinct().OrderBy(name => name)
            .Take(take).ToListAsync(cancellationToken).ConfigureAwait(false);
        var versions = await modules.Where(row => names.Contains(row.Namespace + "/" + row.Name + "/" + row.System))
            .Select(row => new { row.Namespace, row.Name, row.System, row.Version, row.CachedAt })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return
        [
            .. providers.Select(row => Item(
                ProviderAddress.Parse($"{hostname}/{row.Namespace}/{row.Type}"),
                null,
                row.Versions.Select(version => (version.Version, version.CreatedAt)),
                deprecations)),
            .. versions.GroupBy(row => $"{hostname}/{row.Namespace}/{row.Name}/{row.System}")
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => Item(
                    null, ModuleAddress.Parse(group.Key), group.Select(version => (version.Version, version.CachedAt)), deprecations)),
        ];
    }

    /// <summary>The number of versions that each key of a registry namespace signed, by fingerprint.</summary>
    public async Task<IReadOnlyDictionary<string, int>> CountSignedAsync(RegistryNamespace target, CancellationToken cancellationToken)
    {
        string? hostname = hostnames.Current?.Value;
        await using var db = databases.CreateDbContext();
        return await db.Proofs.AsNoTracking()
            .Where(row => row.Provider.RootGroupId == target.RootGroupId
                && row.Provider.Hostname == hostname
                && row.Provider.Namespace == target.Name
                && row.KeyFingerprint != null)
            .GroupBy(row => row.KeyFingerprint!)
            .Select(group => new { group.Key, Count = group.Select(row => row.Provider.Type + " " + row.Version).Distinct().Count() })
            .ToDictionaryAsync(group => group.Key, group => group.Count, cancellationToken).ConfigureAwait(false);
    }

    private static PublishedItem Item(
        ProviderAddress? provider,
        ModuleAddress? module,
        IEnumerable<(string Version, DateTimeOffset At)> versions,
        ILookup<string, DeprecationRow> deprecations)
    {
        var all = versions.Select(version => (Version: ProviderVersion.Parse(version.Version), version.At)).OrderBy(version => version.Version).ToList();
        var (newest, at) = all[^1];
        var advice = deprecations[provider?.ToString() ?? module!.ToString()]
            .Where(row => row.Version.Length == 0 || row.Version == newest.Value)
            .MaxBy(row => row.Version.Length);
        return new PublishedItem(provider, module, newest, all.Count, at, advice is null ? null : Deprecations.Shown(advice));
    }
}
