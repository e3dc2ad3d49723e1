using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;

namespace Mirror.Core.Access;

/// <summary>
/// Links that work without credentials if anonymous read is off: <c>?expires=…&amp;signature=…</c>, an HMAC over the target and the expiry
/// time. Clients send no token for files that documents link to.
/// </summary>
public sealed class PackageLinks(LinkKeys keys, ProtectedContent protectedContent, MirrorOptions options, TimeProvider time)
{
    /// <summary>The signer for the links of a document.</summary>
    /// <param name="jobId">The job that the document is created for, which its links then include; null for other callers.</param>
    /// <param name="always">
    /// Links of a reader who may see protected content also prove that. Never for a reader who may not.
    /// </param>
    /// <returns>Null if anonymous clients may read: the links need no signature.</returns>
    public async ValueTask<LinkSigner?> FindSignerAsync(
        ResolvedNamespace scope, ISourceAddress source, long? jobId, CancellationToken cancellationToken, bool always = false) =>
        jobId is null
            && !always
            && scope.AnonymousRead
            && !await protectedContent.ContainsAsync(scope, source, cancellationToken).ConfigureAwait(false)
            ? null
            : new LinkSigner(
                await keys.CurrentAsync(cancellationToken).ConfigureAwait(false),
                LinkLifetime.At(time.GetUtcNow(), options.Packages.LinkLifetime),
                jobId);

    /// <summary>Whether the link was signed by this instance for exactly this file and has not expired.</summary>
    public async ValueTask<bool> IsValidAsync(LinkedFile file, string? expires, string? signature, CancellationToken cancellationToken)
    {
        if (!long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out long end)
            || !LinkLifetime.Holds(end, time.GetUtcNow(), options.Packages.LinkLifetime)
            || signature?.Split('-', 2) is not [var id, var code]
            || await keys.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } key)
        {
            return false;
        }

        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(code), Encoding.ASCII.GetBytes(Sign(key, file, end)));
    }

    internal static string Sign(LinkKeys.LinkKey key, LinkedFile file, long expires) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(key.Secret, Encoding.UTF8.GetBytes(file.Statement(expires))));
}

/// <summary>Signs the links of one document, which all expire together.</summary>
public sealed class LinkSigner
{
    private readonly LinkKeys.LinkKey _key;
    private readonly LinkLifetime _lifetime;
    private readonly long? _jobId;
    private readonly string _job;

    internal LinkSigner(LinkKeys.LinkKey key, LinkLifetime lifetime, long? jobId) =>
        (_key, _lifetime, _jobId, _job) = (key, lifetime, jobId, jobId is { } id ? FormattableString.Invariant($"job={id}&") : "");

    /// <summary>How long a document with such links may be cached.</summary>
    public DateTimeOffset FreshUntil => _lifetime.SameUntil;

    /// <summary>The query string to append to the file's URL, starting with <c>?</c>.</summary>
    public string Query(LinkedFile file)
    {
        string signature = PackageLinks.Sign(_key, file with { JobId = _jobId }, _lifetime.Expires);
        return string.Create(CultureInfo.InvariantCulture, $"?{_job}expires={_lifetime.Expires}&signature={_key.Id}-{signature}");
    }
}
