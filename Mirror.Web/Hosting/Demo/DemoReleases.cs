using System.Text.Json.Nodes;
using Mirror.Core.Verification;

namespace Mirror.Web.Hosting.Demo;

/// <summary>The releases of the <see cref="ExampleProvider.All">example providers</see> and the documents about them.</summary>
internal sealed class DemoReleases
{
    private static readonly string[] Protocols = ["5.0"];

    private readonly Dictionary<string, List<ExampleRelease>> _releases;

    public DemoReleases(OpenPgpSigner signer) =>
        _releases = ExampleProvider.All.ToDictionary(
            provider => $"{provider.Address.Namespace}/{provider.Address.Type}",
            provider => provider.Versions
                .Select(version => ExampleRelease.Create(provider.Address.Type, version, provider.Platforms, provider.Description, signer))
                .ToList());

    public JsonObject? Versions(string @namespace, string type) =>
        !_releases.TryGetValue($"{@namespace}/{type}", out var releases) ? null : new JsonObject
        {
            ["id"] = $"{@namespace}/{type}",
            ["versions"] = new JsonArray([.. releases.Select(release => RegistryDocuments.VersionListing(
                release.Version.Value, Protocols, release.Packages.Select(package => package.Platform)))]),
            ["warnings"] = null,
        };

    public JsonObject? Download(string @namespace, string type, string version, string os, string arch)
    {
        var release = Find(@namespace, type, version);
        if (release?.Packages.FirstOrDefault(package => package.Platform.Os == os && package.Platform.Arch == arch) is not { } package)
        {
            return null;
        }

        string root = $"/releases/{@namespace}/{type}/{version}/";
        return RegistryDocuments.Download(
            (package.Platform, package.FileName, package.Digest),
            Protocols,
            root + package.FileName,
            root + release.SumsFileName,
            root + release.SignatureFileName,
            [RegistryDocuments.SigningKey(release.Signer.KeyId, release.Signer.ArmoredPublicKey)]);
    }

    public byte[]? File(string @namespace, string type, string version, string file)
    {
        var release = Find(@namespace, type, version);
        return release is null ? null
            : file == release.SumsFileName ? release.Sha256Sums
            : file == release.SignatureFileName ? release.Signature
            : release.Packages.FirstOrDefault(package => package.FileName == file)?.Content;
    }

    private ExampleRelease? Find(string @namespace, string type, string version) =>
        _releases.GetValueOrDefault($"{@namespace}/{type}")?.Find(release => release.Version.Value == version);
}
