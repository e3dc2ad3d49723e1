using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Catalog;
using Mirror.Core.Database;

namespace Mirror.Core.Access;

/// <summary>
/// Loads principals and their roles. Changes on any replica take effect within <see cref="MaxAge"/>.
/// </summary>
public sealed class Subjects
{
    /// <summary>The maximum age of cached subjects.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMilliseconds(900);

    private readonly ReadThroughCache<long, Found> _recent;
    private readonly IDbContextFactory<MirrorDbContext> _databases;
    private readonly NamespaceDirectory _namespaces;
    private readonly TimeProvider _time;

    public Subjects(IDbContextFactory<MirrorDbContext> databases, NamespaceDirectory namespaces, AccessChanges changes, TimeProvider time)
    {
        (_databases, _namespaces, _time) = (databases, namespaces, time);
        _recent = new(
            async (id, cancellationToken) => new Found(await LoadAsync(id, _time.GetUtcNow(), cancellationToken).ConfigureAwait(false)),
            time: time,
            maxAge: MaxAge);
        changes.Changed += () => _recent.Clear();
    }

    /// <summary>Null if the principal was deleted, or is a job that has ended.</summary>
    public async ValueTask<AccessSubject?> FindAsync(long principalId, CancellationToken cancellationToken) =>
        (await _recent.GetAsync(principalId, cancellationToken).ConfigureAwait(false))!.Subject;

    /// <summary>The account of a subject, with its granted roles by path.</summary>
    public async ValueTask<Account> DescribeAsync(AccessSubject subject, CancellationToken cancellationToken)
    {
        var roles = new List<AccountRole>();
        foreach (var (id, role) in subject.Roles)
        {
            if (await _namespaces.FindAsync(id, cancellationToken).ConfigureAwait(false) is { } scope)
            {
                roles.Add(new AccountRole(scope.Path.Value, role));
            }
        }

        return new Account(
            subject.Principal.Kind, subject.Principal.Name, subject.IsAdmin, [.. roles.OrderBy(role => role.Path, StringComparer.Ordinal)]);
    }

    private async Task<AccessSubject?> LoadAsync(long principalId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        var row = await db.Principals.AsNoTracking().Include(x => x.User).Include(x => x.Job)
            .SingleOrDefaultAsync(x => x.Id == principalId, cancellationToken).ConfigureAwait(false);
        if (row is null || row.Job is { } job && (job.EndedAt is not null || !StoredLifetime.Holds(row.CreatedAt, job.ExpiresAt, now)))
        {
            return null;
        }

        string? home = row.NamespaceId is { } id
            ? (await _namespaces.FindAsync(id, cancellationToken).ConfigureAwait(false))?.Path.Value
            : null;
        var principal = new Principal(row.Kind, row.Kind == PrincipalKind.ServiceAccount ? $"{home}/{row.Name}" : row.Name)
        {
            Run = row.Job is null ? null : JobRow.RunOf(row.Name),
        };
        return new AccessSubject(
            principal, row.Id, row.User is { IsAdmin: true }, await RolesAsync(db, row, now, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>A job loses read access when its creator does.</summary>
    private async Task<bool> MakerReadsAsync(JobRow job, long workspace, DateTimeOffset now, CancellationToken cancellationToken) =>
        job.MadeById is not { } id
        || await LoadAsync(id, now, cancellationToken).ConfigureAwait(false) is { } maker
            && AccessPolicy.Decide(
                maker,
                AccessAction.Read,
                await _namespaces.FindAsync(workspace, cancellationToken).ConfigureAwait(false),
                isProtected: true) == AccessDecision.Allow;

    private async Task<Dictionary<long, Role>> RolesAsync(
        MirrorDbContext db, PrincipalRow row, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var roles = await db.Memberships.AsNoTracking().Where(x => x.PrincipalId == row.Id)
            .ToDictionaryAsync(x => x.NamespaceId, x => x.Role, cancellationToken).ConfigureAwait(false);
        if (row is { Job: { ReadsProtected: true } job, NamespaceId: { } workspace }
            && await MakerReadsAsync(job, workspace, now, cancellationToken).ConfigureAwait(false))
        {
            roles[workspace] = Role.Viewer;
        }

        if (row.User?.OidcGroups is { } groups)
        {
            string[] names = JsonSerializer.Deserialize<string[]>(groups) ?? [];
            var mapped = await db.GroupMappings.AsNoTracking()
                .Where(x => names.Contains(x.OidcGroup))
                .ToListAsync(cancellationToken)
                .ConfigureAwait(false);
            foreach (var mapping in mapped)
            {
                roles[mapping.NamespaceId] = roles.TryGetValue(mapping.NamespaceId, out var role) && role > mapping.Role
                    ? role
                    : mapping.Role;
            }
        }

        return roles;
    }

    /// <param name="Subject">Null if there is none, which is cached as well.</param>
    private sealed record Found(AccessSubject? Subject);
}
