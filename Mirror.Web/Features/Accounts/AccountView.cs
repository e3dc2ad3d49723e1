using Mirror.Core.Access;
using Mirror.Core.Identity;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Accounts;

/// <summary>What users are told about themselves.</summary>
/// <param name="User">Null: the holder of the admin token, or nobody signed in.</param>
public sealed record AccountView(Account Account, User? User, IReadOnlyList<AccessToken> Tokens);

public sealed class AccountLoader(CurrentUser user, Subjects subjects, Users users, AccountTokens tokens)
{
    public async Task<AccountView> LoadAsync(CancellationToken cancellationToken)
    {
        var subject = await user.FindSubjectAsync().ConfigureAwait(false);
        return new AccountView(
            await subjects.DescribeAsync(subject, cancellationToken).ConfigureAwait(false),
            subject.PrincipalId is { } id ? await users.FindAsync(id, cancellationToken).ConfigureAwait(false) : null,
            await tokens.ListAsync(cancellationToken).ConfigureAwait(false));
    }
}
