using System.Buffers;

namespace Mirror.Core.Configuration;

/// <summary>
/// The path below which clients see this instance if a proxy serves it below a path of its host: <c>/mirror</c>, or empty at the root of the
/// host. It never needs escaping.
/// </summary>
public static class PathPrefix
{
    /// <summary>The description of a valid path, for messages.</summary>
    public const string Expected =
        "a path such as /mirror, of at most 200 letters, digits, '-', '_', '~', '.' and '/', whose first part is not a hostname";

    private const int MaxLength = 200;

    private static readonly SearchValues<char> Unreserved =
        SearchValues.Create("-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <param name="path">With or without a slash at its end.</param>
    /// <returns>The path without that slash; null if it is not valid.</returns>
    public static string? Parse(string path)
    {
        if (path is "" or "/")
        {
            return "";
        }

        string prefix = path.EndsWith('/') ? path[..^1] : path;
        return prefix.Length <= MaxLength && prefix[0] == '/' && Array.TrueForAll(prefix[1..].Split('/'), IsPart) && !BeginsWithHostname(prefix)
            ? prefix
            : null;
    }

    /// <summary>The first part of a prefix or another path that begins with a slash.</summary>
    public static string FirstPart(string path) => path.Split('/', 3)[1];

    // Browsers read the part after an empty one as a host, and resolve dots.
    private static bool IsPart(string part) => part is not ("" or "." or "..") && !part.AsSpan().ContainsAnyExcept(Unreserved);

    // The network mirror is also at /{hostname}/…: if a proxy strips the prefix, such addresses would be ambiguous.
    private static bool BeginsWithHostname(string prefix) => FirstPart(prefix) is var first && (first == "localhost" || first.Contains('.'));
}
