using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Hosted;

/// <summary>A published provider or module.</summary>
/// <param name="Provider">Null for a module.</param>
/// <param name="Module">Null for a provider.</param>
/// <param name="Newest">The newest version that is not withheld; if all are, the newest.</param>
/// <param name="Versions">The number of its versions.</param>
/// <param name="PublishedAt">When its newest version was published.</param>
/// <param name="Deprecation">That of all versions or of the newest one; otherwise null.</param>
public sealed record PublishedItem(
    ProviderAddress? Provider, ModuleAddress? Module, ProviderVersion Newest, int Versions, DateTimeOffset PublishedAt, Deprecation? Deprecation)
{
    /// <summary>The versions that clients do not get because the key that signed them was revoked.</summary>
    public IReadOnlyList<ProviderVersion> Withheld { get; init; } = [];

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
        long[] ids = [.. providers.Select(row => row.Id)];
        var withheld = (await db.Proofs.AsNoTracking()
            .Where(row => EF.Parameter(ids).Contains(row.ProviderId)
                && db.PublishingKeys.Any(key => key.State == PublishingKeyState.Revoked
                    && key.Fingerprint == row.KeyFingerprint
                    && key.Namespace.RootGroupId == rootGroupId
                    && key.Namespace.Name == row.Provider.Namespace))
            .Select(row => new { row.ProviderId, row.Version })
            .ToListAsync(cancellationToken).ConfigureAwait(false)).ToLookup(row => row.ProviderId, row => row.Version);
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
                withheld[row.Id].ToHashSet(),
                deprecations)),
            .. versions.GroupBy(row => $"{hostname}/{row.Namespace}/{row.Name}/{row.System}")
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => Item(
                    null, ModuleAddress.Parse(group.Key), group.Select(version => (version.Version, version.CachedAt)), new HashSet<string>(), deprecations)),
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
        IReadOnlySet<string> withheld,
        ILookup<string, DeprecationRow> deprecations)
    {
        var all = versions.Select(version => (Version: ProviderVersion.Parse(version.Version), version.At)).OrderBy(version => version.Version).ToList();
        int available = all.FindLastIndex(version => !withheld.Contains(version.Version.Value));
        var (newest, at) = available < 0 ? all[^1] : all[available];
        var advice = deprecations[provider?.ToString() ?? module!.ToString()]
            .Where(row => row.Version.Length == 0 || row.Version == newest.Value)
            .MaxBy(row => row.Version.Length);
        return new PublishedItem(provider, module, newest, all.Count, at, advice is null ? null : Deprecations.Shown(advice))
        {
            Withheld = [.. all.Select(version => version.Version).Where(version => withheld.Contains(version.Value))],
        };
    }
}
