using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Access;
using Mirror.Core.Database;

namespace Mirror.Core.Identity;

/// <param name="MustChangePassword">Another user knows the password: nothing else is allowed until it has been changed.</param>
public sealed record UserSession(AccessSubject Subject, bool MustChangePassword);

/// <summary>A browser in which a user is signed in.</summary>
/// <param name="IsCurrent">Whether it is the one that asks.</param>
public sealed record OpenSession(long Id, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, bool IsCurrent);

public sealed record SessionList(IReadOnlyList<OpenSession> Items);

/// <summary>
/// Manages sign-ins to the UI in the database, so that they survive a restart and end on all replicas at the same time. The client holds
/// the session's secret; only its hash is stored.
/// </summary>
public class UserSessions
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private readonly ReadThroughCache<string, Known> _recent;
    private readonly IDbContextFactory<MirrorDbContext> _databases;
    private readonly Subjects _subjects;
    private readonly AccessChanges _changes;
    private readonly TimeProvider _time;

    public UserSessions(IDbContextFactory<MirrorDbContext> databases, Subjects subjects, AccessChanges changes, TimeProvider time)
    {
        (_databases, _subjects, _changes, _time) = (databases, subjects, changes, time);
        _recent = new(ReadAsync, time: time, maxAge: Subjects.MaxAge);
        changes.Changed += () => _recent.Clear();
    }

    /// <param name="binding">A value that must be the same whenever the secret is presented.</param>
    /// <param name="how">The sign-in method, for the audit log.</param>
    /// <returns>The session's secret.</returns>
    public async Task<string> BeginAsync(AccessSubject subject, string binding, string how, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        string secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        return await _databases.RetryAsync(async db =>
        {
            db.Sessions.RemoveRange(db.Sessions.Where(row => row.ExpiresAt <= now));
            db.Sessions.Add(
                new SessionRow { Hash = Hash(secret, binding), PrincipalId = subject.PrincipalId, CreatedAt = now, ExpiresAt = now + Lifetime });
            db.Audit.Add(new AuditRow(now, "user.sign-in", subject.Principal) { Target = subject.Principal.Name, Detail = how });
            if (subject.PrincipalId is { } id && await db.Users.FindAsync([id], cancellationToken).ConfigureAwait(false) is { } user)
            {
                user.LastSignedInAt = now;
            }

            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            return secret;
        }).ConfigureAwait(false);
    }

    /// <summary>Null if there is no such session, or it has ended.</summary>
    public virtual async ValueTask<UserSession?> FindAsync(string secret, string binding, CancellationToken cancellationToken)
    {
        if (await _recent.GetAsync(Hash(secret, binding), cancellationToken).ConfigureAwait(false) is not { } found)
        {
            return null;
        }

        if (!StoredLifetime.Holds(found.Row.CreatedAt, found.Row.ExpiresAt, _time.GetUtcNow()))
        {
            return null;
        }

        var subject = found.Row.PrincipalId is { } id
            ? await _subjects.FindAsync(id, cancellationToken).ConfigureAwait(false)
            : AccessSubject.Admin;
        return subject is null ? null : new UserSession(subject, found.MustChangePassword);
    }

    /// <summary>Ends a session everywhere: in every tab, and for copies of its cookie.</summary>
    public async Task EndAsync(string secret, string binding, Principal by, CancellationToken cancellationToken)
    {
        string hash = Hash(secret, binding);
        await _databases.RetryAsync(async db =>
        {
            if (await db.Sessions.SingleOrDefaultAsync(x => x.Hash == hash, cancellationToken).ConfigureAwait(false) is { } row)
            {
                db.Sessions.Remove(row);
                db.Audit.Add(new AuditRow(_time.GetUtcNow(), "user.sign-out", by) { Target = by.Name });
                await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
                _changes.Publish();
            }
        }).ConfigureAwait(false);
    }

    /// <summary>The sessions of a user that have not ended, newest first.</summary>
    /// <param name="secret">The secret of the session that asks; null if it is not one.</param>
    public async Task<IReadOnlyList<OpenSession>> ListAsync(
        long principalId, string? secret, string binding, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        string? current = secret is null ? null : Hash(secret, binding);
        await using var db = _databases.CreateDbContext();
        var rows = await db.Sessions.AsNoTracking()
            .Where(row => row.PrincipalId == principalId && row.ExpiresAt > now)
            .OrderByDescending(row => row.Id)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        return [.. rows.Select(row => new OpenSession(row.Id, row.CreatedAt, row.ExpiresAt, row.Hash == current))];
    }

    /// <summary>Ends a session of a user from another one.</summary>
    /// <returns>False if the user has no such session.</returns>
    public Task<bool> EndAsync(long principalId, long id, Principal by, CancellationToken cancellationToken) =>
        _databases.RetryAsync(async db =>
    {
        if (await db.Sessions.SingleOrDefaultAsync(row => row.Id == id && row.PrincipalId == principalId, cancellationToken)
            .ConfigureAwait(false) is not { } row)
        {
            return false;
        }

        db.Sessions.Remove(row);
        db.Audit.Add(new AuditRow(_time.GetUtcNow(), "user.sign-out", by) { Target = by.Name, Detail = "another session" });
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        _changes.Publish();
        return true;
    });

    /// <summary>Records a failed sign-in with invalid credentials.</summary>
    public async Task RecordRefusalAsync(string how, string? remoteAddress, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        db.Audit.Add(
            new AuditRow(
                _time.GetUtcNow(),
                "user.sign-in",
                Principal.Anonymous with { RemoteAddress = remoteAddress })
            { Succeeded = false, Detail = how });
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<Known?> ReadAsync(string hash, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        return await db.Sessions.AsNoTracking()
            .SingleOrDefaultAsync(x => x.Hash == hash, cancellationToken)
            .ConfigureAwait(false) is { } row
            ? new Known(
                row,
                await db.Users.AnyAsync(x => x.PrincipalId == row.PrincipalId
                    && x.PasswordIsTemporary, cancellationToken).ConfigureAwait(false))
            : null;
    }

    private static string Hash(string secret, string binding) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{secret}\n{binding}")));

    private sealed record Known(SessionRow Row, bool MustChangePassword);
}
