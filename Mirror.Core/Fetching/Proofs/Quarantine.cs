using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Policy;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Proofs;

/// <summary>A version, or one of its platforms, that failed verification.</summary>
/// <param name="Platform">Null for the whole version.</param>
/// <param name="FailedAt">The last attempt.</param>
/// <param name="Until">When the next attempt is due.</param>
public sealed record QuarantineEntry(
    [property: JsonIgnore] ProviderAddress Provider,
    ProviderVersion Version,
    Platform? Platform,
    string Reason,
    DateTimeOffset FailedAt,
    DateTimeOffset Until)
{
    /// <summary>The origin published the version again after its proof had been stored.</summary>
    [JsonIgnore]
    public bool IsRepublished => Reason.EndsWith(UpstreamRouter.RepublishedAdvice, StringComparison.Ordinal);

    public Failure ToFailure() => new(
        FailureKind.VerificationFailed,
        $"{Provider} {Version}{(Platform is { } platform ? $" {platform}" : "")} failed verification and is retried after {Until:u}, or immediately after a refresh: {Reason}");
}

/// <summary>
/// Records versions and packages that failed verification, with the reasons. A version is not listed until an attempt succeeds; exact
/// requests are retried once the negative TTL has passed.
/// </summary>
public sealed class Quarantine
{
    // The time within which changes by other replicas take effect here.
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private readonly ReadThroughCache<(long RootGroupId, ProviderAddress Provider), IReadOnlyList<QuarantineEntry>> _known;
    private readonly IDbContextFactory<MirrorDbContext> _databases;
    private readonly CatalogChanges _changes;
    private readonly MirrorOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<Quarantine> _logger;

    public Quarantine(
        IDbContextFactory<MirrorDbContext> databases, CacheSpace space, CatalogChanges changes, PolicyChanges policies,
        DocumentRefresh refresh,
        MirrorOptions options, TimeProvider time, ILogger<Quarantine> logger)
    {
        _known = new(
            ReadAsync,
            key => (key.RootGroupId, key.Provider),
            space,
            entries => 300 + entries.Sum(entry => 500 + (2L * entry.Reason.Length)),
            time,
            MaxAge);
        (_databases, _changes, _options, _time, _logger) = (databases, changes, options, time, logger);
        // Successful attempts and deletions remove entries; refreshes and policy changes make attempts due.
        changes.Changed += change =>
        {
            if (!change.IsList)
            {
                _known.Forget(change.RootGroupId, change.Source);
            }
        };
        policies.Changed += Expire;
        refresh.Refreshed += Expire;
    }

    /// <summary>Raised when the time of the next attempt may have changed. Handlers must be fast and must not throw.</summary>
    public event Action? Changed;

    /// <summary>The entries of a provider that are currently hidden from clients.</summary>
    public async ValueTask<IReadOnlyList<QuarantineEntry>> FindAsync(
        long rootGroupId, ProviderAddress provider, CancellationToken cancellationToken)
    {
        var entries = (await _known.GetAsync((rootGroupId, provider), cancellationToken).ConfigureAwait(false))!;
        var now = _time.GetUtcNow();
        return entries.Count == 0 ? entries : [.. entries.Where(entry => QuarantinePolicy.Hides(entry, now))];
    }

    /// <summary>Why the version, or its package for the platform, is not retried now; or null.</summary>
    public async ValueTask<Failure?> FindFailureAsync(
        long rootGroupId, ProviderAddress provider, ProviderVersion version, Platform? platform, CancellationToken cancellationToken)
    {
        var entries = await FindAsync(rootGroupId, provider, cancellationToken).ConfigureAwait(false);
        return entries.FirstOrDefault(entry => entry.Version == version && (entry.Platform is null || entry.Platform == platform)
            && QuarantinePolicy.IsRecent(entry, _time.GetUtcNow(), _options.Upstream.NegativeTtl))?.ToFailure();
    }

