using Mirror.Core.Access;

namespace Mirror.Core.Identity;

/// <summary>One kind of bearer token: the administrator token, tokens of principals, tokens of external issuers.</summary>
public interface IBearerTokens
{
    /// <summary>
    /// The holder of the token, with current roles; null if the token is of another kind, unknown or no longer valid.
    /// </summary>
    ValueTask<AccessSubject?> FindSubjectAsync(string token, CancellationToken cancellationToken);
}
