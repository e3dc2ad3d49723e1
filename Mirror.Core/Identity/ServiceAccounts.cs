using Microsoft.EntityFrameworkCore;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;

namespace Mirror.Core.Identity;

public enum ServiceAccountOutcome
{
    Created,
    AlreadyExists,

    /// <summary>The role exceeds the caller's own.</summary>
    ExceedsOwnRole,
}

/// <summary>Manages the service accounts of namespaces.</summary>
public sealed class ServiceAccounts(
    IDbContextFactory<MirrorDbContext> databases,
    NamespaceDirectory namespaces,
    AccessTokens tokens,
    AccessChanges changes,
    TimeProvider time)
{
    /// <summary>The service accounts of the namespace itself, by name.</summary>
    public async Task<IReadOnlyList<ServiceAccount>> ListAsync(ResolvedNamespace scope, CancellationToken cancellationToken)
    {
        await tokens.FlushUsesAsync(cancellationToken).ConfigureAwait(false);
        await using var db = databases.CreateDbContext();
        var now = time.GetUtcNow();
        var rows = await db.Principals.AsNoTracking()
            .Where(row => row.Kind == PrincipalKind.ServiceAccount && row.NamespaceId == scope.NamespaceId)
            .OrderBy(row => row.Name)
            .Select(row => new
            {
                row.Name,
                Roles = db.Memberships.Where(member => member.PrincipalId == row.Id && member.NamespaceId == scope.NamespaceId)
                    .Select(member => member.Role)
                    .ToList(),
                Tokens = db.AccessTokens.Count(token => token.PrincipalId == row.Id
                    && token.RevokedAt == null
                    && (token.ExpiresAt == null || token.ExpiresAt > now)),
                LastUsedAt = db.AccessTokens.Where(token => token.PrincipalId == row.Id).Max(token => token.LastUsedAt),
                row.CreatedAt,
                row.CreatedBy,
            })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => new ServiceAccount(
            row.Name,
            new PrincipalName(scope.Path, row.Name).ToString(),
            row.Roles.Count == 0 ? null : row.Roles[0],
            row.Tokens,
            row.LastUsedAt,
            row.CreatedAt,
            row.CreatedBy))];
    }

    /// <param name="name">See <see cref="NamespacePath.IsName"/>.</param>
    /// <param name="role">The role in the namespace; null for none until the account is added as a member.</param>
    public async Task<ServiceAccountOutcome> CreateAsync(
        ResolvedNamespace scope, string name, Role? role, AccessSubject by, CancellationToken cancellationToken)
    {
        if (role is { } wanted && !AccessPolicy.MayGrant(by, wanted, scope))
        {
            return ServiceAccountOutcome.ExceedsOwnRole;
        }

        return await databases.RetryAsync(async db =>
        {
            if (await FindAsync(db, scope, name, cancellationToken).ConfigureAwait(false) is not null)
            {
                return ServiceAccountOutcome.AlreadyExists;
            }

            Add(db, scope, name, role, by.Principal, time.GetUtcNow());
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            changes.Publish();
            return ServiceAccountOutcome.Created;
        }).ConfigureAwait(false);
    }

    /// <summary>Deletes a service account with its tokens and all its memberships.</summary>
    /// <returns>False if there is no such service account.</returns>
    public Task<bool> DeleteAsync(ResolvedNamespace scope, string name, Principal by, CancellationToken cancellationToken) =>
        databases.RetryAsync(async db =>
    {
        if (await FindAsync(db, scope, name, cancellationToken).ConfigureAwait(false) is not { } row)
        {
            return false;
        }

        db.Principals.Remove(row);
        db.Audit.Add(Event(scope, "service-account.delete", name, null, by, time.GetUtcNow()));
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        changes.Publish();
        return true;
    });

    /// <summary>
    /// Whether a principal may act for a service account, or authorize others to: only if it has all roles of the account, in all namespaces.
    /// </summary>
    /// <returns>Also true if there is no such service account.</returns>
    public async Task<bool> MayActForAsync(ResolvedNamespace scope, string name, AccessSubject by, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var roles = await db.Memberships.AsNoTracking()
            .Where(row => row.Principal.Kind == PrincipalKind.ServiceAccount
                && row.Principal.NamespaceId == scope.NamespaceId
                && row.Principal.Name == name)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var given in roles)
        {
            if (await namespaces.FindAsync(given.NamespaceId, cancellationToken).ConfigureAwait(false) is { } where
                && !AccessPolicy.MayGrant(by, given.Role, where))
            {
                return false;
            }
        }

        return true;
    }

    internal static Task<PrincipalRow?> FindAsync(
        MirrorDbContext db, ResolvedNamespace scope, string name, CancellationToken cancellationToken) =>
        db.Principals.SingleOrDefaultAsync(
            row => row.Kind == PrincipalKind.ServiceAccount && row.NamespaceId == scope.NamespaceId && row.Name == name, cancellationToken);

    /// <summary>Creates the rows of a service account and its audit events, which the caller saves.</summary>
    internal static PrincipalRow Add(MirrorDbContext db, ResolvedNamespace scope, string name, Role? role, Principal by, DateTimeOffset now)
    {
        var row = db.Principals.Add(new PrincipalRow
        {
            Kind = PrincipalKind.ServiceAccount,
            Name = name,
            NamespaceId = scope.NamespaceId,
            CreatedAt = now,
            CreatedBy = by.Name,
        }).Entity;
        db.Audit.Add(Event(scope, "service-account.create", name, null, by, now));
        if (role is { } given)
        {
            AddRole(db, scope, row, given, by, now);
        }

        return row;
    }

    internal static void AddRole(
        MirrorDbContext db, ResolvedNamespace scope, PrincipalRow account, Role role, Principal by, DateTimeOffset now)
    {
        db.Memberships.Add(new MembershipRow { NamespaceId = scope.NamespaceId, Principal = account, Role = role });
        db.Audit.Add(Event(scope, "member.add", account.Name, $"{role}", by, now));
    }

    internal static AuditRow Event(ResolvedNamespace scope, string action, string name, string? detail, Principal by, DateTimeOffset now) =>
        new(now, action, by)
        {
            RootGroupId = scope.RootGroupId,
            NamespaceId = scope.NamespaceId,
            Target = new PrincipalName(scope.Path, name).ToString(),
            Detail = detail,
        };
}
