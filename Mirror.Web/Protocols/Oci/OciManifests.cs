using System.Text.Json;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Fetching;

namespace Mirror.Web.Protocols.Oci;

/// <summary>
/// Writes the manifests of a version as OpenTofu expects them: an index with a manifest for each platform, whose only layer is the package.
/// They contain nothing that changes, so that their digests stay the same on all replicas.
/// See https://opentofu.org/docs/cli/oci_registries/provider-mirror/#manifest-structure.
/// </summary>
internal static class OciManifests
{
    public const string IndexType = "application/vnd.oci.image.index.v1+json";
    public const string ManifestType = "application/vnd.oci.image.manifest.v1+json";
    public const string EmptyType = "application/vnd.oci.empty.v1+json";

    private const string ProviderArtifact = "application/vnd.opentofu.provider";
    private const string PackageArtifact = "application/vnd.opentofu.provider-target";
    private const string PackageType = "archive/zip";
    private const string TitleAnnotation = "org.opencontainers.image.title";
    private const string VersionAnnotation = "org.opencontainers.image.version";

    /// <summary>The content of the configuration blob, which the artifacts do not use.</summary>
    public static readonly byte[] Empty = "{}"u8.ToArray();

    public static readonly Sha256Digest EmptyDigest = Sha256Digest.Of(Empty);

    /// <returns>The index, and what each digest in it and in the manifests identifies, with its own.</returns>
    public static (byte[] Index, IReadOnlyDictionary<Sha256Digest, OciContent> Contents) Write(SizedRelease release)
    {
        var contents = new Dictionary<Sha256Digest, OciContent>();
        var manifests = new List<(Platform Platform, Sha256Digest Digest, int Size)>();
        foreach (var package in release.Packages)
        {
            byte[] manifest = WriteManifest(release, package);
            var digest = Sha256Digest.Of(manifest);
            manifests.Add((package.Platform, digest, manifest.Length));
            contents[digest] = new OciContent(release.Version, package.Platform, manifest);
            contents[package.Digest] = new OciContent(release.Version, package.Platform, null);
        }

        byte[] index = DocumentWriter.WriteBytes(json =>
        {
            WriteHead(json, IndexType, ProviderArtifact);
            json.WriteStartArray("manifests");
            foreach (var (platform, digest, size) in manifests)
            {
                WriteDescriptor(json, null, ManifestType, digest, size, () =>
                {
                    json.WriteString("artifactType", PackageArtifact);
                    json.WriteStartObject("platform");
                    json.WriteString("architecture", platform.Arch);
                    json.WriteString("os", platform.Os);
                    json.WriteEndObject();
                });
            }

            json.WriteEndArray();
            WriteAnnotations(json, release.Provider.ToString(), release.Version.Value);
        });
        contents[Sha256Digest.Of(index)] = new OciContent(release.Version, null, index);
        return (index, contents);
    }

    private static byte[] WriteManifest(SizedRelease release, SizedPackage package) => DocumentWriter.WriteBytes(json =>
    {
        WriteHead(json, ManifestType, PackageArtifact);
        WriteDescriptor(json, "config", EmptyType, EmptyDigest, Empty.Length, () => json.WriteBase64String("data", Empty));
        json.WriteStartArray("layers");
        WriteDescriptor(
            json, null, PackageType, package.Digest, package.Size, () => WriteAnnotations(json, package.FileName.ToString(), null));
        json.WriteEndArray();
        WriteAnnotations(json, $"{release.Provider} {package.Platform}", release.Version.Value);
    });

    private static void WriteHead(Utf8JsonWriter json, string mediaType, string artifactType)
    {
        json.WriteNumber("schemaVersion", 2);
        json.WriteString("mediaType", mediaType);
        json.WriteString("artifactType", artifactType);
    }

    private static void WriteDescriptor(
        Utf8JsonWriter json, string? name, string mediaType, Sha256Digest digest, long size, Action more)
    {
        if (name is null)
        {
            json.WriteStartObject();
        }
        else
        {
            json.WriteStartObject(name);
        }

        json.WriteString("mediaType", mediaType);
        json.WriteString("digest", OciRequest.Write(digest));
        json.WriteNumber("size", size);
        more();
        json.WriteEndObject();
    }

    private static void WriteAnnotations(Utf8JsonWriter json, string title, string? version)
    {
        json.WriteStartObject("annotations");
        json.WriteString(TitleAnnotation, title);
        if (version is not null)
        {
            json.WriteString(VersionAnnotation, version);
        }

        json.WriteEndObject();
    }
}
