using System.Globalization;
using System.Security.Cryptography;
using Mirror.Core.Configuration;
using Mirror.Core.Database;

namespace Mirror.Core.Access;

/// <summary>
/// The keys that sign links, stored in the database so that all replicas share them. A new key is created when the newest one is 30 days
/// old; the previous one stays valid until the links it signed have expired.
/// </summary>
public sealed class LinkKeys(InstanceSettings settings, MirrorOptions options, TimeProvider time) : IDisposable
{
    private const string Setting = "package-link-key:";
    private static readonly TimeSpan RotateAfter = TimeSpan.FromDays(30);
    private static readonly TimeSpan ReloadInterval = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _loading = new(1, 1);
    private volatile Ring? _ring;

    internal sealed record LinkKey(string Id, byte[] Secret, DateTimeOffset CreatedAt);

    private sealed record Ring(IReadOnlyList<LinkKey> Keys, long LoadedAt);

    /// <summary>The current signing key.</summary>
    internal async ValueTask<LinkKey> CurrentAsync(CancellationToken cancellationToken) =>
        _ring is { } ring && time.GetUtcNow() < ring.Keys[0].CreatedAt + RotateAfter
            ? ring.Keys[0]
            : (await LoadAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false)).Keys[0];

    /// <summary>The key with the id, even if another replica has just created it; null if there is none.</summary>
    internal async ValueTask<LinkKey?> FindAsync(string id, CancellationToken cancellationToken) =>
        Find(_ring, id) ?? Find(await LoadAsync(ReloadInterval, cancellationToken).ConfigureAwait(false), id);

    public void Dispose() => _loading.Dispose();

    /// <summary>Invalidates all existing links.</summary>
    public async Task ReplaceAllAsync(CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (var (name, _) in await settings.ListAsync(Setting, cancellationToken).ConfigureAwait(false))
            {
                await settings.SetAsync(name, null, cancellationToken).ConfigureAwait(false);
            }

            _ring = null;
        }
        finally
        {
            _loading.Release();
        }
    }

    private static LinkKey? Find(Ring? ring, string id) => ring?.Keys.FirstOrDefault(key => key.Id == id);

    private async Task<Ring> LoadAsync(TimeSpan notAgainWithin, CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_ring is { } recent && time.GetElapsedTime(recent.LoadedAt) < notAgainWithin)
            {
                return recent;
            }

            var now = time.GetUtcNow();
            List<LinkKey> keys = [.. (await settings.ListAsync(Setting, cancellationToken).ConfigureAwait(false))
                .Select(Parse)
                .OrderByDescending(key => key.CreatedAt)];
            if (keys.Count == 0 || now >= keys[0].CreatedAt + RotateAfter)
            {
                keys.Insert(0, await CreateAsync(now, cancellationToken).ConfigureAwait(false));
            }

            // The links that a key signed before its successor was created have expired one lifetime later.
            for (int i = keys.Count - 1; i > 0 && now >= keys[i - 1].CreatedAt + (2 * options.Packages.LinkLifetime); i--)
            {
                await settings.SetAsync(Setting + keys[i].Id, null, cancellationToken).ConfigureAwait(false);
                keys.RemoveAt(i);
            }

            return _ring = new Ring(keys, time.GetTimestamp());
        }
        finally
        {
            _loading.Release();
        }
    }

    private async Task<LinkKey> CreateAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var key = new LinkKey(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4)), RandomNumberGenerator.GetBytes(32), now);
        string value = string.Create(CultureInfo.InvariantCulture, $"{now.ToUnixTimeMilliseconds()}:{Convert.ToBase64String(key.Secret)}");
        await settings.SetAsync(Setting + key.Id, value, cancellationToken).ConfigureAwait(false);
        return key;
    }

    private static LinkKey Parse(KeyValuePair<string, string> setting)
    {
        string[] parts = setting.Value.Split(':');
        return new LinkKey(
            setting.Key[Setting.Length..],
            Convert.FromBase64String(parts[1]),
            DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(parts[0], CultureInfo.InvariantCulture)));
    }
}
