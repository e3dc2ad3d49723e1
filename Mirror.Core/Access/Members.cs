using Microsoft.EntityFrameworkCore;
using Mirror.Core.Catalog;
using Mirror.Core.Database;

namespace Mirror.Core.Access;

public enum MemberOutcome
{
    Added,

    /// <summary>The member had another role there.</summary>
    Changed,
    Unchanged,
    Removed,

    /// <summary>There is no such user, or no such service account visible to the caller.</summary>
    NoSuchPrincipal,

    /// <summary>The principal has no role in the namespace itself.</summary>
    NotAMember,

    /// <summary>The role exceeds the caller's own.</summary>
    ExceedsOwnRole,
}

/// <summary>Manages the roles of users and service accounts in namespaces.</summary>
public sealed class Members(
    IDbContextFactory<MirrorDbContext> databases, NamespaceDirectory namespaces, AccessChanges changes, TimeProvider time)
{
    /// <summary>
    /// The members of the namespace and the inherited ones, by name; a principal with roles in several namespaces is listed once for each.
    /// </summary>
    public async Task<IReadOnlyList<Member>> ListAsync(ResolvedNamespace scope, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var ancestry = scope.Ancestry.ToArray();
        var rows = await db.Memberships.AsNoTracking()
            .Include(row => row.Principal)
            .Where(row => ancestry.Contains(row.NamespaceId))
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        var members = new List<Member>();
        foreach (var row in rows)
        {
            if (await namespaces.FindAsync(row.NamespaceId, cancellationToken).ConfigureAwait(false) is { } given)
            {
                members.Add(new Member(await NameAsync(row.Principal, cancellationToken).ConfigureAwait(false), row.Role, given.Path.Value, given.Path != scope.Path));
            }
        }

        return [.. members.OrderBy(member => member.Principal.Name, StringComparer.Ordinal).ThenByDescending(member => member.From.Length)];
    }

    /// <summary>Grants a role in the namespace, replacing the previous role there.</summary>
    public async Task<MemberOutcome> SetAsync(
        ResolvedNamespace scope, PrincipalName member, Role role, AccessSubject by, CancellationToken cancellationToken)
    {
        if (!AccessPolicy.MayGrant(by, role, scope))
        {
            return MemberOutcome.ExceedsOwnRole;
        }

        return await databases.RetryAsync(async db =>
        {
            if (await FindAsync(db, member, by, cancellationToken).ConfigureAwait(false) is not { } principal)
            {
                return MemberOutcome.NoSuchPrincipal;
            }

            var row = await db.Memberships.SingleOrDefaultAsync(x => x.NamespaceId == scope.NamespaceId
                && x.PrincipalId == principal.Id, cancellationToken).ConfigureAwait(false);
            if (row?.Role == role)
            {
                return MemberOutcome.Unchanged;
            }

            bool isNew = row is null;
            row ??= db.Memberships.Add(new MembershipRow { NamespaceId = scope.NamespaceId, PrincipalId = principal.Id }).Entity;
            string detail = isNew ? $"{role}" : $"{role}, before {row.Role}";
            row.Role = role;
            db.Audit.Add(Event(scope, isNew ? "member.add" : "member.change", member, detail, by));
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            changes.Publish();
            return isNew ? MemberOutcome.Added : MemberOutcome.Changed;
        }).ConfigureAwait(false);
    }

    /// <summary>Removes the role in the namespace itself; inherited roles are removed where they were granted.</summary>
    public Task<MemberOutcome> RemoveAsync(
        ResolvedNamespace scope, PrincipalName member, AccessSubject by, CancellationToken cancellationToken) =>
        databases.RetryAsync(async db =>
    {
        // Members can be removed even if their own namespace is not visible to the caller: the list shows them too.
        if (await FindAsync(db, member, AccessSubject.Admin, cancellationToken).ConfigureAwait(false) is not { } principal
            || await db.Memberships.SingleOrDefaultAsync(x => x.NamespaceId == scope.NamespaceId
                && x.PrincipalId == principal.Id, cancellationToken).ConfigureAwait(false) is not { } row)
        {
            return MemberOutcome.NotAMember;
        }

        db.Memberships.Remove(row);
        db.Audit.Add(Event(scope, "member.remove", member, $"{row.Role}", by));
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        changes.Publish();
        return MemberOutcome.Removed;
    });

    private async Task<PrincipalRow?> FindAsync(
        MirrorDbContext db, PrincipalName name, AccessSubject by, CancellationToken cancellationToken)
    {
        if (name.Home is null)
        {
            return await db.Principals.SingleOrDefaultAsync(x => x.Kind == PrincipalKind.User && x.Name == name.Name, cancellationToken)
                .ConfigureAwait(false);
        }

        return await namespaces.FindAsync(name.Home, cancellationToken).ConfigureAwait(false) is { } home
            && AccessPolicy.Decide(by, AccessAction.Read, home) == AccessDecision.Allow
                ? await db.Principals.SingleOrDefaultAsync(x => x.Kind == PrincipalKind.ServiceAccount
                    && x.NamespaceId == home.NamespaceId
                    && x.Name == name.Name, cancellationToken).ConfigureAwait(false)
                : null;
    }

    private async ValueTask<Principal> NameAsync(PrincipalRow row, CancellationToken cancellationToken) =>
        new(row.Kind, row.NamespaceId is { } id
            && await namespaces.FindAsync(id, cancellationToken).ConfigureAwait(false) is { } home ? $"{home.Path}/{row.Name}" : row.Name);

    private AuditRow Event(ResolvedNamespace scope, string action, PrincipalName member, string detail, AccessSubject by) =>
        new(time.GetUtcNow(), action, by.Principal)
        {
            RootGroupId = scope.RootGroupId,
            NamespaceId = scope.NamespaceId,
            Target = member.ToString(),
            Detail = detail,
        };
}
