using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Access;
using Mirror.Core.Database;

namespace Mirror.Core.Identity;

/// <summary>A user authenticated by an OpenID provider.</summary>
/// <param name="Subject">The issuer's permanent id of the user.</param>
/// <param name="Names">Possible user names, in order of preference.</param>
public sealed record OidcIdentity(string Issuer, string Subject, IReadOnlyList<string> Names, IReadOnlyList<string> Groups);

/// <summary>
/// Users of an OpenID provider. They are identified only by issuer and subject: names prove nothing, so a user with the same name does not
/// get the account of a local user or of another provider's user.
/// </summary>
public sealed class OidcUsers(IDbContextFactory<MirrorDbContext> databases, Subjects subjects, AccessChanges changes, TimeProvider time)
{
    private const int Attempts = 3;

    /// <summary>Creates the user at the first sign-in; each sign-in updates the groups and therefore the mapped roles.</summary>
    /// <param name="adminGroups">Groups whose members are administrators; if empty, the administrator flag is not changed.</param>
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
                // The same user signed in concurrently, or another user took the name.
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
                Detail = isAdmin ? "administrator, by a group of the OpenID provider" : "no longer administrator: not in any of the groups",
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
