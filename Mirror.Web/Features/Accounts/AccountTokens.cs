using Mirror.Core.Identity;
using Mirror.Web.Http;

namespace Mirror.Web.Features.Accounts;

/// <summary>The current user's own access tokens, and never another's.</summary>
public sealed class AccountTokens(AccessTokens tokens, CurrentUser user)
{
    public const int MaxNameLength = 64;

    /// <summary>Newest first; none where the user has no account.</summary>
    public async Task<IReadOnlyList<AccessToken>> ListAsync(CancellationToken cancellationToken) =>
        await tokens.ListAsync(await user.FindSubjectAsync().ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <summary>Null where the user's session has ended.</summary>
    public async Task<CreatedToken?> CreateAsync(string name, TimeSpan? lifetime)
    {
        var subject = await user.FindSubjectAsync().ConfigureAwait(false);
        return subject.PrincipalId is { } id ? await tokens.CreateAsync(id, name, lifetime, subject.Principal, CancellationToken.None).ConfigureAwait(false) : null;
    }

    public async Task<bool> RevokeAsync(long tokenId)
    {
        var subject = await user.FindSubjectAsync().ConfigureAwait(false);
        return subject.PrincipalId is { } id && await tokens.RevokeAsync(id, tokenId, subject.Principal, CancellationToken.None).ConfigureAwait(false);
    }
}
