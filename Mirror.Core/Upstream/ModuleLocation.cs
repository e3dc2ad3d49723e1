using Mirror.Core.Addresses;

namespace Mirror.Core.Upstream;

/// <summary>An archive of a module that an origin serves over https.</summary>
/// <param name="Url">Of the archive, without what is meant for the client.</param>
/// <param name="Subdirectory">Where in it the module is; may be a pattern; empty: at its root.</param>
/// <param name="Checksum">What clients are told to check it against, as in the address; null: nothing.</param>
public sealed record ModuleArchive(Uri Url, ArchiveFormat Format, string Subdirectory, string? Checksum);

/// <summary>
/// Where an origin says that a module's version is: an address of whatever kind clients understand.
/// See https://developer.hashicorp.com/terraform/language/modules/sources.
/// </summary>
/// <param name="Address">As the origin gave it, made absolute.</param>
/// <param name="Archive">Null where it is something else, such as a git repository.</param>
public sealed record ModuleLocation(string Address, ModuleArchive? Archive)
{
    private const int MaxLength = 8192;

    /// <param name="document">Where the address came from, which a relative one refers to.</param>
    public static Outcome<ModuleLocation> Parse(string? text, Uri document)
    {
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength || text.Any(c => c is <= ' ' or > '~'))
        {
            return new Failure(
                FailureKind.InvalidAnswer,
                $"{OriginGuard.Redact(document)} does not say where the module is: its X-Terraform-Get is {(string.IsNullOrEmpty(text) ? "missing" : "not an address")}.");
        }

        if (text.StartsWith('/') || text.StartsWith("./", StringComparison.Ordinal) || text.StartsWith("../", StringComparison.Ordinal))
        {
            if (!ExactUrl.TryResolve(document, text, out var absolute))
            {
                return new Failure(
                    FailureKind.InvalidAnswer,
                    $"{OriginGuard.Redact(document)} says that the module is at a relative address that cannot be resolved.");
            }

            text = absolute.AbsoluteUri;
        }

        return new ModuleLocation(text, FindArchive(text));
    }

    /// <summary>Takes an address apart as clients do: <c>https://host/archive.zip//subdirectory?archive=zip&amp;checksum=…</c>.</summary>
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
            : ArchiveFormat.OfName(path);
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
