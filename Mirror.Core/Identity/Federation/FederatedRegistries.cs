using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;

namespace Mirror.Core.Identity.Federation;

/// <summary>Manages the hosts to which namespaces send tokens issued by this instance instead of stored tokens.</summary>
public sealed class FederatedRegistries(IDbContextFactory<MirrorDbContext> databases, NamespaceDirectory namespaces, TimeProvider time)
{
    public const int MaxAudience = 500;

    /// <summary>The registries that apply to a namespace: its own and, for other hosts, the inherited ones.</summary>
    public async Task<IReadOnlyList<FederatedRegistry>> ListAsync(ResolvedNamespace scope, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        long[] ancestry = [.. scope.Ancestry];
        var rows = await db.FederatedRegistries.AsNoTracking()
            .Where(row => ancestry.Contains(row.NamespaceId))
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        var list = new List<FederatedRegistry>();
        foreach (var row in rows.GroupBy(row =>
            row.Hostname,
            (_, all) => all.MinBy(row => Array.IndexOf(ancestry, row.NamespaceId))!).OrderBy(row => row.Hostname, StringComparer.Ordinal))
        {
            list.Add(await ReadAsync(row, row.NamespaceId != scope.NamespaceId, cancellationToken).ConfigureAwait(false));
        }

        return list;
    }

    /// <summary>Adds a host, or changes its audience.</summary>
    public async Task SetAsync(
        ResolvedNamespace scope, ProviderHostname host, string audience, Principal by, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await databases.RetryAsync(async db =>
        {
            var row = await db.FederatedRegistries.SingleOrDefaultAsync(x => x.NamespaceId == scope.NamespaceId
                && x.Hostname == host.Value, cancellationToken).ConfigureAwait(false)
                ?? db.FederatedRegistries.Add(
                    new FederatedRegistryRow { NamespaceId = scope.NamespaceId, Hostname = host.Value, Audience = audience, CreatedAt = now, CreatedBy = by.Name }).Entity;
            row.Audience = audience;
            db.Audit.Add(Event(scope, "federation.set", host, $"audience {audience}", by, now));
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }).ConfigureAwait(false);
        namespaces.Invalidate();
    }

    /// <returns>False if the namespace itself does not have the host.</returns>
    public Task<bool> RemoveAsync(ResolvedNamespace scope, ProviderHostname host, Principal by, CancellationToken cancellationToken) =>
        databases.RetryAsync(async db =>
    {
        if (await db.FederatedRegistries.SingleOrDefaultAsync(x => x.NamespaceId == scope.NamespaceId
            && x.Hostname == host.Value, cancellationToken).ConfigureAwait(false) is not { } row)
        {
            return false;
        }

        db.FederatedRegistries.Remove(row);
        db.Audit.Add(Event(scope, "federation.remove", host, null, by, time.GetUtcNow()));
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        namespaces.Invalidate();
        return true;
    });

    internal async Task<Dictionary<(
        long NamespaceId, ProviderHostname Host), FederatedRegistry>> LoadAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var all = new Dictionary<(long, ProviderHostname), FederatedRegistry>();
        foreach (var row in await db.FederatedRegistries.AsNoTracking().ToListAsync(cancellationToken).ConfigureAwait(false))
        {
            var host = ProviderHostname.TryParse(row.Hostname, out var parsed)
                ? parsed
                : throw new InvalidDataException($"The database contains the invalid host '{row.Hostname}'.");
            all[(row.NamespaceId, host)] = await ReadAsync(row, inherited: false, cancellationToken).ConfigureAwait(false);
        }

        return all;
    }

    private async ValueTask<FederatedRegistry> ReadAsync(FederatedRegistryRow row, bool inherited, CancellationToken cancellationToken)
    {
        var from = await namespaces.FindAsync(row.NamespaceId, cancellationToken).ConfigureAwait(false);
        return new FederatedRegistry(
            row.Hostname, row.Audience, (from?.Path ?? NamespacePath.Default).Value, inherited, row.CreatedAt, row.CreatedBy);
    }

    private static AuditRow Event(
        ResolvedNamespace scope, string action, ProviderHostname host, string? detail, Principal by, DateTimeOffset now) =>
        new(now, action, by)
        {
            RootGroupId = scope.RootGroupId,
            NamespaceId = scope.NamespaceId,
            Target = host.Value,
            Detail = detail,
        };
}
