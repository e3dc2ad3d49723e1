using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Mirror.Core.Access;

namespace Mirror.Core.Identity.Federation;

/// <summary>
/// Tokens of foreign issuers, such as a CI job's, that a service account accepts as its own. An issuer is asked only if a
/// service account trusts it, so that no token can choose the hosts that this server asks.
/// </summary>
public sealed class FederatedIdentityTokens(FederatedIdentities trusts, ForeignIssuers issuers, Subjects subjects, TimeProvider time)
    : IBearerTokens
{
    private const int MaxInMemory = 500; // Of up to 16 KB each, twice.
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan VerifiedFor = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, (ForeignToken Token, Moment At)> _verified = new();

    public async ValueTask<AccessSubject?> FindSubjectAsync(string token, CancellationToken cancellationToken)
    {
        // Every JWT begins like this: an object with a name in it.
        if (!token.StartsWith("eyJ", StringComparison.Ordinal))
        {
            return null;
        }

        string hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        var now = time.GetUtcNow();
        bool verified = _verified.TryGetValue(hash, out var recent) && recent.At.IsWithin(VerifiedFor, time);
        var parsed = recent.Token;
        if (!verified && !ForeignToken.TryParse(token, out parsed) || !parsed!.IsCurrent(now, Skew))
        {
            return null;
        }

        // Trusts are looked up each time: one that is removed ends at once.
        foreach (var trust in await trusts.FindAsync(parsed.Issuer, cancellationToken).ConfigureAwait(false))
        {
            if (!parsed.IsFor(trust.Audience) || !trust.Conditions.Match(parsed.Claims))
            {
                continue;
            }

            if (!verified)
            {
                if (!await issuers.VerifyAsync(parsed, cancellationToken).ConfigureAwait(false))
                {
                    return null;
                }

                verified = true;
                Remember(hash, parsed);
            }

            if (await subjects.FindAsync(trust.PrincipalId, cancellationToken).ConfigureAwait(false) is { } subject)
            {
                return subject;
            }
        }

        return null;
    }

    private void Remember(string hash, ForeignToken token)
    {
        if (_verified.Count >= MaxInMemory)
        {
            _verified.Clear();
        }

        _verified[hash] = (token, Moment.Now(time));
    }
}
