using System.Text.Json.Nodes;
using Mirror.Core.Addresses;

namespace Mirror.Web.Hosting.Demo;

/// <summary>
/// The documents of the provider registry protocol as an origin registry writes them.
/// See https://developer.hashicorp.com/terraform/internals/provider-registry-protocol.
/// </summary>
public static class RegistryDocuments
{
    /// <summary>Service discovery of a registry that serves providers at <paramref name="providersUrl"/>, absolute or relative.</summary>
    public static JsonObject Discovery(string providersUrl) => new() { ["providers.v1"] = providersUrl };

    /// <summary>An element of <c>versions</c> in a provider's list of versions.</summary>
    public static JsonObject VersionListing(string version, IEnumerable<string> protocols, IEnumerable<Platform> platforms) => new()
    {
        ["version"] = version,
        ["protocols"] = Strings(protocols),
        ["platforms"] = new JsonArray([.. platforms.Select(platform =>
            new JsonObject { ["os"] = platform.Os, ["arch"] = platform.Arch })]),
    };

    /// <summary>The download document: where a package is and how to verify it.</summary>
    /// <param name="package">The package's platform, file name and digest.</param>
    /// <param name="protocols">The plugin protocols of the provider.</param>
    /// <param name="packageUrl">The URL of the package. URLs may be relative to the document's.</param>
    /// <param name="sumsUrl">The URL of SHA256SUMS.</param>
    /// <param name="signatureUrl">The URL of its signature.</param>
    /// <param name="signingKeys">Elements created by <see cref="SigningKey"/>.</param>
    public static JsonObject Download(
        (Platform Platform, string FileName, Sha256Digest Digest) package,
        IEnumerable<string> protocols,
        string packageUrl,
        string sumsUrl,
        string signatureUrl,
        IEnumerable<JsonObject> signingKeys) => new()
        {
            ["protocols"] = Strings(protocols),
            ["os"] = package.Platform.Os,
            ["arch"] = package.Platform.Arch,
            ["filename"] = package.FileName,
            ["download_url"] = packageUrl,
            ["shasums_url"] = sumsUrl,
            ["shasums_signature_url"] = signatureUrl,
            ["shasum"] = package.Digest.Hex,
            ["signing_keys"] = new JsonObject { ["gpg_public_keys"] = new JsonArray([.. signingKeys]) },
        };

    /// <summary>A key that the registry offers for verification.</summary>
    public static JsonObject SigningKey(string keyId, string armoredPublicKey) => new()
    {
        ["key_id"] = keyId,
        ["ascii_armor"] = armoredPublicKey,
        ["trust_signature"] = "",
        ["source"] = "",
        ["source_url"] = null,
    };

    private static JsonArray Strings(IEnumerable<string> values) => new([.. values.Select(value => JsonValue.Create(value))]);
}
