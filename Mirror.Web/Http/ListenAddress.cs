using System.Net;

namespace Mirror.Web.Http;

/// <summary>Interprets a URL of <c>Mirror:Listen</c>.</summary>
internal static class ListenAddress
{
    public static bool IsLoopback(Uri url) => IsLocalhost(url) || AddressOf(url) is { } address && IPAddress.IsLoopback(address);

    public static bool IsLocalhost(Uri url) => url.Host == "localhost";

    public static bool IsAny(Uri url) =>
        AddressOf(url) is { } address && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));

    /// <summary>The IP address; null if the host is a name.</summary>
    public static IPAddress? AddressOf(Uri url) => IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) ? address : null;

    /// <summary>The URL at which clients on this machine reach the server.</summary>
    public static Uri ForThisMachine(Uri url) => IsAny(url) ? new UriBuilder(url) { Host = "localhost" }.Uri : url;
}
