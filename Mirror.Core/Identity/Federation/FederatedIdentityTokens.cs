using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Mirror.Core.Access;

namespace Mirror.Core.Identity.Federation;

/// <summary>
/// Accepts tokens of external issuers, such as those of CI jobs, for service accounts. Only issuers that a service account trusts are
/// queried, so no token can choose the hosts that this server contacts.
/// </summary>
public sealed class FederatedIdentityTokens(FederatedIdentities trusts, ExternalIssuers issuers, Subjects subjects, TimeProvider time)
    : IBearerTokens
{
    private const int MaxInMemory = 500; // Each entry holds up to 16 KB twice.
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan VerifiedFor = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, (ExternalToken Token, Moment At)> _verified = new();

    public async ValueTask<AccessSubject?> FindSubjectAsync(string token, CancellationToken cancellationToken)
    {
        // Every JWT starts like this: the encoding of {" .
        if (!token.StartsWith("eyJ", StringComparison.Ordinal))
        {
            return null;
        }

        string hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        var now = time.GetUtcNow();
        bool verified = _verified.TryGetValue(hash, out var recent) && recent.At.IsWithin(VerifiedFor, time);
        var parsed = recent.Token;
        if (!verified && !ExternalToken.TryParse(token, out parsed) || !parsed!.IsCurrent(now, Skew))
        {
            return null;
        }

        // Identities are looked up each time, so a removed one is invalid immediately.
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

    private void Remember(string hash, ExternalToken token)
    {
        if (_verified.Count >= MaxInMemory)
        {
            _verified.Clear();
        }

        _verified[hash] = (token, Moment.Now(time));
    }
}
