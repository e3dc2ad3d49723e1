using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Identity;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Accounts;

/// <param name="Path">Of the group or workspace; the role holds below it as well.</param>
public sealed record HeldRole(string Path, Role Role);

/// <summary>What somebody is told about themselves.</summary>
/// <param name="Issuer">The OpenID provider that they sign in with; null: a password here, or the admin token.</param>
public sealed record AccountView(PrincipalKind Kind, string Name, long? PrincipalId, bool IsAdmin, bool HasPassword, string? Issuer, DateTimeOffset? LastSignedInAt, IReadOnlyList<HeldRole> Roles, IReadOnlyList<AccessToken> Tokens)
{
    public bool IsSignedIn => Kind != PrincipalKind.Anonymous;
}

public sealed class AccountLoader(CurrentUser current, Users users, AccountTokens tokens, NamespaceDirectory namespaces)
{
    public async Task<AccountView> LoadAsync(CancellationToken cancellationToken)
    {
        var subject = await current.FindSubjectAsync().ConfigureAwait(false);
        var user = subject.PrincipalId is { } id ? await users.FindAsync(id, cancellationToken).ConfigureAwait(false) : null;
        var roles = new List<HeldRole>();
        foreach (var (namespaceId, role) in subject.Roles)
        {
            if (await namespaces.FindAsync(namespaceId, cancellationToken).ConfigureAwait(false) is { } scope)
            {
                roles.Add(new HeldRole(scope.Path.Value, role));
            }
        }

        return new AccountView(
            subject.Principal.Kind,
            subject.Principal.Name,
            subject.PrincipalId,
            subject.IsAdmin,
            user is { IsLocal: true },
            user?.OidcIssuer,
            user?.LastSignedInAt,
            [.. roles.OrderBy(role => role.Path, StringComparer.Ordinal)],
            await tokens.ListAsync(cancellationToken).ConfigureAwait(false));
    }
}
