using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Outcomes;
using Mirror.Core.Policy;

namespace Mirror.Core.Fetching;

/// <summary>A version, or one platform of it, that failed verification.</summary>
/// <param name="Platform">Null: the whole version.</param>
public sealed record QuarantineEntry(ProviderAddress Provider, ProviderVersion Version, Platform? Platform, string Reason, DateTimeOffset FailedAt, DateTimeOffset Until)
{
    public Failure ToFailure() => new(
        FailureKind.VerificationFailed,
        $"{Provider} {Version}{(Platform is { } platform ? $" {platform}" : "")} failed verification and is tried anew after {Until:u}: {Reason}");
}

/// <summary>
/// Remembers what failed verification, and why, so that it is not offered and not fetched again before the negative TTL
/// has passed.
/// </summary>
public sealed class Quarantine
{
    private const int MaxInMemory = 10_000;
    private readonly ReadThrough<(long, ProviderAddress), IReadOnlyList<QuarantineEntry>> _known = new(MaxInMemory, key => (key.Item1, key.Item2));
    private readonly ConcurrentDictionary<long, DateTimeOffset> _lifted = new();
    private readonly IDbContextFactory<MirrorDbContext> _databases;
    private readonly CatalogChanges _changes;
    private readonly MirrorOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<Quarantine> _logger;

    public Quarantine(
        IDbContextFactory<MirrorDbContext> databases, CatalogChanges changes, PolicyChanges policies,
        MirrorOptions options, TimeProvider time, ILogger<Quarantine> logger)
    {
        (_databases, _changes, _options, _time, _logger) = (databases, changes, options, time, logger);
        // What failed under the old policy may pass under the new one.
        policies.Changed += rootGroupId => _lifted[rootGroupId] = time.GetUtcNow();
    }

    /// <summary>What of a provider is in quarantine now.</summary>
    public async ValueTask<IReadOnlyList<QuarantineEntry>> FindAsync(long rootGroupId, ProviderAddress provider, CancellationToken cancellationToken)
    {
        var entries = await _known.GetAsync((rootGroupId, provider), async _ => await LoadAsync(rootGroupId, provider, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false) ?? [];
        var now = _time.GetUtcNow();
        var lifted = _lifted.GetValueOrDefault(rootGroupId);
        return entries.Count == 0 ? entries : [.. entries.Where(entry => entry.Until > now && entry.FailedAt > lifted)];
    }

    /// <summary>Why the version, or its package for the platform, is in quarantine now; or null.</summary>
    public async ValueTask<QuarantineEntry?> FindAsync(long rootGroupId, ProviderAddress provider, ProviderVersion version, Platform? platform, CancellationToken cancellationToken) =>
        (await FindAsync(rootGroupId, provider, cancellationToken).ConfigureAwait(false))
            .FirstOrDefault(entry => entry.Version == version && (entry.Platform is null || entry.Platform == platform));

    /// <summary>Records a failed verification with its audit event.</summary>
    public async Task AddAsync(long rootGroupId, ProviderAddress provider, ProviderVersion version, Platform? platform, string reason, Principal by, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var until = now + _options.Upstream.NegativeTtl;
        string what = platform is null ? $"{provider} {version}" : $"{provider} {version} {platform}";
        _logger.VerificationFailed(what, reason, until);
        await _databases.RetryAsync(async db =>
        {
            var row = await CatalogWriter.EnsureProviderAsync(db, rootGroupId, provider, cancellationToken).ConfigureAwait(false);
            string name = platform?.Value ?? "";
            var entry = row.Id == 0 ? null : await db.Quarantine.SingleOrDefaultAsync(x => x.ProviderId == row.Id && x.Version == version.Value && x.Platform == name, cancellationToken).ConfigureAwait(false);
            entry ??= db.Quarantine.Add(new QuarantineRow { Provider = row, Version = version.Value, Platform = name, Reason = reason }).Entity;
            entry.Reason = reason;
            entry.FailedAt = now;
            entry.Until = until;
            var failed = new AuditRow(now, platform is null ? "version.verify" : "package.verify", by) { Succeeded = false, Detail = reason };
            db.Audit.Add(failed.Of(rootGroupId, provider, version, platform));
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }).ConfigureAwait(false);
        var change = new CatalogChange(rootGroupId, provider) { LeavesPackages = true };
        _known.Forget(change);
        _changes.Publish(change);
    }

    /// <summary>Lets what failed be tried again at once.</summary>
    public async Task LiftAsync(long rootGroupId, ProviderAddress provider, ProviderVersion version, Platform platform, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        await db.Quarantine
            .Where(row => row.Provider.RootGroupId == rootGroupId && row.Provider.Hostname == provider.Hostname.Value && row.Provider.Namespace == provider.Namespace
                && row.Provider.Type == provider.Type && row.Version == version.Value && (row.Platform == "" || row.Platform == platform.Value))
            .ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        var change = new CatalogChange(rootGroupId, provider) { LeavesPackages = true };
        _known.Forget(change);
        _changes.Publish(change);
    }

    private async Task<IReadOnlyList<QuarantineEntry>> LoadAsync(long rootGroupId, ProviderAddress provider, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        var rows = await db.Quarantine.AsNoTracking()
            .Where(row => row.Provider.RootGroupId == rootGroupId && row.Provider.Hostname == provider.Hostname.Value
                && row.Provider.Namespace == provider.Namespace && row.Provider.Type == provider.Type)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => new QuarantineEntry(
            provider,
            ProviderVersion.Parse(row.Version),
            Platform.TryParse(row.Platform, out var platform) ? platform : null,
            row.Reason,
            row.FailedAt,
            row.Until))];
    }
}
