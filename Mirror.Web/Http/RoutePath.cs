namespace Mirror.Web.Http;

/// <summary>A path with slashes in one segment of a URL.</summary>
internal static class RoutePath
{
    /// <summary>Decodes the slashes. The server has decoded everything else, and decoding that again would change its meaning.</summary>
    public static string Decode(string segment) => segment.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
