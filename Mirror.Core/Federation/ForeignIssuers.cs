using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Mirror.Core.Configuration;
using Mirror.Core.Upstream;

namespace Mirror.Core.Federation;

/// <summary>
/// The keys of issuers that somebody trusts: found by OpenID discovery, kept, and asked for again when a token names one
/// that is not known, but not more often than every <see cref="RefreshInterval"/>, whatever tokens come.
/// See https://openid.net/specs/openid-connect-discovery-1_0.html.
/// </summary>
public sealed class ForeignIssuers(OriginHttp http, MirrorOptions options, TimeProvider time, ServerLifetime lifetime, ILogger<ForeignIssuers> logger)
{
    public static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(30);

    /// <summary>A key that its issuer withdrew is believed no longer than this.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);

    private static readonly Known Nothing = new([], Moment.Never, Moment.Never);

    private readonly ConcurrentDictionary<string, Known> _known = new();
    private readonly ConcurrentDictionary<string, Lazy<Task<Known>>> _asking = new();

    /// <summary>Whether the token is signed by its issuer, which the caller trusts.</summary>
    public async Task<bool> VerifyAsync(string issuer, JsonWebToken token, CancellationToken cancellationToken)
    {
        var known = _known.GetValueOrDefault(issuer, Nothing);
        if (known.Fetched.IsWithin(MaxAge, time) && Candidates(known, token).Any(key => key.Verifies(token)))
        {
            return true;
        }

        bool isKnown = known.Fetched.IsWithin(MaxAge, time) && token.KeyId is not null && Candidates(known, token).Any();
        if (isKnown || known.Asked.IsWithin(RefreshInterval, time))
        {
            return false;
        }

        var asked = await _asking.GetOrAdd(issuer, key => new Lazy<Task<Known>>(() => AskAsync(key))).Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        return asked.Fetched.IsWithin(MaxAge, time) && Candidates(asked, token).Any(key => key.Verifies(token));
    }

    private static IEnumerable<JsonWebKey> Candidates(Known known, JsonWebToken token) =>
        token.KeyId is { } id ? known.Keys.Where(key => key.Id == id) : known.Keys;

    private async Task<Known> AskAsync(string issuer)
    {
        await Task.Yield(); // So that the task is in its place before it can remove itself.
        try
        {
            var before = _known.GetValueOrDefault(issuer, Nothing);
            if (before.Asked.IsWithin(RefreshInterval, time))
            {
                return before; // Another one has just asked.
            }

            var keys = await FetchAsync(issuer).ConfigureAwait(false);
            var now = Moment.Now(time);
            // An issuer that is down for a moment has not withdrawn its keys.
            return _known[issuer] = keys is null ? before with { Asked = now } : new Known(keys, now, now);
        }
        finally
        {
            _asking.TryRemove(issuer, out _);
        }
    }

    private async Task<IReadOnlyList<JsonWebKey>?> FetchAsync(string issuer)
    {
        using var deadline = new Deadline(time, options.Upstream.Limits.DocumentDeadline, lifetime.Stopping);
        if (!Uri.TryCreate(issuer.TrimEnd('/') + "/.well-known/openid-configuration", UriKind.Absolute, out var discovery))
        {
            return null;
        }

        try
        {
            if (await GetAsync(issuer, discovery, deadline).ConfigureAwait(false) is not { } document)
            {
                return null;
            }

            using var json = JsonDocument.Parse(document);
            if (json.RootElement.ValueKind != JsonValueKind.Object || Text(json.RootElement, "issuer") != issuer || !Uri.TryCreate(Text(json.RootElement, "jwks_uri"), UriKind.Absolute, out var location))
            {
                logger.IssuerUnusable(issuer, "its discovery document names another issuer, or no jwks_uri");
                return null;
            }

            return await GetAsync(issuer, location, deadline).ConfigureAwait(false) is { } keys ? JsonWebKey.ParseSet(keys) : null;
        }
        catch (JsonException e)
        {
            logger.IssuerUnusable(issuer, e.Message);
            return null;
        }
    }

    private async Task<byte[]?> GetAsync(string issuer, Uri url, Deadline deadline)
    {
        // Keys come as application/jwk-set+json too, and some issuers say text/plain.
        var answer = await http.GetDocumentAsync(new DocumentRequest(url, null, null, options.Upstream.Limits.MaxDocument, IsJson: false), deadline).ConfigureAwait(false);
        if (answer.TryGet(out var document))
        {
            return document.Body;
        }

        logger.IssuerUnusable(issuer, answer.Failure.Message);
        return null;
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private sealed record Known(IReadOnlyList<JsonWebKey> Keys, Moment Fetched, Moment Asked);
}

internal static partial class FederationLog
{
    [LoggerMessage(4101, LogLevel.Warning, "Tokens of the issuer {Issuer} cannot be checked: {Reason}")]
    public static partial void IssuerUnusable(this ILogger logger, string issuer, string reason);
}