    /// <summary>Records a failed verification. The audit log contains it once per reason, and whenever a client requested it.</summary>
    public async Task AddAsync(
        long rootGroupId,
        ProviderAddress provider,
        ProviderVersion version,
        Platform? platform,
        string reason,
        Principal by,
        CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        string what = platform is null ? $"{provider} {version}" : $"{provider} {version} {platform}";
        var until = await _databases.RetryAsync(async db =>
        {
            var row = await CatalogWriter.EnsureProviderAsync(db, rootGroupId, provider, cancellationToken).ConfigureAwait(false);
            string name = platform?.Value ?? "";
            var known = row.Id == 0
                ? null
                : await db.Quarantine.SingleOrDefaultAsync(x => x.ProviderId == row.Id
                    && x.Version == version.Value
                    && x.Platform == name, cancellationToken).ConfigureAwait(false);
            if (known is null || known.Reason != reason || by.Kind != PrincipalKind.System)
            {
                var failed = new AuditRow(
                    now, platform is null ? "version.verify" : "package.verify", by)
                { Succeeded = false, Detail = reason };
                db.Audit.Add(failed.Of(rootGroupId, provider, version, platform));
            }

            var entry = known
                ?? db.Quarantine.Add(
                    new QuarantineRow { Provider = row, Version = version.Value, Platform = name, Reason = reason }).Entity;
            entry.Reason = reason;
            Postpone(entry, known is null ? null : known.Until - known.FailedAt, now);
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            return entry.Until;
        }).ConfigureAwait(false);
        _logger.VerificationFailed(what, reason, until);
        _changes.Publish(new CatalogChange(rootGroupId, provider) { LeavesPackages = true });
        Changed?.Invoke();
    }

    /// <summary>Makes a retry due immediately, and shows the version in the meantime.</summary>
    public async Task LiftAsync(
        long rootGroupId, ProviderAddress provider, ProviderVersion version, Platform? platform, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        string name = platform?.Value ?? "";
        await db.Quarantine
            .Where(row => row.Provider.RootGroupId == rootGroupId
                && row.Provider.Hostname == provider.Hostname.Value
                && row.Provider.Namespace == provider.Namespace
                && row.Provider.Type == provider.Type && row.Version == version.Value && (row.Platform == "" || row.Platform == name))
            .ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
        _changes.Publish(new CatalogChange(rootGroupId, provider) { LeavesPackages = true });
    }

    /// <summary>Postpones an attempt in the background.</summary>
    /// <param name="interval">The delay if no attempt was made; null if one was made and the origin gave no verifiable response.</param>
    internal async Task PostponeAsync(long id, TimeSpan? interval, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        if (await db.Quarantine.SingleOrDefaultAsync(row => row.Id == id, cancellationToken).ConfigureAwait(false) is { } row)
        {
            if (interval is { } pause)
            {
                row.Until = _time.GetUtcNow() + pause;
            }
            else
            {
                Postpone(row, row.Until - row.FailedAt, _time.GetUtcNow());
            }

            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void Postpone(QuarantineRow row, TimeSpan? previous, DateTimeOffset now)
    {
        row.FailedAt = now;
        row.Until = now + QuarantinePolicy.NextInterval(previous, repeats: row.Platform.Length == 0, _options.Upstream.NegativeTtl);
    }

    private void Expire(long rootGroupId)
    {
        _known.Forget(rootGroupId, null);
        Changed?.Invoke();
    }

    private async Task<IReadOnlyList<QuarantineEntry>?> ReadAsync(
        (long RootGroupId, ProviderAddress Provider) key, CancellationToken cancellationToken)
    {
        var (rootGroupId, provider) = key;
        await using var db = _databases.CreateDbContext();
        var rows = await db.Quarantine.AsNoTracking()
            .Where(row => row.Provider.RootGroupId == rootGroupId && row.Provider.Hostname == provider.Hostname.Value
                && row.Provider.Namespace == provider.Namespace && row.Provider.Type == provider.Type)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        if (rows.Count > 0)
        {
            // Another replica may have added the entries.
            Changed?.Invoke();
        }

        return [.. rows.Select(row => new QuarantineEntry(
            provider,
            ProviderVersion.Parse(row.Version),
            Platform.TryParse(row.Platform, out var platform) ? platform : null,
            row.Reason,
            row.FailedAt,
            row.Until))];
    }
}
