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

    /// <param name="rule">Its id, place and origin are assigned here.</param>
    public async Task<PolicyRule> AddRuleAsync(long rootGroupId, PolicyRule rule, Principal by, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        int last = await db.PolicyRules.Where(x => x.RootGroupId == rootGroupId).MaxAsync(x => (int?)x.Position, cancellationToken)
            .ConfigureAwait(false) ?? 0;
        var row = db.PolicyRules.Add(new PolicyRuleRow
        {
            RootGroupId = rootGroupId,
            Position = last + 1,
            Provider = "",
            CreatedAt = _time.GetUtcNow(),
            CreatedBy = by.Name,
        }).Entity;
        Write(row, rule);
        db.Audit.Add(Event(rootGroupId, "policy.add", Describe(row), by));
        await SaveAsync(db, rootGroupId, cancellationToken).ConfigureAwait(false);
        return (await FindAsync(rootGroupId, cancellationToken).ConfigureAwait(false)).Find(row.Id) ?? PolicyRule.From(row, row.Position);
    }

    /// <summary>Changes the rule with the same id, except its place.</summary>
    /// <returns>Null if there is no such rule.</returns>
    public async Task<PolicyRule?> ChangeRuleAsync(long rootGroupId, PolicyRule rule, Principal by, CancellationToken cancellationToken)
    {
        bool changed = await _databases.RetryAsync(async db =>
        {
            if (await FindRowAsync(db, rootGroupId, rule.Id, cancellationToken).ConfigureAwait(false) is not { } row)
            {
                return false;
            }

            string before = Describe(row);
            Write(row, rule);
            (row.ChangedAt, row.ChangedBy) = (_time.GetUtcNow(), by.Name);
            db.Audit.Add(Event(rootGroupId, "policy.change", $"{before} → {Describe(row)}", by));
            await SaveAsync(db, rootGroupId, cancellationToken).ConfigureAwait(false);
            return true;
        }).ConfigureAwait(false);
        return changed ? (await FindAsync(rootGroupId, cancellationToken).ConfigureAwait(false)).Find(rule.Id) : null;
    }

    /// <param name="position">The new place, from 1; one after the end means the end.</param>
    /// <returns>False if there is no such rule.</returns>
    public Task<bool> MoveRuleAsync(long rootGroupId, long id, int position, Principal by, CancellationToken cancellationToken) =>
        _databases.RetryAsync(async db =>
    {
        var rows = await Ordered(db.PolicyRules, rootGroupId).ToListAsync(cancellationToken).ConfigureAwait(false);
        if (rows.Find(x => x.Id == id) is not { } row)
        {
            return false;
        }

        rows.Remove(row);
        rows.Insert(Math.Clamp(position - 1, 0, rows.Count), row);
        for (int i = 0; i < rows.Count; i++)
        {
            rows[i].Position = i + 1;
        }

        db.Audit.Add(Event(rootGroupId, "policy.move", $"{Describe(row)}: {row.Position}", by));
        await SaveAsync(db, rootGroupId, cancellationToken).ConfigureAwait(false);
        return true;
    });

    /// <returns>False if there is no such rule.</returns>
    public Task<bool> RemoveRuleAsync(long rootGroupId, long id, Principal by, CancellationToken cancellationToken) =>
        _databases.RetryAsync(async db =>
    {
        if (await FindRowAsync(db, rootGroupId, id, cancellationToken).ConfigureAwait(false) is not { } row)
        {
            return false;
        }

        db.PolicyRules.Remove(row);
        db.Audit.Add(Event(rootGroupId, "policy.remove", Describe(row), by));
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

    private static Task<PolicyRuleRow?> FindRowAsync(MirrorDbContext db, long rootGroupId, long id, CancellationToken cancellationToken) =>
        db.PolicyRules.SingleOrDefaultAsync(x => x.RootGroupId == rootGroupId && x.Id == id, cancellationToken);

    private static IQueryable<PolicyRuleRow> Ordered(IQueryable<PolicyRuleRow> rules, long rootGroupId) =>
        rules.Where(row => row.RootGroupId == rootGroupId).OrderBy(row => row.Position).ThenBy(row => row.Id);

    private static void Write(PolicyRuleRow row, PolicyRule rule)
    {
        row.Kind = rule.Kind;
        row.Provider = rule.Provider.ToString();
        row.Versions = rule.Versions?.ToString();
        row.Comment = rule.Comment;
        row.Disabled = !rule.Enabled;
    }

    private static string Describe(PolicyRuleRow row) =>
        $"{row.Kind} {row.Provider}{(row.Versions is null ? "" : $" {row.Versions}")}{(row.Disabled ? " (disabled)" : "")}";

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
        var rows = await Ordered(db.PolicyRules.AsNoTracking(), rootGroupId)
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
        return new RootGroupPolicy([.. rows.Select((row, i) => PolicyRule.From(row, i + 1))], age, [.. pins.Select(PinOf)]);
    }

    private AuditRow Event(long rootGroupId, string action, string detail, Principal by) =>
        new(_time.GetUtcNow(), action, by) { RootGroupId = rootGroupId, Detail = detail };
}
