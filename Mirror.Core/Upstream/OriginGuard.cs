using System.Net;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;

namespace Mirror.Core.Upstream;

/// <summary>
/// Decides which URLs may be asked, on every hop: https only, no credentials in them, no address that is not public. Exempt
/// is exactly the scheme, host and port of a URL that the operator configured.
/// </summary>
public sealed class OriginGuard(UpstreamOptions options, IEnumerable<Uri>? issuers = null)
{
    private readonly HashSet<(string Scheme, string Host, int Port)> _exempt =
        [.. options.Hosts.SelectMany(host => new[] { host.ProvidersUrl, host.MirrorUrl })
            .OfType<Uri>()
            .Concat(issuers ?? [])
            .Select(Origin)];

    /// <summary>Null where the URL may be asked; addresses that its name resolves to are checked when it is connected.</summary>
    public Failure? Check(Uri url)
    {
        if (!url.IsAbsoluteUri || url.Host.Length == 0)
        {
            return Refuse(url, "is not an absolute URL");
        }

        if (IsExempt(url))
        {
            return null;
        }

        if (url.Scheme != Uri.UriSchemeHttps)
        {
            return Refuse(url, "is not https");
        }

        if (url.UserInfo.Length > 0)
        {
            return Refuse(url, "carries credentials");
        }

        if (IPAddress.TryParse(url.IdnHost, out var address) ? !AddressGuard.IsPublic(address) : IsLocalName(url.IdnHost))
        {
            return Refuse(url, "is not an address of the public internet");
        }

        return null;
    }

    /// <summary>Whether the operator named this scheme, host and port.</summary>
    public bool IsExempt(Uri url) => _exempt.Contains(Origin(url));

    /// <summary>The part of a URL that may be logged: query strings of signed URLs are secrets.</summary>
    public static string Redact(Uri url) =>
        url.IsAbsoluteUri
            ? $"{url.Scheme}://{url.Authority[(url.Authority.IndexOf('@', StringComparison.Ordinal) + 1)..]}{url.AbsolutePath}"
            : "a relative URL";

    private static (string Scheme, string Host, int Port) Origin(Uri url) => (url.Scheme, url.IdnHost, url.Port);

    private static bool IsLocalName(string host) =>
        host == "localhost" || host.EndsWith(".localhost", StringComparison.Ordinal) || host.TrimEnd('.') == "metadata.google.internal";

    private static Failure Refuse(Uri url, string problem) =>
        new(FailureKind.ForbiddenAddress, $"The origin points to {Redact(url)}, which {problem}; it is not asked.");
}
