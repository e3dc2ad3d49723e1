using Microsoft.EntityFrameworkCore;
using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Database;

namespace Mirror.Core.Identity;

public enum GroupMappingOutcome
{
    Added,

    /// <summary>The group had another role there.</summary>
    Changed,
    Unchanged,

    /// <summary>The role exceeds the caller's own.</summary>
    ExceedsOwnRole,
}

/// <summary>Maps groups of the OpenID provider to roles in a namespace; each sign-in reports the user's groups.</summary>
public sealed class GroupMappings(
    IDbContextFactory<MirrorDbContext> databases, NamespaceDirectory namespaces, AccessChanges changes, TimeProvider time)
{
    /// <summary>The mappings of the namespace and the inherited ones, by group.</summary>
    public async Task<IReadOnlyList<GroupMapping>> ListAsync(ResolvedNamespace scope, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var ancestry = scope.Ancestry.ToArray();
        var rows = await db.GroupMappings.AsNoTracking()
            .Where(row => ancestry.Contains(row.NamespaceId))
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        var mappings = new List<GroupMapping>();
        foreach (var row in rows)
        {
            if (await namespaces.FindAsync(row.NamespaceId, cancellationToken).ConfigureAwait(false) is { } given)
            {
                mappings.Add(new GroupMapping(row.OidcGroup, row.Role, given.Path.Value, given.Path != scope.Path));
            }
        }

        return [.. mappings.OrderBy(mapping => mapping.OidcGroup, StringComparer.Ordinal).ThenByDescending(mapping => mapping.From.Length)];
    }

    /// <summary>Grants a group a role in the namespace, replacing its previous role there.</summary>
    /// <param name="oidcGroup">The group as it appears in the groups claim.</param>
    public async Task<GroupMappingOutcome> SetAsync(
        ResolvedNamespace scope, string oidcGroup, Role role, AccessSubject by, CancellationToken cancellationToken)
    {
        if (!AccessPolicy.MayGrant(by, role, scope))
        {
            return GroupMappingOutcome.ExceedsOwnRole;
        }

        return await databases.RetryAsync(async db =>
        {
            var row = await db.GroupMappings.SingleOrDefaultAsync(x => x.NamespaceId == scope.NamespaceId
                && x.OidcGroup == oidcGroup, cancellationToken).ConfigureAwait(false);
            if (row?.Role == role)
            {
                return GroupMappingOutcome.Unchanged;
            }

            bool isNew = row is null;
            row ??= db.GroupMappings.Add(new GroupMappingRow { NamespaceId = scope.NamespaceId, OidcGroup = oidcGroup }).Entity;
            string detail = isNew ? $"{role}" : $"{role}, before {row.Role}";
            row.Role = role;
            db.Audit.Add(Event(scope, isNew ? "group-mapping.add" : "group-mapping.change", oidcGroup, detail, by.Principal));
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            changes.Publish();
            return isNew ? GroupMappingOutcome.Added : GroupMappingOutcome.Changed;
        }).ConfigureAwait(false);
    }

    /// <returns>False if the group has no role in the namespace itself.</returns>
    public Task<bool> RemoveAsync(ResolvedNamespace scope, string oidcGroup, Principal by, CancellationToken cancellationToken) =>
        databases.RetryAsync(async db =>
    {
        var row = await db.GroupMappings.SingleOrDefaultAsync(x => x.NamespaceId == scope.NamespaceId
            && x.OidcGroup == oidcGroup, cancellationToken).ConfigureAwait(false);
        if (row is null)
        {
            return false;
        }

        db.GroupMappings.Remove(row);
        db.Audit.Add(Event(scope, "group-mapping.remove", oidcGroup, $"{row.Role}", by));
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        changes.Publish();
        return true;
    });

    private AuditRow Event(ResolvedNamespace scope, string action, string oidcGroup, string detail, Principal by) =>
        new(time.GetUtcNow(), action, by)
        {
            RootGroupId = scope.RootGroupId,
            NamespaceId = scope.NamespaceId,
            Target = oidcGroup,
            Detail = detail,
        };
}
