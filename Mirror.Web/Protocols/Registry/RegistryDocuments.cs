using System.Text.Json;
using Mirror.Core.Access;
using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Fetching.Proofs;
using Mirror.Core.Upstream;

namespace Mirror.Web.Protocols.Registry;

/// <summary>
/// Writes and caches the documents of the provider registry protocol. Every URL in them is relative to the document's own, so that they
/// work at any URL of this instance. See https://developer.hashicorp.com/terraform/internals/provider-registry-protocol.
/// </summary>
public sealed class RegistryDocuments(SignedReleases releases, PackageLinks links, DocumentCache cache)
{
    // One name for each kind of document: their keys differ in nothing else.
    private static readonly string[] Kinds = [.. Enum.GetNames<RegistryPart>().Select(name => "registry-" + name)];

    /// <summary>Returns the cached document without waiting; null if it is not cached.</summary>
    /// <param name="jobId">The requesting job; its download documents contain separate links and are not cached.</param>
    public ReadyDocument? FindReady(ResolvedNamespace scope, RegistryRequest request, long? jobId) =>
        jobId is null || request.Part != RegistryPart.Download ? cache.Find(Key(scope, request)) : null;

    /// <summary>Creates the document, SHA256SUMS or its signature; not for packages.</summary>
    public async Task<Outcome<ReadyDocument>> GetAsync(
        ResolvedNamespace scope, RegistryRequest request, AccessSubject by, CancellationToken cancellationToken)
    {
        ReadyDocument document;
        DateTimeOffset freshUntil;
        long moment;
        if (request.Version is not { } version)
        {
            (var offered, moment) = await cache.GatherAsync(
                scope, request.Provider, again => releases.GetVersionsAsync(scope, request.Provider, again, cancellationToken));
            if (!offered.TryGet(out var versions))
            {
                return offered.Failure;
            }

            return await cache.MakeAsync(
                Key(scope, request), versions.IsLong, versions.FreshUntil, moment, () => WriteVersions(versions), cancellationToken);
        }
        else
        {
            (var offered, moment) = await cache.GatherAsync(
                scope,
                request.Provider,
                _ => releases.GetReleaseAsync(scope, request.Provider, version, by.Principal, cancellationToken));
            if (!offered.TryGet(out var release))
            {
                return offered.Failure;
            }

            freshUntil = release.FreshUntil;
            switch (request.Part)
            {
                case RegistryPart.Version:
                    document = WriteVersion(request.Provider, release);
                    break;
                case RegistryPart.Sums:
                    document = new ReadyDocument(release.Proof.Sums);
                    break;
                case RegistryPart.Signature:
                    // OpenTofu fetches a signature even for an unsigned provider, and ignores it.
                    document = new ReadyDocument(release.Proof.Signature ?? []);
                    break;
                default:
                    var platform = request.Platform!.Value;
                    if (release.Packages.FirstOrDefault(package => package.Platform == platform) is not { } found)
                    {
                        return await releases.ExplainMissingAsync(scope, request.Provider, version, platform, cancellationToken);
                    }

                    var signer = await links.FindSignerAsync(scope, request.Provider, by.JobId, cancellationToken);
                    document = WriteDownload(release, found, (part, digest) => Link(scope, request with { Part = part }, signer, digest));
                    freshUntil = signer is not null && signer.FreshUntil < freshUntil ? signer.FreshUntil : freshUntil;
                    break;
            }
        }

        if (by.JobId is null || request.Part != RegistryPart.Download)
        {
            cache.Add(Key(scope, request), document, freshUntil, moment);
        }

        return document;
    }

    private static DocumentKey Key(ResolvedNamespace scope, RegistryRequest request) =>
        new(Kinds[(int)request.Part], scope.NamespaceId, scope.RootGroupId, request.Provider, request.Version, request.Platform);

