using Microsoft.EntityFrameworkCore;
using Mirror.Core.Access;
using Mirror.Core.Database;

namespace Mirror.Core.Identity;

/// <summary>
/// Checks the passwords of users. An attempt is counted before the password is looked at, so that guessing in parallel gains
/// nothing; and whatever is wrong takes the same work, so that time tells nobody which names exist.
/// </summary>
public sealed class Passwords(
    IDbContextFactory<MirrorDbContext> databases, PasswordLane lane, Users users, Subjects subjects, TimeProvider time)
{
    private const long Nobody = -1;

    /// <summary>Who it is; null where name and password do not belong together, or the account is locked. A refusal is recorded.</summary>
    /// <exception cref="LaneFullException">So many sign-ins wait that this one is not tried, nor counted as an attempt.</exception>
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
        bool isOpen = await CountAttemptAsync(db, row?.PrincipalId ?? Nobody, cancellationToken).ConfigureAwait(false);
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

        // People type passwords into the wrong field: only names that exist are written down.
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

    /// <summary>A user's own change: needs the current password, and ends all their sessions.</summary>
    /// <exception cref="LaneFullException">So many sign-ins wait that the password is not checked.</exception>
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

    /// <summary>False where the account is locked, or is nobody's.</summary>
    private async Task<bool> CountAttemptAsync(MirrorDbContext db, long id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        // While an account is locked nothing is counted: this is the number that led to the lock, unless another attempt
        // leads to one at this moment.
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
