using Microsoft.EntityFrameworkCore;
using Mirror.Core.Access;
using Mirror.Core.Catalog;
using Mirror.Core.Database;

namespace Mirror.Core.Identity.Federation;

/// <summary>The conditions for accepting an issuer's token as that of a principal.</summary>
internal sealed record AcceptedToken(long PrincipalId, string Audience, ClaimConditions Conditions);

public enum TrustOutcome
{
    Added,
    NoSuchServiceAccount,

    /// <summary>The account has a role that the caller may not grant.</summary>
    ExceedsOwnRole,
}

/// <param name="Trust">Null unless added.</param>
public sealed record TrustAddition(TrustOutcome Outcome, FederatedIdentity? Trust = null);

public enum TrustRemoval
{
    Removed,
    NoSuchTrust,
    NoSuchServiceAccount,
}

/// <summary>Manages the external issuers that service accounts trust.</summary>
public sealed class FederatedIdentities
{
    public const int MaxLength = 500;

    private readonly ServiceAccounts _accounts;
    private readonly IDbContextFactory<MirrorDbContext> _databases;
    private readonly AccessChanges _changes;
    private readonly TimeProvider _time;
    private readonly ReadThroughCache<ValueTuple, Loaded> _loaded;

    public FederatedIdentities(
        IDbContextFactory<MirrorDbContext> databases, ServiceAccounts accounts, AccessChanges changes, TimeProvider time)
    {
        (_databases, _accounts, _changes, _time) = (databases, accounts, changes, time);
        _loaded = new(ReadAsync, time: time, maxAge: Subjects.MaxAge);
        changes.Changed += () => _loaded.Clear();
    }

    /// <returns>Null if the namespace has no service account with the name.</returns>
    public async Task<IReadOnlyList<FederatedIdentity>?> ListAsync(
        ResolvedNamespace scope, string account, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        if (await ServiceAccounts.FindAsync(db, scope, account, cancellationToken).ConfigureAwait(false) is not { } row)
        {
            return null;
        }

        var rows = await db.FederatedIdentities.AsNoTracking()
            .Where(trust => trust.PrincipalId == row.Id)
            .OrderBy(trust => trust.Id)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        return [.. rows.Select(Read)];
    }

    /// <summary>The identities of all service accounts of the namespace, by account.</summary>
    public async Task<IReadOnlyList<ServiceAccountIdentity>> ListAsync(ResolvedNamespace scope, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        var rows = await db.FederatedIdentities.AsNoTracking()
            .Include(trust => trust.Principal)
            .Where(trust => trust.Principal.NamespaceId == scope.NamespaceId)
            .OrderBy(trust => trust.Principal.Name).ThenBy(trust => trust.Id).ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => new ServiceAccountIdentity(row.Principal.Name, Read(row)))];
    }

    /// <param name="issuer">Must pass <see cref="CheckIssuer"/>.</param>
    /// <param name="audience">Must pass <see cref="CheckAudience"/>.</param>
    public async Task<TrustAddition> AddAsync(
        ResolvedNamespace scope,
        string account,
        string issuer,
        string audience,
        ClaimConditions conditions,
        AccessSubject by,
        CancellationToken cancellationToken)
    {
        if (!await _accounts.MayActForAsync(scope, account, by, cancellationToken).ConfigureAwait(false))
        {
            return new TrustAddition(TrustOutcome.ExceedsOwnRole);
        }

        return await _databases.RetryAsync(async db =>
        {
            if (await ServiceAccounts.FindAsync(db, scope, account, cancellationToken).ConfigureAwait(false) is not { } principal)
            {
                return new TrustAddition(TrustOutcome.NoSuchServiceAccount);
            }

            var row = db.FederatedIdentities.Add(new FederatedIdentityRow
            {
                PrincipalId = principal.Id,
                Issuer = issuer,
                Audience = audience,
                Conditions = conditions.Write(),
                CreatedAt = _time.GetUtcNow(),
                CreatedBy = by.Principal.Name,
            }).Entity;
            db.Audit.Add(
                ServiceAccounts.Event(
                    scope,
                    "service-account.trust",
                    account,
                    $"{issuer} for {audience} where {conditions}",
                    by.Principal,
                    _time.GetUtcNow()));
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            _changes.Publish();
            return new TrustAddition(TrustOutcome.Added, Read(row));
        }).ConfigureAwait(false);
    }

    public Task<TrustRemoval> RemoveAsync(
        ResolvedNamespace scope, string account, long id, Principal by, CancellationToken cancellationToken) =>
        _databases.RetryAsync(async db =>
    {
        if (await ServiceAccounts.FindAsync(db, scope, account, cancellationToken).ConfigureAwait(false) is not { } principal)
        {
            return TrustRemoval.NoSuchServiceAccount;
        }

        if (await db.FederatedIdentities.SingleOrDefaultAsync(trust => trust.Id == id
            && trust.PrincipalId == principal.Id, cancellationToken).ConfigureAwait(false) is not { } row)
        {
            return TrustRemoval.NoSuchTrust;
        }

        db.FederatedIdentities.Remove(row);
        db.Audit.Add(
            ServiceAccounts.Event(scope, "service-account.distrust", account, $"{row.Issuer} for {row.Audience}", by, _time.GetUtcNow()));
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        _changes.Publish();
        return TrustRemoval.Removed;
    });

    /// <summary>Null if the text can be an issuer; otherwise the problem.</summary>
    public static string? CheckIssuer(string issuer) =>
        Uri.TryCreate(issuer, UriKind.Absolute, out var url)
            && url.Scheme is "https" or "http"
            && url.UserInfo.Length == 0
            && url.Query.Length == 0
            && url.Fragment.Length == 0
            && issuer.Length <= MaxLength
            ? null
            : $"'{issuer}' is not an issuer; expected its URL exactly as in its tokens, such as https://token.actions.githubusercontent.com.";

    /// <summary>Null if the text can be an audience; otherwise the problem.</summary>
    public static string? CheckAudience(string audience) =>
        !string.IsNullOrWhiteSpace(audience) && audience.Length <= MaxLength
            ? null
            : $"'{audience}' is not an audience; expected the recipient of the tokens, such as this server's URL.";

    /// <summary>All trusted identities of an issuer; changes on any replica take effect within <see cref="Subjects.MaxAge"/>.</summary>
    internal async ValueTask<IReadOnlyList<AcceptedToken>> FindAsync(string issuer, CancellationToken cancellationToken) =>
        [.. (await _loaded.GetAsync(default, cancellationToken).ConfigureAwait(false))!.ByIssuer[issuer]];

    private async Task<Loaded?> ReadAsync(ValueTuple all, CancellationToken cancellationToken)
    {
        await using var db = _databases.CreateDbContext();
        var rows = await db.FederatedIdentities.AsNoTracking()
            .OrderBy(trust => trust.Id)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        return new Loaded(rows.ToLookup(row =>
            row.Issuer, row => new AcceptedToken(row.PrincipalId, row.Audience, ClaimConditions.Read(row.Conditions))));
    }

    private static FederatedIdentity Read(FederatedIdentityRow row) =>
        new(row.Id, row.Issuer, row.Audience, ClaimConditions.Read(row.Conditions).Patterns, row.CreatedAt, row.CreatedBy);

    private sealed record Loaded(ILookup<string, AcceptedToken> ByIssuer);
}
