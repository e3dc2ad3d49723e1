using Mirror.Core.Addresses;
using Mirror.Core.Configuration;

namespace Mirror.Core.Upstream;

/// <summary>Asks whatever stands for a host: its registry, or the mirror that is configured in its place.</summary>
public sealed class UpstreamRouter(OriginRegistry registry, OriginModules modules, ChainedMirror chain, MirrorOptions options)
{
    public OriginRegistry Registry => registry;

    public OriginModules Modules => modules;

    public ChainedMirror Chain => chain;

    /// <summary>The mirror that stands in for the host, or null.</summary>
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

    /// <summary>Where a package is now: origins sign such URLs for minutes, so each fill asks again.</summary>
    /// <param name="expected">What the signed sums say of the package, or null where only another mirror vouches.</param>
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
        $"{who} announces {provider} {version} for {platform} with the SHA-256 {announced}, but the kept sums say {kept}: {RepublishedAdvice}");

    /// <summary>How the reason ends where a version was published again under its number after its proof had been fetched.</summary>
    public const string RepublishedAdvice =
        "the origin's package no longer matches the kept signed sums; delete the version to fetch its new proof.";
}
