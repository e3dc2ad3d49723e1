using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;

namespace Mirror.Core.Catalog;

/// <summary>A namespace as a request sees it: whose settings hold, and which root group's mirror it shares.</summary>
/// <param name="AutomaticCaching">Whether what is not cached is fetched, inheritance resolved.</param>
/// <param name="AnonymousRead">Whether the root group may be read without signing in.</param>
public sealed record MirrorScope(long NamespaceId, NamespacePath Path, long RootGroupId, bool AutomaticCaching, bool AnonymousRead)
{
    /// <summary>The namespace itself and those above it, up to the root group: roles, settings and variables are inherited along it.</summary>
    public IReadOnlyList<long> Ancestry { get; init; } = NamespaceId == RootGroupId ? [NamespaceId] : [NamespaceId, RootGroupId];

    public NamespaceKind Kind { get; init; }

    /// <summary>What was fetched of origins' documents before is no answer, as for a sync that fetches everything anew.</summary>
    public DateTimeOffset DocumentsSince { get; init; }

    /// <summary>Null for requests; a sync may bring tokens of its own.</summary>
    public CallerTokens? Tokens { get; init; }

    /// <summary>The namespace whose setting <see cref="AutomaticCaching"/> is; null: nobody sets it, and it is off.</summary>
    public NamespacePath? AutomaticCachingFrom { get; init; }

    public bool IsRoot => NamespaceId == RootGroupId;

    /// <summary>What is set on the namespace itself.</summary>
    public CachingSetting AutomaticCachingSetting =>
        AutomaticCachingFrom != Path ? CachingSetting.Inherit : AutomaticCaching ? CachingSetting.On : CachingSetting.Off;
}

/// <summary>Whether a namespace fetches what is not cached.</summary>
public enum CachingSetting
{
    /// <summary>As the nearest group above that sets it; where none does, it is off.</summary>
    Inherit,
    On,
    Off,
}

/// <summary>Finds namespaces by path; the few there are stay in memory.</summary>
public sealed class NamespaceDirectory(IDbContextFactory<MirrorDbContext> databases, MirrorOptions options)
{
    private volatile Loaded? _loaded;
    private long _generation;

    /// <summary>Raised after namespaces changed; handlers must be quick and not throw.</summary>
    public event Action? Changed;

    /// <summary>The group or workspace with the path, or null.</summary>
    public async ValueTask<MirrorScope?> FindAsync(NamespacePath path, CancellationToken cancellationToken)
    {
        var loaded = _loaded ?? await LoadAsync(cancellationToken).ConfigureAwait(false);
        return loaded.ByPath.GetValueOrDefault(path.Value);
    }

    public async ValueTask<MirrorScope?> FindAsync(long namespaceId, CancellationToken cancellationToken)
    {
        var loaded = _loaded ?? await LoadAsync(cancellationToken).ConfigureAwait(false);
        return loaded.ById.GetValueOrDefault(namespaceId);
    }

    /// <summary>All groups and workspaces, by path.</summary>
    public async ValueTask<IReadOnlyList<MirrorScope>> ListAsync(CancellationToken cancellationToken) =>
        (_loaded ?? await LoadAsync(cancellationToken).ConfigureAwait(false)).All;

    /// <summary>Forgets what is in memory, after a namespace was changed.</summary>
    public void Invalidate()
    {
        Interlocked.Increment(ref _generation);
        _loaded = null;
        Changed?.Invoke();
    }

    private async Task<Loaded> LoadAsync(CancellationToken cancellationToken)
    {
        long generation = Interlocked.Read(ref _generation);
        await using var db = databases.CreateDbContext();
        var rows = await db.Namespaces.AsNoTracking().ToDictionaryAsync(row => row.Id, cancellationToken).ConfigureAwait(false);
        List<MirrorScope> scopes = [.. rows.Values.Select(row => Scope(row, rows)).OrderBy(scope => scope.Path.Value, StringComparer.Ordinal)];
        var loaded = new Loaded(scopes, scopes.ToDictionary(scope => scope.Path.Value), scopes.ToDictionary(scope => scope.NamespaceId));
        if (generation == Interlocked.Read(ref _generation))
        {
            _loaded = loaded;
        }

        return loaded;
    }

    private MirrorScope Scope(NamespaceRow row, Dictionary<long, NamespaceRow> rows)
    {
        List<NamespaceRow> ancestry = [.. Ancestry(row, rows)];
        var decides = ancestry.Find(ancestor => ancestor.AutomaticCaching is not null);
        return new MirrorScope(
            row.Id,
            NamespacePath.Parse(row.Path),
            row.RootGroupId,
            decides?.AutomaticCaching ?? false,
            rows[row.RootGroupId].AnonymousRead ?? (row.RootGroupId == MirrorDbContext.DefaultGroupId && options.Auth.AnonymousRead))
        {
            Ancestry = [.. ancestry.Select(ancestor => ancestor.Id)],
            Kind = row.Kind,
            AutomaticCachingFrom = decides is null ? null : NamespacePath.Parse(decides.Path),
        };
    }

    private static IEnumerable<NamespaceRow> Ancestry(NamespaceRow row, Dictionary<long, NamespaceRow> rows)
    {
        for (NamespaceRow? current = row; current is not null; current = current.ParentId is { } parent ? rows[parent] : null)
        {
            yield return current;
        }
    }

    private sealed record Loaded(IReadOnlyList<MirrorScope> All, Dictionary<string, MirrorScope> ByPath, Dictionary<long, MirrorScope> ById);
}
