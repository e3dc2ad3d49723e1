using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Upstream;

namespace Mirror.Core.Identity.Federation;

/// <summary>
/// The signing keys of trusted issuers: found by OpenID discovery, cached, and fetched again when a token has an unknown key, but at most
/// once per <see cref="RefreshInterval"/>, regardless of the tokens received.
/// See https://openid.net/specs/openid-connect-discovery-1_0.html.
/// </summary>
/// <remarks>
/// The library's <c>ConfigurationManager</c> would refresh in the background of the request that needs the new key (which then fails),
/// query a failing issuer with every request, and trust a withdrawn key for as long as its issuer is unavailable.
/// </remarks>
public sealed class ExternalIssuers(
    OriginHttp http, MirrorOptions options, TimeProvider time, ServerLifetime lifetime, ILogger<ExternalIssuers> logger)
{
    public static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(30);

    /// <summary>How long a key is trusted after its issuer may have withdrawn it.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);

    private const int MinimumRsaBits = 2048;

    private static readonly Known Nothing = new([], Moment.Never, Moment.Never);
    private static readonly JsonWebTokenHandler Handler = new();

    private readonly ConcurrentDictionary<string, Known> _known = new();
    private readonly ConcurrentDictionary<string, Lazy<Task<Known>>> _asking = new();

    /// <summary>Whether the token is signed by its issuer, which the caller trusts. The caller checks times and audience.</summary>
    public async Task<bool> VerifyAsync(ExternalToken token, CancellationToken cancellationToken)
    {
        var known = _known.GetValueOrDefault(token.Issuer, Nothing);
        bool isFresh = known.Fetched.IsWithin(MaxAge, time);
        if (isFresh && await IsSignedAsync(token, known).ConfigureAwait(false))
        {
            return true;
        }

        bool hasKey = isFresh && token.KeyId is { } id && known.Keys.Any(key => key.KeyId == id);
        if (hasKey || known.Asked.IsWithin(RefreshInterval, time))
        {
            return false;
        }

        var asked = await _asking.GetOrAdd(
            token.Issuer, issuer => new Lazy<Task<Known>>(() => AskAsync(issuer))).Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        return asked.Fetched.IsWithin(MaxAge, time) && await IsSignedAsync(token, asked).ConfigureAwait(false);
    }

    private static async Task<bool> IsSignedAsync(ExternalToken token, Known known)
    {
        var result = await Handler.ValidateTokenAsync(token.Parsed, new TokenValidationParameters
        {
            IssuerSigningKeys = token.KeyId is { } id ? known.Keys.Where(key => key.KeyId == id) : known.Keys,
            ValidAlgorithms = ExternalToken.Algorithms,
            ValidIssuer = token.Issuer,
            ValidateAudience = false,
            ValidateLifetime = false,
        }).ConfigureAwait(false);
        return result.IsValid;
    }

    private async Task<Known> AskAsync(string issuer)
    {
        await Task.Yield(); // The task must be registered before it can remove itself.
        try
        {
            var before = _known.GetValueOrDefault(issuer, Nothing);
            if (before.Asked.IsWithin(RefreshInterval, time))
            {
                return before; // Another request has just fetched the keys.
            }

            var keys = await FetchAsync(issuer).ConfigureAwait(false);
            var now = Moment.Now(time);
            // An issuer that is temporarily unavailable has not withdrawn its keys.
            return _known[issuer] = keys is null ? before with { Asked = now } : new Known(keys, now, now);
        }
        finally
        {
            _asking.TryRemove(issuer, out _);
        }
    }

    private async Task<IReadOnlyList<SecurityKey>?> FetchAsync(string issuer)
    {
        using var deadline = new Deadline(time, options.Upstream.Limits.DocumentDeadline, lifetime.Stopping);
        try
        {
            var found = await OpenIdConnectConfigurationRetriever.GetAsync(
                issuer.TrimEnd('/') + "/.well-known/openid-configuration",
                new Documents(http, options.Upstream.Limits.MaxDocument, deadline),
                deadline.Token).ConfigureAwait(false);
            if (found.Issuer == issuer && found.JwksUri is not null)
            {
                return [.. found.SigningKeys.Where(key => key is not (RsaSecurityKey or X509SecurityKey) || key.KeySize >= MinimumRsaBits)];
            }

            logger.IssuerUnusable(issuer, "its discovery document has another issuer, or no jwks_uri");
        }
        catch (Exception e)
        {
            // The library throws many exception types for invalid documents.
            logger.IssuerUnusable(issuer, e.Message);
        }

        return null;
    }

    private sealed record Known(IReadOnlyList<SecurityKey> Keys, Moment Fetched, Moment Asked);

    /// <summary>Fetches an issuer's documents under the rules for all outbound requests: address guard, size limit, retries.</summary>
    private sealed class Documents(OriginHttp http, long maxLength, Deadline deadline) : IDocumentRetriever
    {
        public async Task<string> GetDocumentAsync(string address, CancellationToken cancel)
        {
            var url = ExactUrl.TryParse(address, out var parsed)
                ? parsed
                : throw new IOException($"'{address}' is not a URL.");
            // Keys are also served as application/jwk-set+json, and some issuers send text/plain.
            var answer = await http.GetDocumentAsync(new DocumentRequest(url, null, null, maxLength, IsJson: false), deadline)
                .ConfigureAwait(false);
            return answer.TryGet(out var document)
                ? Encoding.UTF8.GetString(document.Body!)
                : throw new IOException(answer.Failure.Message);
        }
    }
}

internal static partial class FederationLog
{
    [LoggerMessage(4101, LogLevel.Warning, "Tokens of the issuer {Issuer} cannot be checked: {Reason}")]
    public static partial void IssuerUnusable(this ILogger logger, string issuer, string reason);
}
