using Mirror.Core.Addresses;
using Mirror.Core.Catalog;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Documents;
using Mirror.Core.Fetching.Packages;

namespace Mirror.Core.Fetching;

/// <summary>A version whose packages have known digests and sizes.</summary>
public sealed record SizedRelease(
    ProviderAddress Provider, ProviderVersion Version, IReadOnlyList<SizedPackage> Packages, DateTimeOffset FreshUntil) : IOffer;

/// <param name="Size">In bytes.</param>
public sealed record SizedPackage(Platform Platform, PackageFileName FileName, Sha256Digest Digest, long Size);

/// <summary>
/// Provides versions to protocols that identify a package by digest and size. The origin is queried for the sizes of packages that are not
/// stored; none is downloaded for that.
/// </summary>
public sealed class SizedReleases
{
    private readonly ProviderMirror _mirror;
    private readonly ProviderRequests _requests;
    private readonly PackageSizes _sizes;
    private readonly DocumentTimeout _timeout;
    private readonly UpstreamOptions _options;
    private readonly TimeProvider _time;

    internal SizedReleases(
        ProviderMirror mirror, ProviderRequests requests, PackageSizes sizes, DocumentTimeout timeout, MirrorOptions options, TimeProvider time)
    {
        (_mirror, _requests, _sizes) = (mirror, requests, sizes);
        (_timeout, _options, _time) = (timeout, options.Upstream, time);
    }

    /// <summary>
    /// While the origin fails, packages with unknown sizes are omitted: they cannot be fetched either, and the stored ones stay available.
    /// </summary>
    /// <param name="by">The requesting principal, recorded with failures.</param>
    public Task<Outcome<SizedRelease>> GetReleaseAsync(
        ResolvedNamespace scope, ProviderAddress provider, ProviderVersion version, Principal by, CancellationToken cancellationToken) =>
        _timeout.WaitAsync($"{provider} {version}", waiter => FindAsync(scope, provider, version, by, waiter), cancellationToken);

    private async Task<Outcome<SizedRelease>> FindAsync(
        ResolvedNamespace scope, ProviderAddress provider, ProviderVersion version, Principal by, CancellationToken waiter)
    {
        var answer = await _mirror.GetReleaseAsync(scope, provider, version, by, waiter).ConfigureAwait(false);
        if (!answer.TryGet(out var offered))
        {
            return answer.Failure;
        }

        var unknown = offered.Packages.Where(package => package is { Size: null, Digest: not null })
            .ToDictionary(package => package.Platform, package => package.Digest!.Value);
        PackageSizeList? known = null;
        Failure? failure = null;
        if (unknown.Count > 0)
        {
            var request = await _requests.BeginAsync(scope, provider, waiter).ConfigureAwait(false);
            (known, failure) = await _sizes.FindAsync(new PackageSizesQuestion(request, version, unknown), waiter).ConfigureAwait(false);
        }

        var packages = new List<SizedPackage>();
        foreach (var package in offered.Packages)
        {
            long size = package.Size ?? 0;
            if (package.Digest is { } digest && (size > 0 || known?.Sizes.TryGetValue(digest, out size) is true))
            {
                packages.Add(new SizedPackage(package.Platform, package.FileName, digest, size));
            }
        }

        if (failure is not null
            && FreshnessPolicy.AfterFailure(
                _options.ModeFor(provider.Hostname), failure.Kind == FailureKind.NotFound, hasStale: false, packages.Count > 0)
                == FailureDecision.Fail)
        {
            return failure with { IsListed = true };
        }

        return packages.Count > 0
            ? new SizedRelease(provider, version, packages, failure is null ? offered.FreshUntil : _time.GetUtcNow())
            : new Failure(
                FailureKind.NotFound,
                $"{provider} {version} has no package with a known SHA-256 and size. Use the network mirror for it.")
            { IsListed = true };
    }
}
