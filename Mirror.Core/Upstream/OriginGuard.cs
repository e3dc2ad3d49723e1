using System.Net;
using Mirror.Core.Addresses;
using Mirror.Core.Configuration;

namespace Mirror.Core.Upstream;

/// <summary>
/// Decides which URLs may be requested, on every hop: only https, no embedded credentials, only public addresses. Only the exact scheme,
/// host and port of a URL that the operator configured are exempt.
/// </summary>
public sealed class OriginGuard(UpstreamOptions options, IEnumerable<Uri>? issuers = null)
{
    private readonly HashSet<(string Scheme, string Host, int Port)> _exempt =
        [.. options.Hosts.SelectMany(host => new[] { host.ProvidersUrl, host.MirrorUrl, host.GitUrl })
            .OfType<Uri>()
            .Concat(issuers ?? [])
            .Select(Origin)];

    /// <summary>Null if the URL may be requested. The addresses that its host resolves to are checked when connecting.</summary>
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
            return Refuse(url, "does not use https");
        }

        if (url.UserInfo.Length > 0)
        {
            return Refuse(url, "contains credentials");
        }

        if (IPAddress.TryParse(url.IdnHost, out var address) ? !AddressGuard.IsPublic(address) : IsLocalName(url.IdnHost))
        {
            return Refuse(url, "is not a public internet address");
        }

        return null;
    }

    /// <summary>Whether the operator configured this scheme, host and port.</summary>
    public bool IsExempt(Uri url) => _exempt.Contains(Origin(url));

    /// <summary>The part of a URL that may be logged: query strings of signed URLs are secret.</summary>
    public static string Redact(Uri url) =>
        url.IsAbsoluteUri
            ? $"{url.Scheme}://{url.Authority[(url.Authority.IndexOf('@', StringComparison.Ordinal) + 1)..]}{url.AbsolutePath}"
            : "a relative URL";

    internal static (string Scheme, string Host, int Port) Origin(Uri url) => (url.Scheme, url.IdnHost, url.Port);

    private static bool IsLocalName(string host) =>
        host == "localhost" || host.EndsWith(".localhost", StringComparison.Ordinal) || host.TrimEnd('.') == "metadata.google.internal";

    private static Failure Refuse(Uri url, string problem) =>
        new(FailureKind.ForbiddenAddress, $"The origin points to {Redact(url)}, which {problem}. The request was blocked.");
}
