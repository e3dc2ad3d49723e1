using System.Net;

namespace Mirror.Core.Configuration;

/// <summary>An HTTP proxy for outbound requests.</summary>
/// <param name="Url">Its address, without credentials.</param>
/// <param name="Source">The configuration key or environment variable that names it.</param>
/// <param name="Credential">Null: the proxy is used without credentials; a secret.</param>
public sealed record OutboundProxy(Uri Url, string Source, NetworkCredential? Credential)
{
    /// <summary>Parses <c>[http[s]://][user:password@]host[:port]</c>; user and password may be percent-encoded.</summary>
    /// <exception cref="FormatException">The text is not valid; the message does not contain it, as it may contain a password.</exception>
    public static OutboundProxy Parse(string text, string source)
    {
        string absolute = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        if (!Uri.TryCreate(absolute, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0
            || url.PathAndQuery != "/" || url.Fragment.Length > 0)
        {
            throw new FormatException(
                "is not valid; expected http://host:port or https://host:port, with percent-encoded credentials if the proxy requires them");
        }

        string[] user = url.UserInfo.Split(':', 2);
        var credential = url.UserInfo.Length == 0
            ? null
            : new NetworkCredential(Uri.UnescapeDataString(user[0]), Uri.UnescapeDataString(user.ElementAtOrDefault(1) ?? ""));
        return new OutboundProxy(new UriBuilder(url.Scheme, url.Host, url.Port).Uri, source, credential);
    }

    public override string ToString() => $"{Url.Scheme}://{Url.Authority} ({Source})";
}

/// <summary>The proxies for outbound requests, and the hosts that are requested directly.</summary>
public sealed record ProxyOptions
{
    /// <summary>For https URLs; null: they are requested directly.</summary>
    public OutboundProxy? Https { get; init; }

    /// <summary>For http URLs; null: they are requested directly.</summary>
    public OutboundProxy? Http { get; init; }

    public IReadOnlyList<ProxyBypass> Bypass { get; init; } = [];

    /// <summary>
    /// The operator has not decided that the proxy checks names, so names that this machine can resolve must have public addresses.
    /// </summary>
    public bool ChecksNames { get; init; }

    /// <summary>One proxy for everything.</summary>
    public static ProxyOptions All(OutboundProxy proxy) => new() { Https = proxy, Http = proxy };

    /// <summary>The proxy for a URL; null: it is requested directly, as loopback addresses always are.</summary>
    public OutboundProxy? Find(Uri url)
    {
        var proxy = url.Scheme == Uri.UriSchemeHttps ? Https : url.Scheme == Uri.UriSchemeHttp ? Http : null;
        return proxy is null || url.IsLoopback || Bypass.Any(rule => rule.Matches(url)) ? null : proxy;
    }

    /// <summary>For the log at the start; without credentials.</summary>
    public override string ToString()
    {
        string used = Https == Http
            ? Https is null ? "directly" : $"through the proxy {Https}"
            : $"over https {Through(Https)}, over http {Through(Http)}";
        return Bypass.Count > 0 && (Https ?? Http) is not null ? $"{used}; directly to {string.Join(", ", Bypass)}" : used;
    }

    private static string Through(OutboundProxy? proxy) => proxy is null ? "directly" : $"through the proxy {proxy}";
}

/// <summary>
/// Hosts that are requested without a proxy, as <c>NO_PROXY</c> lists them: <c>*</c>, a domain with its subdomains (with or without a
/// leading <c>.</c> or <c>*.</c>), an address, or a network such as <c>10.0.0.0/8</c>; all but networks optionally with a port.
/// </summary>
public sealed class ProxyBypass
{
    private readonly string _text;
    private readonly int? _port;
    private readonly IPNetwork? _network;
    private readonly string? _domain;

    private ProxyBypass(string text, int? port, IPNetwork? network, string? domain) =>
        (_text, _port, _network, _domain) = (text, port, network, domain);

    public static bool TryParse(string text, out ProxyBypass? bypass)
    {
        bypass = null;
        if (text == "*")
        {
            bypass = new ProxyBypass(text, null, null, null);
        }
        else if (IPNetwork.TryParse(text, out var network))
        {
            bypass = new ProxyBypass(text, null, network, null);
        }
        else if (TrySplit(text, out string host, out int? port))
        {
            bypass = IPAddress.TryParse(host, out var address)
                ? new ProxyBypass(text, port, new IPNetwork(address, address.GetAddressBytes().Length * 8), null)
                : Uri.TryCreate($"http://{host}/", UriKind.Absolute, out var url) && url.HostNameType == UriHostNameType.Dns
                    ? new ProxyBypass(text, port, null, url.IdnHost)
                    : null;
        }

        return bypass is not null;
    }

    public bool Matches(Uri url)
    {
        if (_port is { } port && port != url.Port)
        {
            return false;
        }

        string host = url.IdnHost.TrimEnd('.');
        if (_network is { } network)
        {
            return IPAddress.TryParse(host, out var address)
                && network.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
        }

        return _domain is null
            || host.Equals(_domain, StringComparison.OrdinalIgnoreCase)
            || host.EndsWith("." + _domain, StringComparison.OrdinalIgnoreCase);
    }

    public override string ToString() => _text;

    private static bool TrySplit(string text, out string host, out int? port)
    {
        (host, port) = (text, null);
        int colon = text.LastIndexOf(':');
        if (colon >= 0 && (text.IndexOf(':', StringComparison.Ordinal) == colon || text[colon - 1] == ']'))
        {
            if (!ushort.TryParse(text.AsSpan(colon + 1), System.Globalization.NumberStyles.None, null, out ushort number) || number == 0)
            {
                return false;
            }

            (host, port) = (text[..colon], number);
        }

        host = host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host.TrimStart('.');
        return host.Length > 0 && !host.Contains('/', StringComparison.Ordinal);
    }
}
