using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Database;

namespace Mirror.Core.Identity;

/// <summary>A request for a token of a service account.</summary>
/// <param name="Name">The purpose of the token; null to use the service account's name.</param>
/// <param name="Role">The service account's role in the namespace; null to leave it unchanged.</param>
/// <param name="Lifetime">Null for a token that does not expire.</param>
/// <param name="ServiceAccount">Null to create a service account for it.</param>
public sealed record ServiceAccountTokenRequest(string? Name, Role? Role, TimeSpan? Lifetime, string? ServiceAccount);

public enum TokenOutcome
{
    Created,
    NoSuchServiceAccount,

    /// <summary>The requested role, or a role that the account has elsewhere, exceeds the caller's own.</summary>
    ExceedsOwnRole,

    /// <summary>The service account already has another role there.</summary>
    HasAnotherRole,
}

/// <param name="Token">Null unless created.</param>
/// <param name="Role">The service account's other role.</param>
public sealed record TokenCreation(TokenOutcome Outcome, CreatedToken? Token = null, Role? Role = null);

/// <summary>Manages the tokens of a namespace's service accounts.</summary>
public sealed class ServiceAccountTokens(
    IDbContextFactory<MirrorDbContext> databases, ServiceAccounts accounts, AccessTokens tokens, AccessChanges changes, TimeProvider time)
{
    /// <summary>The tokens that have not been revoked, by account.</summary>
    public async Task<IReadOnlyList<AccessToken>> ListAsync(ResolvedNamespace scope, CancellationToken cancellationToken)
    {
        await tokens.FlushUsesAsync(cancellationToken).ConfigureAwait(false);
        await using var db = databases.CreateDbContext();
        var rows = await Of(db, scope).AsNoTracking().Include(row => row.Principal)
            .OrderBy(row => row.Principal.Name).ThenBy(row => row.Id).ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => AccessToken.From(row, NameOf(scope, row.Principal)))];
    }

    public async Task<TokenCreation> CreateAsync(
        ResolvedNamespace scope, ServiceAccountTokenRequest request, AccessSubject by, CancellationToken cancellationToken)
    {
        if (request.Role is { } role && !AccessPolicy.MayGrant(by, role, scope))
        {
            return new TokenCreation(TokenOutcome.ExceedsOwnRole);
        }

        return request.ServiceAccount is { } account
            ? await CreateForAsync(scope, account, request, by, cancellationToken).ConfigureAwait(false)
            : await CreateWithAccountAsync(scope, request, by, cancellationToken).ConfigureAwait(false);
    }

    /// <returns>False if no service account of the namespace has such a token.</returns>
    public Task<bool> RevokeAsync(ResolvedNamespace scope, long id, Principal by, CancellationToken cancellationToken) =>
        databases.RetryAsync(async db =>
    {
        var row = await Of(db, scope)
            .Include(x => x.Principal)
            .SingleOrDefaultAsync(x => x.Id == id, cancellationToken)
            .ConfigureAwait(false);
        if (row is null)
        {
            return false;
        }

        var now = time.GetUtcNow();
        row.RevokedAt = now;
        db.Audit.Add(ServiceAccounts.Event(scope, "token.revoke", row.Principal.Name, row.Name, by, now));
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        changes.Publish();
        return true;
    });

    private static IQueryable<AccessTokenRow> Of(MirrorDbContext db, ResolvedNamespace scope) => db.AccessTokens.Where(
        row => row.Principal.Kind == PrincipalKind.ServiceAccount
            && row.Principal.NamespaceId == scope.NamespaceId
            && row.RevokedAt == null);

    private Task<TokenCreation> CreateForAsync(
        ResolvedNamespace scope, string name, ServiceAccountTokenRequest request, AccessSubject by, CancellationToken cancellationToken) =>
        databases.RetryAsync(async db =>
    {
        if (await ServiceAccounts.FindAsync(db, scope, name, cancellationToken).ConfigureAwait(false) is not { } account)
        {
            return new TokenCreation(TokenOutcome.NoSuchServiceAccount);
        }

        if (!await accounts.MayActForAsync(scope, name, by, cancellationToken).ConfigureAwait(false))
        {
            return new TokenCreation(TokenOutcome.ExceedsOwnRole);
        }

        var now = time.GetUtcNow();
        var here = (await db.Memberships.AsNoTracking().SingleOrDefaultAsync(row =>
            row.PrincipalId == account.Id && row.NamespaceId == scope.NamespaceId, cancellationToken).ConfigureAwait(false))?.Role;
        if (request.Role is { } role && here != role)
        {
            if (here is not null)
            {
                return new TokenCreation(TokenOutcome.HasAnotherRole, Role: here);
            }

            ServiceAccounts.AddRole(db, scope, account, role, by.Principal, now);
        }

        return await SaveAsync(db, scope, account, request, request.Role ?? here, by.Principal, now, cancellationToken)
            .ConfigureAwait(false);
    });

    private async Task<TokenCreation> CreateWithAccountAsync(
        ResolvedNamespace scope, ServiceAccountTokenRequest request, AccessSubject by, CancellationToken cancellationToken)
    {
        string wanted = NamespacePath.IsName(request.Name) ? request.Name : "token";
        for (int attempt = 1; ; attempt++)
        {
            // The first account with the name gets it without a suffix.
            string name = attempt == 1 && wanted == request.Name
                ? wanted
                : $"{wanted[..Math.Min(wanted.Length, 40)]}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
            await using var db = databases.CreateDbContext();
            var now = time.GetUtcNow();
            var account = ServiceAccounts.Add(db, scope, name, request.Role, by.Principal, now);
            try
            {
                return await SaveAsync(db, scope, account, request, request.Role, by.Principal, now, cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (DbUpdateException e) when (attempt < 4 && ConcurrentChanges.Caused(e))
            {
                // The name is taken.
            }
        }
    }

    private async Task<TokenCreation> SaveAsync(
        MirrorDbContext db,
        ResolvedNamespace scope,
        PrincipalRow account,
        ServiceAccountTokenRequest request,
        Role? role,
        Principal by,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var (row, text) = AccessTokens.Make(request.Name ?? account.Name, now, now + request.Lifetime, by);
        row.Principal = account;
        db.AccessTokens.Add(row);
        db.Audit.Add(ServiceAccounts.Event(scope, "token.create", account.Name, row.Name, by, now));
        await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        changes.Publish();
        return new TokenCreation(
            TokenOutcome.Created, new CreatedToken(row.Id, text, row.Name, NameOf(scope, account), role, row.ExpiresAt));
    }

    private static Principal NameOf(ResolvedNamespace scope, PrincipalRow account) =>
        new(PrincipalKind.ServiceAccount, new PrincipalName(scope.Path, account.Name).ToString());
}
