using Mirror.Core.Access;

namespace Mirror.Core.Identity;

/// <summary>One kind of token that requests carry: the administrator's, those of principals, those of foreign issuers.</summary>
public interface IBearerTokens
{
    /// <summary>
    /// Who holds the token, with the roles of this moment; null where it is not of this kind, not known or not valid any more.
    /// </summary>
    ValueTask<AccessSubject?> FindSubjectAsync(string token, CancellationToken cancellationToken);
}
