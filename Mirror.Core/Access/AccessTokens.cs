using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Catalog;

namespace Mirror.Core.Access;

/// <summary>A token just made: the only time that its text is there.</summary>
public sealed record NewAccessToken(long Id, string Text, DateTimeOffset? ExpiresAt);

/// <summary>The tokens of users, service accounts and jobs.</summary>
public sealed class AccessTokens : IBearerTokens
{
    private const string Start = "mirror_";
    private const int PrefixLength = 12;
    private const int MaxInMemory = 10_000;

    private readonly ConcurrentDictionary<string, (long Id, long PrincipalId, DateTimeOffset? ExpiresAt, DateTimeOffset At)> _recent = new();
    private readonly ConcurrentDictionary<long, DateTimeOffset> _uses = new();
    private readonly IDbContextFactory<MirrorDbContext> _databases;
    private readonly Subjects _subjects;
    private readonly TimeProvider _time;

    public AccessTokens(IDbContextFactory<MirrorDbContext> databases, Subjects subjects, AccessChanges changes, TimeProvider time)
    {
        (_databases, _subjects, _time) = (databases, subjects, time);
        changes.Changed += _recent.Clear;
    }

    /// <summary>Makes the text of a token and its row, which the caller saves.</summary>
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

    public async ValueTask<AccessSubject?> FindSubjectAsync(string token, CancellationToken cancellationToken)
    {
        if (!token.StartsWith(Start, StringComparison.Ordinal))
        {
            return null;
        }

        string hash = Hash(token);
        var now = _time.GetUtcNow();
        if (!_recent.TryGetValue(hash, out var found) || now - found.At >= Subjects.MaxAge)
        {
            _recent.TryRemove(hash, out _);
            await using var db = _databases.CreateDbContext();
            var row = await db.AccessTokens.AsNoTracking().SingleOrDefaultAsync(x => x.Hash == hash && x.RevokedAt == null, cancellationToken).ConfigureAwait(false);
            if (row is null)
            {
                return null;
            }

            if (_recent.Count >= MaxInMemory)
            {
                _recent.Clear();
            }

            _recent[hash] = found = (row.Id, row.PrincipalId, row.ExpiresAt, now);
        }

        if (found.ExpiresAt <= now || await _subjects.FindAsync(found.PrincipalId, cancellationToken).ConfigureAwait(false) is not { } subject)
        {
            return null;
        }

        _uses[found.Id] = now;
        return subject;
    }

    /// <summary>Writes down when tokens were last used; between two calls it is only remembered.</summary>
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

    private static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
