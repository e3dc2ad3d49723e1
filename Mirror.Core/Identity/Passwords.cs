using Microsoft.EntityFrameworkCore;
using Mirror.Core.Access;
using Mirror.Core.Database;

namespace Mirror.Core.Identity;

/// <summary>
/// Checks passwords. An attempt is counted before the password is checked, so guessing in parallel has no advantage, and every failure
/// takes the same work, so timing does not reveal which names exist.
/// </summary>
public sealed class Passwords(
    IDbContextFactory<MirrorDbContext> databases, PasswordLane lane, Users users, Subjects subjects, TimeProvider time)
{
    private const long NoAccount = -1;

    /// <summary>The user; null if name and password do not match or the account is locked. Failures are recorded.</summary>
    /// <exception cref="LaneFullException">
    /// Too many sign-ins are waiting; this one was neither checked nor counted as an attempt.
    /// </exception>
    public async Task<AccessSubject?> CheckAsync(string? name, string? password, string? remoteAddress, CancellationToken cancellationToken)
    {
        using var turn = await lane.EnterAsync(cancellationToken).ConfigureAwait(false);
        bool isName = UserName.TryParse(name, out var parsed);
        await using var db = databases.CreateDbContext();
        var row = isName
            ? await db.Users.AsNoTracking()
                .SingleOrDefaultAsync(x => x.Principal.Name == parsed!.Value && x.PasswordHash != null, cancellationToken)
                .ConfigureAwait(false)
            : null;
        bool isOpen = await CountAttemptAsync(db, row?.PrincipalId ?? NoAccount, cancellationToken).ConfigureAwait(false);
        bool tooLong = password is null or { Length: > NewPassword.MaximumLength };
        bool matches = await lane.VerifyAsync(isOpen ? row!.PasswordHash : null, tooLong ? "" : password!).ConfigureAwait(false)
            && !tooLong;
        if (matches)
        {
            await db.Users.Where(x => x.PrincipalId == row!.PrincipalId)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(x => x.FailedSignIns, 0).SetProperty(x => x.LockedUntil, (DateTimeOffset?)null),
                    cancellationToken).ConfigureAwait(false);
            return await subjects.FindAsync(row!.PrincipalId, cancellationToken).ConfigureAwait(false);
        }

        // Users type passwords into the wrong field, so only existing names are recorded.
        var by = Principal.Anonymous with { RemoteAddress = remoteAddress };
        db.Audit.Add(new AuditRow(time.GetUtcNow(), "user.sign-in", by)
        {
            Succeeded = false,
            Target = row is null ? null : parsed!.Value,
            Detail = row is null ? "no such user" : isOpen ? "wrong password" : "locked after wrong passwords",
        });
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return null;
    }

    /// <summary>A user's own password change: requires the current password, and ends all sessions of the user.</summary>
    /// <exception cref="LaneFullException">Too many sign-ins are waiting; the password was not checked.</exception>
    public async Task<UserChange> ChangeAsync(
        AccessSubject user, string? current, NewPassword password, CancellationToken cancellationToken)
    {
        if (user.PrincipalId is not { } id || await users.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } details)
        {
            return UserChange.NotFound;
        }

        if (!details.Local)
        {
            return UserChange.NotLocal;
        }

        return await CheckAsync(details.Name, current, user.Principal.RemoteAddress, cancellationToken).ConfigureAwait(false) is null
            ? UserChange.WrongPassword
            : await users.SetPasswordAsync(UserName.Parse(details.Name), password, user.Principal, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>False if the account is locked or does not exist.</summary>
    private async Task<bool> CountAttemptAsync(MirrorDbContext db, long id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        // While an account is locked, attempts are not counted: this is the number that caused the lock, unless another attempt locks the
        // account concurrently.
        int before = await db.Users.Where(x => x.PrincipalId == id)
            .Select(x => x.FailedSignIns)
            .SingleOrDefaultAsync(cancellationToken)
            .ConfigureAwait(false);
        var latest = LockOut.Latest(before, now);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        int counted = await db.Users.Where(x => x.PrincipalId == id
            && (x.LockedUntil == null || x.LockedUntil <= now || (x.LockedUntil > latest && x.FailedSignIns == before)))
            .ExecuteUpdateAsync(set => set.SetProperty(x => x.FailedSignIns, x => x.FailedSignIns + 1), cancellationToken)
                .ConfigureAwait(false);
        int failures = await db.Users.Where(x => x.PrincipalId == id)
            .Select(x => x.FailedSignIns)
            .SingleOrDefaultAsync(cancellationToken)
            .ConfigureAwait(false);
        if (counted > 0 && LockOut.After(failures) is { } length)
        {
            await db.Users.Where(x => x.PrincipalId == id)
                .ExecuteUpdateAsync(set => set.SetProperty(x => x.LockedUntil, now + length), cancellationToken)
                .ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return counted > 0;
    }
}
