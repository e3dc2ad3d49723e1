using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Credentials.Secrets;
using Mirror.Core.Database;

namespace Mirror.Core.Identity.Federation;

/// <param name="PublicKey">SubjectPublicKeyInfo.</param>
public sealed record IssuerKey(string Id, byte[] PublicKey, byte[] PrivateKey, DateTimeOffset CreatedAt)
{
    public override string ToString() => Id;
}

/// <summary>
/// The P-256 keys that sign this instance's tokens, shared by all replicas through the database. A new key is published for
/// <see cref="Lead"/> before it signs, so that recipients with a cached key set know it; an old key is published until all tokens it signed
/// have expired.
/// </summary>
public sealed class IssuerKeys(IDbContextFactory<MirrorDbContext> databases, SecretBox secrets, TimeProvider time) : IDisposable
{
    public static readonly TimeSpan RotateAfter = TimeSpan.FromDays(30);
    public static readonly TimeSpan Lead = TimeSpan.FromHours(1);
    private static readonly TimeSpan KeepAfter = TimeSpan.FromDays(1);
    private static readonly TimeSpan ReloadAfter = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _loading = new(1, 1);
    private volatile Loaded? _loaded;

    public void Dispose() => _loading.Dispose();

    /// <summary>The current signing key.</summary>
    public async ValueTask<IssuerKey> CurrentAsync(CancellationToken cancellationToken)
    {
        var keys = await ListAsync(cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        return keys.Where(key => now >= key.CreatedAt + Lead).MaxBy(key => key.CreatedAt) ?? keys.MinBy(key => key.CreatedAt)!;
    }

    /// <summary>All published keys.</summary>
    public async ValueTask<IReadOnlyList<IssuerKey>> ListAsync(CancellationToken cancellationToken)
    {
        if (_loaded is { } loaded && time.GetElapsedTime(loaded.At) < ReloadAfter)
        {
            return loaded.Keys;
        }

        await _loading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_loaded is { } meanwhile && time.GetElapsedTime(meanwhile.At) < ReloadAfter)
            {
                return meanwhile.Keys;
            }

            long at = time.GetTimestamp();
            var keys = await LoadAsync(time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
            _loaded = new Loaded(keys, at);
            return keys;
        }
        finally
        {
            _loading.Release();
        }
    }

    private async Task<List<IssuerKey>> LoadAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = databases.CreateDbContext();
        var keys = new List<IssuerKey>();
        var rows = await db.IssuerKeys.OrderByDescending(row => row.CreatedAt).ToListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var row in rows)
        {
            // Newest first: the previous key has replaced this one.
            if (keys.Count > 0 && now >= keys[^1].CreatedAt + Lead + KeepAfter)
            {
                db.IssuerKeys.Remove(row);
                continue;
            }

            try
            {
                keys.Add(new IssuerKey(row.KeyId, row.PublicKey, await secrets.DecryptAsync(Purpose(row.KeyId), row.PrivateKey, cancellationToken).ConfigureAwait(false), row.CreatedAt));
            }
            catch (UnreadableSecretException)
            {
                // The key that encrypted it is lost, so it cannot sign any more; replace it.
                db.IssuerKeys.Remove(row);
            }
        }

        if (keys.Count == 0 || now >= keys[0].CreatedAt + RotateAfter)
        {
            var key = Make(now);
            db.IssuerKeys.Add(new IssuerKeyRow
            {
                KeyId = key.Id,
                PublicKey = key.PublicKey,
                PrivateKey = await secrets.EncryptAsync(Purpose(key.Id), key.PrivateKey, cancellationToken).ConfigureAwait(false),
                CreatedAt = now,
            });
            keys.Insert(0, key);
        }

        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return keys;
    }

    private static IssuerKey Make(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new IssuerKey(
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)),
            key.ExportSubjectPublicKeyInfo(),
            key.ExportPkcs8PrivateKey(),
            now);
    }

    private static string Purpose(string keyId) => $"issuer-key {keyId}";

    private sealed record Loaded(IReadOnlyList<IssuerKey> Keys, long At);
}
