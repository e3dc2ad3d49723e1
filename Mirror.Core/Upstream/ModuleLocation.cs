using Mirror.Core.Addresses;
using Mirror.Core.Upstream.Git;

namespace Mirror.Core.Upstream;

/// <summary>A module archive that an origin serves over https.</summary>
/// <param name="Url">The URL of the archive, without parameters meant for the client.</param>
/// <param name="Subdirectory">The module's directory in the archive; may be a pattern; empty for the root.</param>
/// <param name="Checksum">The checksum parameter of the address, for clients; null if there is none.</param>
public sealed record ModuleArchive(Uri Url, ArchiveFormat Format, string Subdirectory, string? Checksum);

/// <summary>
/// The location of a module version as given by the origin: an address of any kind that clients support.
/// See https://developer.hashicorp.com/terraform/language/modules/sources.
/// </summary>
/// <param name="Address">The origin's address, made absolute.</param>
/// <param name="Archive">Null if the address is not an archive but, for example, a Git repository.</param>
/// <param name="Git">Null if the address is not a Git repository that is reachable over http.</param>
public sealed record ModuleLocation(string Address, ModuleArchive? Archive, GitSource? Git)
{
    private const int MaxLength = 8192;

    /// <param name="document">The URL that a relative address refers to.</param>
    public static Outcome<ModuleLocation> Parse(string? text, Uri document)
    {
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength || text.Any(c => c is <= ' ' or > '~'))
        {
            return new Failure(
                FailureKind.InvalidAnswer,
                $"{OriginGuard.Redact(document)} does not provide the location of the module: X-Terraform-Get is {(string.IsNullOrEmpty(text) ? "missing" : "not an address")}.");
        }

        if (text.StartsWith('/') || text.StartsWith("./", StringComparison.Ordinal) || text.StartsWith("../", StringComparison.Ordinal))
        {
            if (!ExactUrl.TryResolve(document, text, out var absolute))
            {
                return new Failure(
                    FailureKind.InvalidAnswer,
                    $"{OriginGuard.Redact(document)} gives a relative module address that cannot be resolved.");
            }

            text = absolute.AbsoluteUri;
        }

        return new ModuleLocation(text, FindArchive(text), GitSource.TryParse(text, out var git) ? git : null);
    }

    /// <summary>Parses an address as clients do: <c>https://host/archive.zip//subdirectory?archive=zip&amp;checksum=…</c>.</summary>
    private static ModuleArchive? FindArchive(string text)
    {
        string[] halves = text.Split('?', 2);
        string path = halves[0], subdirectory = "";
        int scheme = path.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0 || path[..scheme] is not ("https" or "http"))
        {
            return null;
        }

        int inner = path.IndexOf("//", scheme + 3, StringComparison.Ordinal);
        if (inner >= 0)
        {
            (path, subdirectory) = (path[..inner], path[(inner + 2)..]);
        }

        string[] parameters = halves.Length == 2 ? halves[1].Split('&') : [];
        var format = Parameter(parameters, "archive") is { } named
            ? ArchiveFormat.TryParse(named, out var parsed) ? parsed : null
            : ArchiveFormat.FromFileName(path);
        string query = string.Join('&', parameters.Where(parameter => NameOf(parameter) is not ("archive" or "checksum")));
        return format is not null && ExactUrl.TryParse(query.Length == 0 ? path : $"{path}?{query}", out var url)
            ? new ModuleArchive(url, format, subdirectory, Parameter(parameters, "checksum"))
            : null;
    }

    private static string? Parameter(string[] parameters, string name) =>
        parameters.FirstOrDefault(parameter => NameOf(parameter) == name) is { } found && found.Length > name.Length
            ? found[(name.Length + 1)..]
            : null;

    private static string NameOf(string parameter) => parameter.Split('=', 2)[0];
}
