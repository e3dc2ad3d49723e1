using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Access;
using Mirror.Core.Database;

namespace Mirror.Core.Identity;

/// <summary>Whom an OpenID provider has signed in.</summary>
/// <param name="Subject">What the issuer knows them by, for ever.</param>
/// <param name="Names">What they may be called here, the best first.</param>
public sealed record OidcIdentity(string Issuer, string Subject, IReadOnlyList<string> Names, IReadOnlyList<string> Groups);

/// <summary>
/// The users that an OpenID provider answers for. They are known by issuer and subject only: a name proves nothing, so nobody
/// gets the account of a local user, or of another provider's, by being called like them.
/// </summary>
public sealed class OidcUsers(IDbContextFactory<MirrorDbContext> databases, Subjects subjects, AccessChanges changes, TimeProvider time)
{
    private const int Attempts = 3;

    /// <summary>Makes the user at the first sign-in; at each the groups, and with them the mapped roles, are those of now.</summary>
    /// <param name="adminGroups">Whose members administer the instance; empty: that is left as it is.</param>
    public async Task<AccessSubject?> SignInAsync(
        OidcIdentity identity, IReadOnlyList<string> adminGroups, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                long id = await SaveAsync(identity, adminGroups, cancellationToken).ConfigureAwait(false);
                changes.Publish();
                return await subjects.FindAsync(id, cancellationToken).ConfigureAwait(false);
            }
            catch (DbUpdateException e) when (attempt < Attempts && ConcurrentChanges.Caused(e))
            {
                // The same person in two tabs, or somebody else took the name meanwhile.
            }
        }
    }

    private async Task<long> SaveAsync(OidcIdentity identity, IReadOnlyList<string> adminGroups, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var now = time.GetUtcNow();
        var row = await db.Users.Include(x => x.Principal)
            .SingleOrDefaultAsync(x => x.OidcIssuer == identity.Issuer && x.OidcSubject == identity.Subject, cancellationToken)
                .ConfigureAwait(false);
        if (row is null)
        {
            string name = await FreeNameAsync(db, identity, cancellationToken).ConfigureAwait(false);
            row = db.Users.Add(new UserRow
            {
                Principal = new PrincipalRow { Kind = PrincipalKind.User, Name = name, CreatedAt = now, CreatedBy = Principal.System.Name },
                OidcIssuer = identity.Issuer,
                OidcSubject = identity.Subject,
            }).Entity;
            db.Audit.Add(
                new AuditRow(now, "user.create", Principal.System) { Target = name, Detail = $"signed in with {identity.Issuer}" });
        }

        row.OidcGroups = JsonSerializer.Serialize(identity.Groups);
        bool isAdmin = adminGroups.Count == 0 ? row.IsAdmin : identity.Groups.Intersect(adminGroups, StringComparer.Ordinal).Any();
        if (isAdmin != row.IsAdmin)
        {
            row.IsAdmin = isAdmin;
            db.Audit.Add(new AuditRow(now, "user.change", Principal.System)
            {
                Target = row.Principal.Name,
                Detail = isAdmin ? "administrator, by a group of the OpenID provider" : "no administrator any more: in none of the groups",
            });
        }

        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return row.PrincipalId;
    }

    private static async Task<string> FreeNameAsync(MirrorDbContext db, OidcIdentity identity, CancellationToken cancellationToken)
    {
        var wanted = identity.Names.Append(identity.Subject).Select(UserName.From).FirstOrDefault(name => name is not null)?.Value
            ?? "user";
        string stem = wanted[..Math.Min(wanted.Length, UserName.MaximumLength - 5)];
        string name = wanted;
        for (int number = 2; await db.Principals.AnyAsync(x =>
            x.NamespaceId == null && x.Name == name, cancellationToken).ConfigureAwait(false); number++)
        {
            name = $"{stem}-{number}";
        }

        return name;
    }
}
