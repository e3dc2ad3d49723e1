using Microsoft.EntityFrameworkCore;
using Mirror.Core.Access;
using Mirror.Core.Database;

namespace Mirror.Core.Identity;

public enum UserChange
{
    Done,
    NotFound,

    /// <summary>Another user has the name.</summary>
    NameTaken,

    /// <summary>The user signs in with an OpenID provider and has no local password.</summary>
    NotLocal,

    /// <summary>The current password is wrong, or the account is locked.</summary>
    WrongPassword,
}

/// <summary>The sessions, tokens and roles of a user.</summary>
/// <param name="Sessions">The browsers in which the user is signed in.</param>
/// <param name="Roles">The roles granted to the user by name.</param>
public sealed record UserContent(int Sessions, int Tokens, int Roles);

/// <summary>Manages the user accounts of this instance.</summary>
public sealed class Users(IDbContextFactory<MirrorDbContext> databases, PasswordLane lane, AccessChanges changes, TimeProvider time)
{
    /// <summary>All users, by name.</summary>
    public async Task<IReadOnlyList<User>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var rows = await db.Users.AsNoTracking()
            .Include(row => row.Principal)
            .OrderBy(row => row.Principal.Name)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        return [.. rows.Select(Read)];
    }

    /// <summary>The names of a few users that contain all words, by name.</summary>
    public async Task<IReadOnlyList<string>> FindNamesAsync(IReadOnlyList<string> words, int take, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var names = db.Users.Select(row => row.Principal.Name);
        foreach (string word in words)
        {
            names = names.Where(name => name.Contains(word));
        }

        return await names.Order().Take(take).ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task<User?> FindAsync(UserName name, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        return await FindRowAsync(db, name, cancellationToken).ConfigureAwait(false) is { } row ? Read(row) : null;
    }

    public async Task<User?> FindAsync(long id, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        return await db.Users.AsNoTracking()
            .Include(row => row.Principal)
            .SingleOrDefaultAsync(row => row.PrincipalId == id, cancellationToken)
            .ConfigureAwait(false) is { } row
            ? Read(row)
            : null;
    }

    /// <summary>Whether any user has a local password.</summary>
    public async Task<bool> AnyLocalAsync(CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        return await db.Users.AnyAsync(row => row.PasswordHash != null, cancellationToken).ConfigureAwait(false);
    }

    /// <param name="isTemporary">The password must be changed at the first sign-in, because another user knows it.</param>
    public async Task<UserChange> CreateAsync(
        UserName name, NewPassword password, bool isTemporary, bool isAdmin, Principal by, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        if (await FindRowAsync(db, name, cancellationToken).ConfigureAwait(false) is not null)
        {
            return UserChange.NameTaken;
        }

        string hash = await lane.HashAsync(password, cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        db.Users.Add(new UserRow
        {
            Principal = new PrincipalRow { Kind = PrincipalKind.User, Name = name.Value, CreatedAt = now, CreatedBy = by.Name },
            PasswordHash = hash,
            PasswordIsTemporary = isTemporary,
            IsAdmin = isAdmin,
        });
        db.Audit.Add(new AuditRow(now, "user.create", by) { Target = name.Value, Detail = isAdmin ? "administrator" : null });
        try
        {
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DbUpdateException e) when (ConcurrentChanges.Caused(e))
        {
            // A concurrent request created the user; any other error occurs again here.
            if (await FindAsync(name, cancellationToken).ConfigureAwait(false) is not null)
            {
                return UserChange.NameTaken;
            }

            throw;
        }

        changes.Publish();
        return UserChange.Done;
    }

    /// <summary>Also ends the user's sessions, tokens and memberships; audit events keep the name.</summary>
    public Task<UserChange> DeleteAsync(UserName name, Principal by, CancellationToken cancellationToken) =>
        ChangeAsync(name, "user.delete", by, null, (db, row) =>
        {
            db.Principals.Remove(row.Principal);
            return UserChange.Done;
        }, cancellationToken);

    public Task<UserChange> SetAdminAsync(UserName name, bool isAdmin, Principal by, CancellationToken cancellationToken) =>
        ChangeAsync(name, "user.change", by, isAdmin ? "administrator" : "no longer administrator", (_, row) =>
        {
            row.IsAdmin = isAdmin;
            return UserChange.Done;
        }, cancellationToken);

    /// <summary>Sets a password that the user must change at the next sign-in; ends the user's sessions, and a lock.</summary>
    /// <param name="revokeTokens">Whether the user's access tokens are revoked too; otherwise they remain valid.</param>
    public async Task<UserChange> ResetPasswordAsync(
        UserName name, NewPassword password, bool revokeTokens, Principal by, CancellationToken cancellationToken)
    {
        string hash = await lane.HashAsync(password, cancellationToken).ConfigureAwait(false);
        return await ChangeAsync(name, "user.reset-password", by, null, (db, row) =>
        {
            if (row.PasswordHash is null)
            {
                return UserChange.NotLocal;
            }

            SetPassword(db, row, hash, isTemporary: true);
            if (revokeTokens)
            {
                RevokeTokens(db, row, by);
            }

            return UserChange.Done;
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Counts the sessions, tokens and roles that are deleted with a user.</summary>
    public async Task<UserContent> CountAsync(UserName name, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var db = databases.CreateDbContext();
        long? id = (await FindRowAsync(db, name, cancellationToken).ConfigureAwait(false))?.PrincipalId;
        return new UserContent(
            await db.Sessions.CountAsync(row => row.PrincipalId == id && row.ExpiresAt > now, cancellationToken).ConfigureAwait(false),
            await db.AccessTokens.CountAsync(row => row.PrincipalId == id && row.RevokedAt == null, cancellationToken).ConfigureAwait(false),
            await db.Memberships.CountAsync(row => row.PrincipalId == id, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Replaces a password that has just been checked; ends all sessions of the user.</summary>
    internal async Task<UserChange> SetPasswordAsync(UserName name, NewPassword password, Principal by, CancellationToken cancellationToken)
    {
        string hash = await lane.HashAsync(password, cancellationToken).ConfigureAwait(false);
        return await ChangeAsync(name, "user.change-password", by, null, (db, row) =>
        {
            SetPassword(db, row, hash, isTemporary: false);
            return UserChange.Done;
        }, cancellationToken).ConfigureAwait(false);
    }

    internal static Task<UserRow?> FindRowAsync(MirrorDbContext db, UserName name, CancellationToken cancellationToken) =>
        db.Users.Include(row => row.Principal).SingleOrDefaultAsync(row => row.Principal.Name == name.Value, cancellationToken);

    private static void SetPassword(MirrorDbContext db, UserRow row, string hash, bool isTemporary)
    {
        (row.PasswordHash, row.PasswordIsTemporary, row.FailedSignIns, row.LockedUntil) = (hash, isTemporary, 0, null);
        db.Sessions.RemoveRange(db.Sessions.Where(session => session.PrincipalId == row.PrincipalId));
    }

    private void RevokeTokens(MirrorDbContext db, UserRow row, Principal by)
    {
        var now = time.GetUtcNow();
        foreach (var token in db.AccessTokens.Where(token => token.PrincipalId == row.PrincipalId && token.RevokedAt == null))
        {
            token.RevokedAt = now;
            db.Audit.Add(new AuditRow(now, "token.revoke", by) { Target = row.Principal.Name, Detail = token.Name });
        }
    }

    private Task<UserChange> ChangeAsync(
        UserName name,
        string action,
        Principal by,
        string? detail,
        Func<MirrorDbContext, UserRow, UserChange> change,
        CancellationToken cancellationToken) => databases.RetryAsync(async db =>
    {
        if (await FindRowAsync(db, name, cancellationToken).ConfigureAwait(false) is not { } row)
        {
            return UserChange.NotFound;
        }

        var outcome = change(db, row);
        if (outcome == UserChange.Done)
        {
            db.Audit.Add(new AuditRow(time.GetUtcNow(), action, by) { Target = name.Value, Detail = detail });
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            changes.Publish();
        }

        return outcome;
    });

    private User Read(UserRow row) => new(
        row.Principal.Name,
        row.IsAdmin,
        row.PasswordHash is not null,
        row.OidcIssuer,
        row.PasswordIsTemporary,
        row.LockedUntil > time.GetUtcNow() && row.LockedUntil <= LockOut.Latest(row.FailedSignIns, time.GetUtcNow())
            ? row.LockedUntil
            : null,
        row.Principal.CreatedAt,
        row.Principal.CreatedBy,
        row.LastSignedInAt);
}
