using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Mirror.Core.Addresses;

/// <summary>
/// URLs that are requested with the bytes in which they were given. <see cref="Uri"/> alone rewrites path and query (<c>%7E</c> becomes
/// <c>~</c>, <c>a/../b</c> becomes <c>b</c>), which breaks signed URLs and names that a store knows by their bytes. Only what HTTP cannot
/// carry is escaped: spaces, and characters that are not ASCII.
/// </summary>
public static class ExactUrl
{
    /// <summary>In characters; longer URLs are rejected.</summary>
    public const int MaxLength = 16 * 1024;

    private static readonly UriCreationOptions AsGiven = new() { DangerousDisablePathAndQueryCanonicalization = true };
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Parses an absolute URL without its fragment, which is not requested.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Uri? url)
    {
        url = null;
        return Clean(text) is { Length: > 0 } cleaned && TryCreate(cleaned, out url);
    }

    /// <summary>Parses an absolute or relative URL in a document or redirect (RFC 3986, section 5.2).</summary>
    /// <param name="document">The absolute base of a relative URL.</param>
    public static bool TryResolve(Uri document, string? text, [NotNullWhen(true)] out Uri? url)
    {
        url = null;
        if (Clean(text) is not { } reference)
        {
            return false;
        }

        string server = document.GetLeftPart(UriPartial.Authority);
        return TryCreate(
            reference switch
            {
                "" => server + document.PathAndQuery,
                ['/', '/', ..] => $"{document.Scheme}:{reference}",
                ['/', ..] => server + reference,
                ['?', ..] => server + document.AbsolutePath + reference,
                _ when HasScheme(reference) => reference,
                _ => server + Merge(document.AbsolutePath, reference),
            },
            out url);
    }

    /// <summary>Like <see cref="TryResolve"/>, for a path that is known to be valid.</summary>
    /// <exception cref="UriFormatException">The path is not valid.</exception>
    public static Uri Resolve(Uri document, string path) =>
        TryResolve(document, path, out var url) ? url : throw new UriFormatException($"'{path}' is not a relative URL.");

    /// <summary>The text of a header, whose bytes the HTTP client decodes as Latin-1.</summary>
    public static string FromHeader(string value)
    {
        if (Ascii.IsValid(value))
        {
            return value;
        }

        byte[] bytes = Encoding.Latin1.GetBytes(value);
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return string.Concat(bytes.Select(value => value < 0x80 ? $"{(char)value}" : $"%{value:X2}"));
        }
    }

    private static string? Clean(string? text)
    {
        text = text?.Trim(' ');
        if (text is null or { Length: > MaxLength } || text.Any(char.IsControl))
        {
            return null;
        }

        int fragment = text.IndexOf('#', StringComparison.Ordinal);
        return fragment < 0 ? text : text[..fragment];
    }

    private static bool TryCreate(string text, [NotNullWhen(true)] out Uri? url)
    {
        int authority = text.IndexOf("://", StringComparison.Ordinal) + 3;
        if (authority < 3)
        {
            // Not an HTTP URL, which the caller rejects by its scheme.
            return Uri.TryCreate(text, UriKind.Absolute, out url) && !url.IsFile;
        }

        int path = text.AsSpan(authority).IndexOfAny('/', '?');
        path = path < 0 ? text.Length : authority + path;
        string slash = path < text.Length && text[path] == '/' ? "" : "/";
        return Uri.TryCreate(text[..path] + slash + Escape(text[path..]), AsGiven, out url) && url.PathAndQuery.StartsWith('/');
    }

    private static string Escape(string text)
    {
        if (Ascii.IsValid(text) && !text.Contains(' ', StringComparison.Ordinal))
        {
            return text;
        }

        var escaped = new StringBuilder();
        foreach (byte value in Encoding.UTF8.GetBytes(text))
        {
            _ = value is > 0x20 and < 0x7f ? escaped.Append((char)value) : escaped.Append('%').Append(value.ToString("X2", null));
        }

        return escaped.ToString();
    }

    private static bool HasScheme(string reference)
    {
        int end = reference.AsSpan().IndexOfAny(":/?");
        return end > 0 && reference[end] == ':' && Uri.CheckSchemeName(reference[..end]);
    }

    private static string Merge(string documentPath, string reference)
    {
        int query = reference.IndexOf('?', StringComparison.Ordinal);
        string path = query < 0 ? reference : reference[..query];
        string merged = documentPath[..(documentPath.LastIndexOf('/') + 1)] + path;
        return RemoveDotSegments(merged) + (query < 0 ? "" : reference[query..]);
    }

    private static string RemoveDotSegments(string path)
    {
        var kept = new List<string>();
        string[] segments = path.Split('/');
        for (int i = 1; i < segments.Length; i++)
        {
            bool isLast = i == segments.Length - 1;
            switch (segments[i])
            {
                case ".." when kept.Count > 0:
                    kept.RemoveAt(kept.Count - 1);
                    break;
                case "." or "..":
                    break;
                default:
                    kept.Add(segments[i]);
                    continue;
            }

            if (isLast)
            {
                kept.Add("");
            }
        }

        return "/" + string.Join('/', kept);
    }
}
