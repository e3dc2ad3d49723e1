namespace Mirror.Web.Cli;

/// <summary>The URL of a server as users write it.</summary>
internal static class ServerUrl
{
    private const string Expected = "expected one such as https://mirror.example.com";

    /// <summary>The URL, ending in <c>/</c>; a hostname alone means https.</summary>
    /// <param name="source">For the message: an option or a variable.</param>
    /// <exception cref="FormatException">It is not the URL of a server.</exception>
    public static Uri Parse(string text, string? source = null)
    {
        string full = text.Contains("://", StringComparison.Ordinal) ? text : $"{Uri.UriSchemeHttps}://{text}";
        // What precedes an @ may be a password.
        string shown = text.Contains('@', StringComparison.Ordinal) ? "…" : text;
        return Uri.TryCreate(full, UriKind.Absolute, out var url) && IsValid(url)
            ? WithSlash(url)
            : throw new FormatException($"{(source is null ? "" : source + ": ")}'{shown}' is not a server's URL; {Expected}.");
    }

    public static bool IsValid(Uri url) =>
        url is { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "", Host.Length: > 0 };

    public static Uri WithSlash(Uri url) =>
        url.AbsolutePath.EndsWith('/') ? url : new UriBuilder(url) { Path = url.AbsolutePath + "/" }.Uri;
}
