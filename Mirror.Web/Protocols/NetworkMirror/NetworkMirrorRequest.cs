using System.Diagnostics.CodeAnalysis;
using Mirror.Core.Addresses;

namespace Mirror.Web.Protocols.NetworkMirror;

/// <summary>
/// A request of the network mirror protocol: for the list of versions, one version, or one package. Only the canonical form of a URL
/// is valid.
/// </summary>
/// <param name="Version">Null for the list of versions.</param>
/// <param name="Platform">Null for the version's document.</param>
public sealed record NetworkMirrorRequest(ProviderAddress Provider, ProviderVersion? Version, Platform? Platform)
{
    private const string Json = ".json";

    /// <summary>The same request about another provider.</summary>
    public NetworkMirrorRequest Of(ProviderAddress provider) => ReferenceEquals(provider, Provider) ? this : this with { Provider = provider };

    public static bool TryParse(
        string? hostname, string? @namespace, string? type, string? file, [NotNullWhen(true)] out NetworkMirrorRequest? request)
    {
        request = null;
        if (file is null || !ProviderAddress.TryParseCanonical(hostname, @namespace, type, out var provider))
        {
            return false;
        }

        if (file == "index.json")
        {
            request = new NetworkMirrorRequest(provider, null, null);
        }
        else if (file.EndsWith(Json, StringComparison.Ordinal) && ProviderVersion.TryParseCanonical(file[..^Json.Length], out var version))
        {
            request = new NetworkMirrorRequest(provider, version, null);
        }
        else if (PackageFileName.TryParse(file, out var package) && package.Type == provider.Type && package.ToString() == file)
        {
            request = new NetworkMirrorRequest(provider, package.Version, package.Platform);
        }

        return request is not null;
    }
}
