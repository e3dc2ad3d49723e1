using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Policy;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching;

/// <summary>
/// Computes which stored versions, and which versions in the cached lists of origins, a change of a root group's policy would hide or
/// show. No origin is queried.
/// </summary>
public sealed class PolicyPreviews(
    IDbContextFactory<MirrorDbContext> databases, Policies policies, IOriginCredentials credentials, TimeProvider time)
{
    /// <summary>The versions that one preview examines, so that its cost is limited.</summary>
    private const int MaxVersions = 250_000;

    // Keys in one query; a database limits its parameters.
    private const int Chunk = 500;

    /// <param name="scope">A root group.</param>
    /// <param name="change">Returns the changed policy.</param>
    public async Task<PolicyEffect> PreviewAsync(
        ResolvedNamespace scope, Func<RootGroupPolicy, RootGroupPolicy> change, CancellationToken cancellationToken)
    {
        var before = await policies.FindAsync(scope.RootGroupId, cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        var preview = new PolicyPreview(before, change(before), now);
        await using var db = databases.CreateDbContext();
        var providers = (await db.Providers
            .Where(row => row.RootGroupId == scope.RootGroupId)
            .Select(row => new { row.Id, row.Hostname, row.Namespace, row.Type })
            .ToListAsync(cancellationToken).ConfigureAwait(false))
            .Select(row => (row.Id, Address: CatalogReader.Address(row.Hostname, row.Namespace, row.Type)))
            .Where(row => preview.MayAffect(row.Address))
            .ToDictionary(row => row.Id, row => row.Address);
        if (providers.Count == 0)
        {
            return preview.Finish(isComplete: true);
        }

        var stored = await FindStoredAsync(db, scope.RootGroupId, providers, cancellationToken).ConfigureAwait(false);
        var signed = await FindSignedAsync(db, scope.RootGroupId, now - preview.LongestAge, cancellationToken).ConfigureAwait(false);
        int left = MaxVersions - stored.Values.Sum(versions => versions.Count);
        await foreach (var (id, list) in FindListsAsync(db, scope, providers, cancellationToken).ConfigureAwait(false))
        {
            left -= list?.Count ?? 0;
            if (left < 0)
            {
                return preview.Finish(isComplete: false);
            }

            preview.Add(providers[id], Merge(id, stored.GetValueOrDefault(id) ?? [], list, signed));
        }

        return preview.Finish(isComplete: true);
    }

    private static IEnumerable<KnownVersion> Merge(
        long providerId, HashSet<ProviderVersion> stored, OriginVersionList? list, Dictionary<(long, string), DateTimeOffset>? signed)
    {
        foreach (var version in stored)
        {
            yield return Known(version, isStored: true);
        }

        foreach (var item in list?.Versions ?? [])
        {
            if (!stored.Contains(item.Version))
            {
                yield return Known(item.Version, isStored: false);
            }
        }

        KnownVersion Known(ProviderVersion version, bool isStored) => new(
            version,
            isStored,
            signed is null
                ? null
                : ReleaseVisibility.Later(
                    signed.TryGetValue((providerId, version.Value), out var at) ? at : null, list?.FirstSeen(version)));
    }

    /// <summary>The stored versions of each provider. Most providers use the same numbers, each of which is parsed once.</summary>
    private static async Task<Dictionary<long, HashSet<ProviderVersion>>> FindStoredAsync(
        MirrorDbContext db, long rootGroupId, Dictionary<long, ProviderAddress> providers, CancellationToken cancellationToken)
    {
        // A version whose last package was deleted has no size.
        var rows = db.Versions.AsNoTracking().Where(row => row.RootGroupId == rootGroupId && row.Size > 0);
        if (providers.Count <= Chunk)
        {
            long[] ids = [.. providers.Keys];
            rows = rows.Where(row => ids.Contains(row.ProviderId));
        }

        var found = new Dictionary<long, HashSet<ProviderVersion>>();
        var numbers = new Dictionary<string, ProviderVersion>();
        await foreach (var row in rows.Select(row => new { row.ProviderId, row.Version }).Take(MaxVersions).AsAsyncEnumerable()
            .WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (!found.TryGetValue(row.ProviderId, out var versions))
            {
                found.Add(row.ProviderId, versions = []);
            }

            if (!numbers.TryGetValue(row.Version, out var number))
            {
                numbers.Add(row.Version, number = ProviderVersion.Parse(row.Version));
            }

            versions.Add(number);
        }

        return found;
    }

    /// <summary>The versions that were signed after a time.</summary>
    /// <param name="after">Null if no time matters.</param>
    private static async Task<Dictionary<(long ProviderId, string Version), DateTimeOffset>?> FindSignedAsync(
        MirrorDbContext db, long rootGroupId, DateTimeOffset? after, CancellationToken cancellationToken)
    {
        if (after is not { } since)
        {
            return null;
        }

        var rows = await db.Proofs.AsNoTracking()
            .Where(row => row.SignedAt > since && row.Provider.RootGroupId == rootGroupId)
            .OrderBy(row => row.SignedAt)
            .Select(row => new { row.ProviderId, row.Version, row.SignedAt })
            .Take(MaxVersions)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        var signed = new Dictionary<(long, string), DateTimeOffset>(rows.Count);
        foreach (var row in rows)
        {
            signed[(row.ProviderId, row.Version)] = row.SignedAt!.Value;
        }

        return signed;
    }

    /// <summary>All the providers, each with its origin's last list as fetched for the root group, or null. One list at a time is in memory.</summary>
    private async IAsyncEnumerable<(long ProviderId, OriginVersionList? List)> FindListsAsync(
        MirrorDbContext db,
        ResolvedNamespace scope,
        Dictionary<long, ProviderAddress> providers,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var identities = new Dictionary<ProviderHostname, CredentialIdentity>();
        foreach (var chunk in providers.Chunk(Chunk))
        {
            var ids = new Dictionary<string, long>(StringComparer.Ordinal);
            foreach (var (id, provider) in chunk)
            {
                if (!identities.TryGetValue(provider.Hostname, out var identity))
                {
                    var credential = await credentials.FindAsync(scope, provider.Hostname, cancellationToken).ConfigureAwait(false);
                    identities.Add(provider.Hostname, identity = credential.Identity);
                }

                ids.Add(new VersionListKey(provider, identity).Stored, id);
            }

            string[] keys = [.. ids.Keys];
            await foreach (var row in db.OriginDocuments.AsNoTracking().Where(row => keys.Contains(row.Key))
                .Select(row => new { row.Key, row.Body }).AsAsyncEnumerable()
                .WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                if (ids.Remove(row.Key, out long id))
                {
                    yield return (id, OriginVersionList.FromStored(row.Body));
                }
            }

            foreach (long id in ids.Values)
            {
                yield return (id, null);
            }
        }
    }
}
