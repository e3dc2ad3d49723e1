using System.Diagnostics.CodeAnalysis;
using Mirror.Core.Addresses;

namespace Mirror.Web.Protocols.Oci;

/// <summary>The kinds of resources of a repository.</summary>
public enum OciResource
{
    /// <summary><c>tags/list</c></summary>
    Tags,

    /// <summary><c>manifests/{tag or digest}</c></summary>
    Manifest,

    /// <summary><c>blobs/{digest}</c></summary>
    Blob,
}

/// <summary>A repository: a provider in a group or workspace.</summary>
/// <param name="Name">As clients write it: <c>[{namespace path}/]providers/{hostname}/{namespace}/{type}</c>.</param>
public sealed record OciRepository(string Name, NamespacePath Namespace, ProviderAddress Provider)
{
    private const string Marker = "providers";

    /// <summary>The namespace path is everything before the four segments that are always present.</summary>
    public static bool TryParse(string name, [NotNullWhen(true)] out OciRepository? repository)
    {
        repository = null;
        string[] parts = name.Split('/');
        if (parts.Length < 4
            || parts[^4] != Marker
            || !ProviderAddress.TryParseCanonical(parts[^3], parts[^2], parts[^1], out var provider))
        {
            return false;
        }

        var ns = NamespacePath.Default;
        if (parts.Length > 4 && !NamespacePath.TryParse(string.Join('/', parts[..^4]), out ns))
        {
            return false;
        }

        repository = new OciRepository(name, ns, provider);
        return true;
    }
}

/// <summary>A request of the OCI Distribution protocol below <c>/v2/</c>.</summary>
/// <param name="Reference">A tag, or a digest as <c>sha256:…</c>; empty for the list of tags.</param>
public sealed record OciRequest(OciRepository Repository, OciResource Resource, string Reference)
{
    private const string Algorithm = "sha256:";

    // Tags have no '+'. A version has at most one, and no '_'.
    private const char TagPlus = '_';

    /// <summary>The longest tag that the protocol allows.</summary>
    private const int MaxTag = 128;

    /// <summary>The digest that <see cref="Reference"/> is; null for a tag and for other algorithms.</summary>
    public Sha256Digest? Digest =>
        Reference.StartsWith(Algorithm, StringComparison.Ordinal)
        && Sha256Digest.TryParse(Reference[Algorithm.Length..], out var digest)
        && digest.Hex == Reference[Algorithm.Length..] ? digest : null;

    /// <summary>The version that <see cref="Reference"/> is the tag of; null if there can be none.</summary>
    public ProviderVersion? Version =>
        Reference.Length <= MaxTag
        && !Reference.Contains('+', StringComparison.Ordinal)
        && ProviderVersion.TryParseCanonical(Reference.Replace(TagPlus, '+'), out var version) ? version : null;

    /// <summary>The same request about the provider that a route replaces the requested one with.</summary>
    public OciRequest Of(ProviderAddress provider) => this with { Repository = Repository with { Provider = provider } };

    /// <summary>The tag of a version; null for a version that is too long for one.</summary>
    public static string? TagOf(ProviderVersion version) =>
        version.Value.Length <= MaxTag ? version.Value.Replace('+', TagPlus) : null;

    public static string Write(Sha256Digest digest) => Algorithm + digest.Hex;

    /// <param name="path">The path after <c>/v2/</c>.</param>
    public static bool TryParse(string path, [NotNullWhen(true)] out OciRequest? request)
    {
        request = null;
        string[] parts = path.Split('/');
        if (parts.Length < 3)
        {
            return false;
        }

        OciResource? resource = (parts[^2], parts[^1]) switch
        {
            ("tags", "list") => OciResource.Tags,
            ("manifests", { Length: > 0 }) => OciResource.Manifest,
            ("blobs", { Length: > 0 }) => OciResource.Blob,
            _ => null,
        };
        if (resource is { } found && OciRepository.TryParse(string.Join('/', parts[..^2]), out var repository))
        {
            request = new OciRequest(repository, found, found == OciResource.Tags ? "" : parts[^1]);
        }

        return request is not null;
    }
}
