using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Access;
using Mirror.Core.Database;

namespace Mirror.Core.Identity;

/// <summary>The tokens of users, service accounts and jobs.</summary>
public sealed class AccessTokens : IBearerTokens
{
    private const string Start = "mirror_";
    private const int PrefixLength = 12;

    private readonly ReadThroughCache<string, Known> _recent;
    private readonly ConcurrentDictionary<long, DateTimeOffset> _uses = new();
    private readonly IDbContextFactory<MirrorDbContext> _databases;
    private readonly Subjects _subjects;
    private readonly AccessChanges _changes;
    private readonly TimeProvider _time;

    public AccessTokens(IDbContextFactory<MirrorDbContext> databases, Subjects subjects, AccessChanges changes, TimeProvider time)
    {
        (_databases, _subjects, _changes, _time) = (databases, subjects, changes, time);
        _recent = new(ReadAsync, time: time, maxAge: Subjects.MaxAge);
        changes.Changed += () => _recent.Clear();
    }

    /// <summary>Creates a token and its row, which the caller saves.</summary>
    internal static (AccessTokenRow Row, string Text) Make(string name, DateTimeOffset now, DateTimeOffset? expiresAt, Principal by)
    {
        string text = Start + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var row = new AccessTokenRow
        {
            Name = name,
            Prefix = text[..PrefixLength],
            Hash = Hash(text),
            CreatedAt = now,
            CreatedBy = by.Name,
            ExpiresAt = expiresAt,
        };
        return (row, text);
    }

    /// <summary>A user's tokens that have not been revoked, newest first; none for the holder of the administrator token.</summary>
    public async Task<IReadOnlyList<AccessToken>> ListAsync(AccessSubject user, CancellationToken cancellationToken)
    {
        await FlushUsesAsync(cancellationToken).ConfigureAwait(false);
        await using var db = _databases.CreateDbContext();
        var rows = await db.AccessTokens.AsNoTracking().Where(row => row.PrincipalId == user.PrincipalId && row.RevokedAt == null)
            .OrderByDescending(row => row.Id).ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => AccessToken.From(row, user.Principal))];
    }

    /// <summary>Creates a token with the permissions of its principal.</summary>
    /// <param name="principalId">The owner, who may be another user than the creator.</param>
    /// <param name="lifetime">Null for a token that does not expire.</param>
    public async Task<CreatedToken> CreateAsync(
        long principalId, string name, TimeSpan? lifetime, Principal by, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var (row, text) = Make(name, now, now + lifetime, by);
        await using var db = _databases.CreateDbContext();
        row.Principal = await db.Principals.SingleAsync(principal => principal.Id == principalId, cancellationToken).ConfigureAwait(false);
        db.AccessTokens.Add(row);
        db.Audit.Add(Event("token.create", row, by, now));
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return new CreatedToken(row.Id, text, name, new Principal(row.Principal.Kind, row.Principal.Name), null, row.ExpiresAt);
    }

    /// <returns>False if the principal has no such token.</returns>
    public async Task<bool> RevokeAsync(long principalId, long id, Principal by, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        var row = await db.AccessTokens.Include(x => x.Principal)
            .SingleOrDefaultAsync(x => x.Id == id && x.PrincipalId == principalId && x.RevokedAt == null, cancellationToken)
            .ConfigureAwait(false);
        if (row is null)
        {
            return false;
        }

        row.RevokedAt = _time.GetUtcNow();
        db.Audit.Add(Event("token.revoke", row, by, row.RevokedAt.Value));
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        _changes.Publish();
        return true;
    }

    public async ValueTask<AccessSubject?> FindSubjectAsync(string token, CancellationToken cancellationToken)
    {
        if (!token.StartsWith(Start, StringComparison.Ordinal))
        {
            return null;
        }

        if (await _recent.GetAsync(Hash(token), cancellationToken).ConfigureAwait(false) is not { } found)
        {
            return null;
        }

        var now = _time.GetUtcNow();
        if (found.ExpiresAt <= now
            || await _subjects.FindAsync(found.PrincipalId, cancellationToken).ConfigureAwait(false) is not { } subject)
        {
            return null;
        }

        _uses[found.Id] = now;
        return subject;
    }

    /// <summary>Writes when tokens were last used; between calls, uses are only recorded in memory.</summary>
    public async Task FlushUsesAsync(CancellationToken cancellationToken)
    {
        if (_uses.IsEmpty)
        {
            return;
        }

        await using var db = _databases.CreateDbContext();
        foreach (long id in _uses.Keys)
        {
            if (_uses.TryRemove(id, out var at))
            {
                await db.AccessTokens.Where(x => x.Id == id && (x.LastUsedAt == null || x.LastUsedAt < at))
                    .ExecuteUpdateAsync(set => set.SetProperty(x => x.LastUsedAt, at), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<Known?> ReadAsync(string hash, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        return await db.AccessTokens.Where(row => row.Hash == hash && row.RevokedAt == null)
            .Select(row => new Known(row.Id, row.PrincipalId, row.ExpiresAt)).SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false);
    }

    private static AuditRow Event(string action, AccessTokenRow row, Principal by, DateTimeOffset now) =>
        new(now, action, by) { Target = row.Principal.Name, Detail = row.Name };

    private static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private sealed record Known(long Id, long PrincipalId, DateTimeOffset? ExpiresAt);
}
