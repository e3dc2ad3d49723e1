using Mirror.Core.Addresses;
using Mirror.Core.Configuration;

namespace Mirror.Core.Upstream;

/// <summary>Queries the upstream of a host: its registry, or the mirror configured to replace it.</summary>
public sealed class UpstreamRouter(OriginRegistry registry, OriginModules modules, ChainedMirror chain, MirrorOptions options)
{
    public OriginRegistry Registry => registry;

    public OriginModules Modules => modules;

    public ChainedMirror Chain => chain;

    /// <summary>The mirror configured to replace the host, or null.</summary>
    public Uri? MirrorFor(ProviderHostname host) => options.Upstream.FindHost(host)?.MirrorUrl;

    public Task<Outcome<VersionListAnswer>> GetVersionsAsync(
        ISourceAddress source, OriginCredential credential, string? etag, Deadline deadline) => source switch
        {
            ModuleAddress module => modules.GetVersionsAsync(module, credential, etag, deadline),
            ProviderAddress provider when MirrorFor(provider.Hostname) is { } mirror =>
                chain.GetVersionsAsync(mirror, provider, credential, etag, deadline),
            ProviderAddress provider => registry.GetVersionsAsync(provider, credential, etag, deadline),
            _ => throw new InvalidOperationException($"{source.GetType()}"),
        };

    /// <summary>The current URL of a package. Origins sign these URLs for minutes only, so each fill requests a new one.</summary>
    /// <param name="expected">The signed hashes of the package, or null if they only come from another mirror.</param>
    public async Task<Outcome<Uri>> LocateAsync(
        ProviderAddress provider,
        ProviderVersion version,
        Platform platform,
        Sha256Digest? expected,
        OriginCredential credential,
        Deadline deadline)
    {
        if (MirrorFor(provider.Hostname) is { } mirror)
        {
            var archives = await chain.GetArchivesAsync(mirror, provider, version, credential, deadline).ConfigureAwait(false);
            if (!archives.TryGet(out var list))
            {
                return archives.Failure;
            }

            if (list.FirstOrDefault(archive => archive.Platform == platform) is not { } archive)
            {
                return new Failure(
                    FailureKind.NotFound, $"The mirror for {provider.Hostname} has no package of {provider} {version} for {platform}.");
            }

            return expected is { } known && archive.Digest is { } announced && announced != known
                ? Republished($"The mirror for {provider.Hostname}", provider, version, platform, announced, known)
                : archive.Url;
        }

        var answer = await registry.GetDownloadAsync(provider, version, platform, credential, deadline).ConfigureAwait(false);
        if (!answer.TryGet(out var document))
        {
            return answer.Failure;
        }

        return expected is { } signed && document.Digest != signed
            ? Republished("The origin", provider, version, platform, document.Digest, signed)
            : document.DownloadUrl;
    }

    private static Failure Republished(
        string who, ProviderAddress provider, ProviderVersion version, Platform platform, Sha256Digest announced, Sha256Digest kept) => new(
        FailureKind.VerificationFailed,
        $"{who} lists {provider} {version} for {platform} with the SHA-256 {announced}, but the stored checksum is {kept}: {RepublishedAdvice}");

    /// <summary>The end of the message for a version that was published again after its proof had been stored.</summary>
    public const string RepublishedAdvice =
        "the origin's package no longer matches the stored signed checksums. Delete the version to fetch its new proof.";
}
