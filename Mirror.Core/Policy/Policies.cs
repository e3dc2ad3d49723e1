using Microsoft.EntityFrameworkCore;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Verification;

namespace Mirror.Core.Policy;

/// <summary>Raises an event after the policy of a root group has changed.</summary>
public sealed class PolicyChanges
{
    public event Action<long>? Changed;

    internal void Publish(long rootGroupId) => Changed?.Invoke(rootGroupId);
}

/// <summary>Reads and changes the policies of root groups.</summary>
public sealed class Policies
{
    private readonly ReadThroughCache<long, RootGroupPolicy> _policies;
    private readonly IDbContextFactory<MirrorDbContext> _databases;
    private readonly PolicyChanges _changes;
    private readonly TimeProvider _time;

    public Policies(IDbContextFactory<MirrorDbContext> databases, NamespaceDirectory namespaces, PolicyChanges changes, TimeProvider time)
    {
        (_databases, _changes, _time) = (databases, changes, time);
        _policies = new(ReadAsync, about: rootGroupId => (rootGroupId, null));
        // Another replica may have changed a policy.
        namespaces.Changed += () => _policies.Clear();
    }

    public async ValueTask<RootGroupPolicy> FindAsync(long rootGroupId, CancellationToken cancellationToken) =>
        (await _policies.GetAsync(rootGroupId, cancellationToken).ConfigureAwait(false))!;

    public async Task<PolicyRule> AddRuleAsync(
        long rootGroupId,
        PolicyRuleKind kind,
        ProviderPattern provider,
        VersionConstraint? versions,
        string? comment,
        Principal by,
        CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        var row = db.PolicyRules.Add(new PolicyRuleRow
        {
            RootGroupId = rootGroupId,
            Kind = kind,
            Provider = provider.ToString(),
            Versions = versions?.ToString(),
            Comment = comment,
            CreatedAt = _time.GetUtcNow(),
            CreatedBy = by.Name,
        }).Entity;
        db.Audit.Add(Event(rootGroupId, "policy.add", $"{kind} {provider} {versions}".TrimEnd(), by));
        await SaveAsync(db, rootGroupId, cancellationToken).ConfigureAwait(false);
        return PolicyRule.From(row);
    }

    /// <returns>False if there is no such rule.</returns>
    public Task<bool> RemoveRuleAsync(long rootGroupId, long id, Principal by, CancellationToken cancellationToken) =>
        _databases.RetryAsync(async db =>
    {
        var row = await db.PolicyRules.SingleOrDefaultAsync(x => x.RootGroupId == rootGroupId && x.Id == id, cancellationToken)
            .ConfigureAwait(false);
        if (row is null)
        {
            return false;
        }

        db.PolicyRules.Remove(row);
        db.Audit.Add(Event(rootGroupId, "policy.remove", $"{row.Kind} {row.Provider} {row.Versions}".TrimEnd(), by));
        await SaveAsync(db, rootGroupId, cancellationToken).ConfigureAwait(false);
        return true;
    });

    /// <param name="age">Null to allow versions of any age.</param>
    public async Task SetMinimumReleaseAgeAsync(long rootGroupId, TimeSpan? age, Principal by, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        var row = await db.Namespaces.SingleAsync(x => x.Id == rootGroupId, cancellationToken).ConfigureAwait(false);
        row.MinimumReleaseAge = age;
        db.Audit.Add(Event(rootGroupId, "policy.minimum-release-age", age?.ToString() ?? "none", by));
        await SaveAsync(db, rootGroupId, cancellationToken).ConfigureAwait(false);
    }

    /// <returns>Null if the key is already pinned for these providers.</returns>
    public Task<KeyPin?> PinAsync(
        long rootGroupId, ProviderPattern provider, string fingerprint, string? comment, Principal by, CancellationToken cancellationToken) =>
        _databases.RetryAsync(async db =>
    {
        if (await Pins(db, rootGroupId, provider, fingerprint).AnyAsync(cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        var row = db.KeyPins.Add(new KeyPinRow
        {
            RootGroupId = rootGroupId,
            Provider = provider.ToString(),
            Fingerprint = fingerprint,
            Comment = comment,
            CreatedAt = _time.GetUtcNow(),
            CreatedBy = by.Name,
        }).Entity;
        db.Audit.Add(Event(rootGroupId, "key.pin", $"{provider} {fingerprint}", by));
        await SaveAsync(db, rootGroupId, cancellationToken).ConfigureAwait(false);
        return PinOf(row);
    });

    /// <returns>False if there is no such pin.</returns>
    public Task<bool> UnpinAsync(
        long rootGroupId, ProviderPattern provider, string fingerprint, Principal by, CancellationToken cancellationToken) =>
        _databases.RetryAsync(async db =>
    {
        if (await Pins(db, rootGroupId, provider, fingerprint).SingleOrDefaultAsync(cancellationToken).ConfigureAwait(false) is not { } row)
        {
            return false;
        }

        db.KeyPins.Remove(row);
        db.Audit.Add(Event(rootGroupId, "key.unpin", $"{provider} {fingerprint}", by));
        await SaveAsync(db, rootGroupId, cancellationToken).ConfigureAwait(false);
        return true;
    });

    private static IQueryable<KeyPinRow> Pins(MirrorDbContext db, long rootGroupId, ProviderPattern provider, string fingerprint)
    {
        string pattern = provider.ToString();
        return db.KeyPins.Where(row => row.RootGroupId == rootGroupId && row.Provider == pattern && row.Fingerprint == fingerprint);
    }

    private static KeyPin PinOf(KeyPinRow row) =>
        new(ProviderPattern.Parse(row.Provider), row.Fingerprint, row.Comment, row.CreatedAt, row.CreatedBy);

    private async Task SaveAsync(MirrorDbContext db, long rootGroupId, CancellationToken cancellationToken)
    {
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        // Packages that failed under the old policy may be accepted under the new one.
        await QuarantineRows.ExpireAsync(db, rootGroupId, null, cancellationToken).ConfigureAwait(false);
        _policies.Forget(rootGroupId, null);
        _changes.Publish(rootGroupId);
    }

    private async Task<RootGroupPolicy?> ReadAsync(long rootGroupId, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        var rows = await db.PolicyRules.AsNoTracking()
            .Where(row => row.RootGroupId == rootGroupId)
            .OrderBy(row => row.Id)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        var age = await db.Namespaces.Where(row => row.Id == rootGroupId)
            .Select(row => row.MinimumReleaseAge)
            .SingleOrDefaultAsync(cancellationToken)
            .ConfigureAwait(false);
        var pins = await db.KeyPins.AsNoTracking()
            .Where(row => row.RootGroupId == rootGroupId)
            .OrderBy(row => row.Id)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        return new RootGroupPolicy([.. rows.Select(PolicyRule.From)], age, [.. pins.Select(PinOf)]);
    }

    private AuditRow Event(long rootGroupId, string action, string detail, Principal by) =>
        new(_time.GetUtcNow(), action, by) { RootGroupId = rootGroupId, Detail = detail };
}