    private static ReadyDocument WriteVersions(OfferedVersions offered) => DocumentWriter.Write(json =>
    {
        json.WriteString("id", $"{offered.Provider.Namespace}/{offered.Provider.Type}");
        json.WriteStartArray("versions");
        foreach (var item in offered.Versions)
        {
            json.WriteStartObject();
            json.WriteString("version", item.Version.Value);
            WriteProtocols(json, item.Protocols);
            WritePlatforms(json, item.Platforms);
            json.WriteEndObject();
            DocumentWriter.Flush(json);
        }

        json.WriteEndArray();
        WriteTexts(json, "warnings", offered.Warnings);
    });

    /// <summary>The members of the public registry's document that this instance knows.</summary>
    private static ReadyDocument WriteVersion(ProviderAddress provider, SignedRelease release) => DocumentWriter.Write(json =>
    {
        string version = release.Proof.Version.Value;
        json.WriteString("id", $"{provider.Namespace}/{provider.Type}/{version}");
        json.WriteString("namespace", provider.Namespace);
        json.WriteString("name", provider.Type);
        json.WriteString("version", version);
        if (release.Proof.SignedAt is { } signed)
        {
            json.WriteString("published_at", signed);
        }

        WriteProtocols(json, release.Proof.Protocols);
        WritePlatforms(json, release.Packages.Select(package => package.Platform));
    });

    private static void WritePlatforms(Utf8JsonWriter json, IEnumerable<Platform> platforms)
    {
        json.WriteStartArray("platforms");
        foreach (var platform in platforms)
        {
            json.WriteStartObject();
            json.WriteString("os", platform.Os);
            json.WriteString("arch", platform.Arch);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static ReadyDocument WriteDownload(
        SignedRelease release, SignedPackage package, Func<RegistryPart, Sha256Digest?, string> link) => DocumentWriter.Write(json =>
    {
        WriteProtocols(json, release.Proof.Protocols);
        json.WriteString("os", package.Platform.Os);
        json.WriteString("arch", package.Platform.Arch);
        json.WriteString("filename", package.FileName);
        json.WriteString("download_url", link(RegistryPart.Package, package.Digest));
        json.WriteString("shasum", package.Digest.Hex);
        json.WriteString("shasums_url", link(RegistryPart.Sums, null));
        json.WriteString("shasums_signature_url", link(RegistryPart.Signature, null));
        json.WriteStartObject("signing_keys");
        json.WriteStartArray("gpg_public_keys");
        foreach (var key in release.Keys)
        {
            WriteKey(json, key);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        WritePackages(json, release.Packages);
    });

    /// <summary>A link relative to the document at <c>{version}/download/{os}/{arch}</c>.</summary>
    private static string Link(ResolvedNamespace scope, RegistryRequest file, LinkSigner? signer, Sha256Digest? digest)
    {
        string name = file.FileName!;
        return "../../" + Uri.EscapeDataString(name) + signer?.Query(new LinkedFile(scope, file.Provider, file.Version!, name, digest));
    }

    private static void WriteKey(Utf8JsonWriter json, OfferedKey key)
    {
        json.WriteStartObject();
        json.WriteString("key_id", key.KeyId ?? "");
        json.WriteString("ascii_armor", key.AsciiArmor);
        json.WriteString("trust_signature", key.TrustSignature ?? "");
        json.WriteString("source", key.Source ?? "");
        json.WriteString("source_url", key.SourceUrl);
        json.WriteEndObject();
    }

    /// <summary>The hashes that OpenTofu 1.12 and later write to the lock file for the other platforms.</summary>
    private static void WritePackages(Utf8JsonWriter json, IReadOnlyList<SignedPackage> packages)
    {
        json.WriteStartObject("packages");
        foreach (var package in packages)
        {
            json.WriteStartObject(package.Platform.Value);
            json.WriteStartArray("hashes");
            json.WriteStringValue(package.Digest.ZipHash.Value);
            if (package.ContentHash is { } content)
            {
                json.WriteStringValue(content.Value);
            }

            json.WriteEndArray();
            if (package.Size is { } size)
            {
                json.WriteNumber("package_size", size);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>Omits invalid protocol versions: clients reject the whole document because of one.</summary>
    private static void WriteProtocols(Utf8JsonWriter json, IReadOnlyList<string> protocols) =>
        WriteTexts(json, "protocols", protocols.Where(protocol => ProviderVersion.TryParse(protocol, out _)));

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
