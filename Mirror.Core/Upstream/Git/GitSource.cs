using System.Diagnostics.CodeAnalysis;
using Mirror.Core.Addresses;

namespace Mirror.Core.Upstream.Git;

/// <summary>
/// A module in a Git repository that is reachable over http: <c>git::https://host/path//subdirectory?ref=…</c>, or a short form for a
/// well-known host. See https://developer.hashicorp.com/terraform/language/modules/sources#generic-git-repository.
/// </summary>
/// <param name="Repository">The URL of the repository, without a trailing slash.</param>
/// <param name="Revision">A tag, branch or commit; <c>HEAD</c> for the default branch.</param>
/// <param name="Subdirectory">The module's directory in the repository; empty for the root.</param>
public sealed record GitSource(Uri Repository, string Revision, string Subdirectory)
{
    /// <summary>The revision of an address without one.</summary>
    public const string DefaultRevision = "HEAD";

    private const string Prefix = "git::";
    private const int MaxRevision = 255;
    private static readonly string[] ShortHosts = ["github.com/", "gitlab.com/", "bitbucket.org/"];

    /// <summary>Only what can be fetched without the client's own files, such as ssh keys.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out GitSource? source)
    {
        source = null;
        bool isGit = text.StartsWith(Prefix, StringComparison.Ordinal);
        string address = isGit ? text[Prefix.Length..] : text;
        string[] halves = address.Split('?', 2);
        string path = halves[0], subdirectory = "";
        int scheme = path.IndexOf("://", StringComparison.Ordinal);
        int inner = path.IndexOf("//", scheme < 0 ? 0 : scheme + 3, StringComparison.Ordinal);
        if (inner >= 0)
        {
            (path, subdirectory) = (path[..inner], path[(inner + 2)..]);
        }

        if (Array.Exists(ShortHosts, host => path.StartsWith(host, StringComparison.Ordinal)))
        {
            // Clients treat a fourth part as a part of the repository's name, which fails.
            if (path.Split('/') is not [_, { Length: > 0 }, { Length: > 0 }])
            {
                return false;
            }

            path = $"https://{path}";
        }
        else if (!isGit || scheme < 0 || path[..scheme] is not ("https" or "http"))
        {
            return false;
        }

        if (!TryReadParameters(halves.ElementAtOrDefault(1) ?? "", out string? revision)
            || !TryParseRepository(path, out var repository))
        {
            return false;
        }

        source = new GitSource(repository, revision, subdirectory);
        return true;
    }

    /// <summary>Parses the URL of a repository.</summary>
    public static bool TryParseRepository(string text, [NotNullWhen(true)] out Uri? repository) =>
        ExactUrl.TryParse(text.TrimEnd('/'), out repository)
        && repository.Scheme is "https" or "http"
        && repository.UserInfo.Length == 0
        && repository.Query.Length == 0
        && repository.AbsolutePath.Length > 1;

    /// <summary>Whether a text can be the name of a tag, branch or commit. See https://git-scm.com/docs/git-check-ref-format.</summary>
    public static bool IsRevision(string text) =>
        text.Length is > 0 and <= MaxRevision
        && text[0] is not ('-' or '/' or '.')
        && text[^1] is not ('/' or '.')
        && !text.Any(c => c is <= ' ' or '\x7f' or '~' or '^' or ':' or '?' or '*' or '[' or '\\')
        && !text.Contains("..", StringComparison.Ordinal)
        && !text.Contains("@{", StringComparison.Ordinal)
        && !text.Contains("//", StringComparison.Ordinal);

    /// <summary>Whether a revision is a complete commit id: SHA-1 or SHA-256.</summary>
    public static bool IsCommit(string revision) => revision.Length is 40 or 64 && revision.All(char.IsAsciiHexDigitLower);

    private static bool TryReadParameters(string query, [NotNullWhen(true)] out string? revision)
    {
        revision = DefaultRevision;
        foreach (string parameter in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] pair = parameter.Split('=', 2);
            string value = Uri.UnescapeDataString((pair.ElementAtOrDefault(1) ?? "").Replace('+', ' '));
            switch (pair[0])
            {
                case "ref" when IsRevision(value):
                    revision = value;
                    break;
                case "ref" when value.Length == 0:
                case "depth":
                    break;
                default:
                    // Part of the repository's URL, or meant for the client, such as an ssh key.
                    return false;
            }
        }

        return true;
    }
}
