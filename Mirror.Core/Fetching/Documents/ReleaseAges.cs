using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Documents;

/// <summary>
/// Determines when the latest versions were signed. Without it, if the policy sets a minimum release age, the first list ever fetched
/// would offer a version that its proof later shows to be too new: clients would select it and be denied.
/// </summary>
internal sealed class ReleaseAges(Releases releases, UpstreamRouter origins, MirrorOptions options, TimeProvider time)
{
    // The versions that typical constraints select: the latest version of a major version.
    private const int MajorVersions = 3;
    private const int VersionsOfEach = 4;

    /// <summary>
    /// Fetches the proofs of the latest versions, going back until one is old enough. The list waits for at most half of its remaining
    /// time.
    /// </summary>
    /// <param name="remaining">The time left for the list.</param>
    public async Task FetchAsync(
        ProviderRequest request, CachedDocument<OriginVersionList> list, TimeSpan minimum, TimeSpan remaining, CancellationToken waiter)
    {
        // Mirrors provide no signing times, and an origin that has just failed is not waited for again.
        if (origins.MirrorFor(request.Provider.Hostname) is not null || !list.Fetched.IsWithin(options.Upstream.VersionsTtl, time))
        {
            return;
        }

        var learning = Task.WhenAll(Newest(list.Value.Versions).Select(GoBackAsync));
        try
        {
            var half = options.Upstream.Limits.DocumentDeadline / 2;
            await learning.WaitAsync(remaining < half ? remaining : half, time, waiter).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The proofs are still being fetched and will be known next time.
        }

        async Task GoBackAsync(IEnumerable<OriginVersion> newest)
        {
            foreach (var item in newest)
            {
                var found = await releases.GetAsync(
                    new ReleaseQuestion(request, item.Version, item.Platforms, Principal.System),
                    CancellationToken.None).ConfigureAwait(false);
                bool isYoung = found.TryGet(out var proof) && proof.SignedAt + minimum > time.GetUtcNow();
                // A version that failed verification is not offered, so the version before it counts.
                if (!isYoung && (found.IsSuccess || found.Failure.Kind != FailureKind.VerificationFailed))
                {
                    return;
                }
            }
        }
    }

    /// <summary>The latest releases of each of the latest major versions.</summary>
    /// <param name="versions">Newest first.</param>
    private static List<List<OriginVersion>> Newest(IEnumerable<OriginVersion> versions)
    {
        var majors = new List<List<OriginVersion>>();
        foreach (var item in versions.Where(item => !item.Version.IsPrerelease))
        {
            if (majors.Count == 0 || majors[^1][0].Version.Major != item.Version.Major)
            {
                if (majors.Count == MajorVersions)
                {
                    break;
                }

                majors.Add([]);
            }

            if (majors[^1].Count < VersionsOfEach)
            {
                majors[^1].Add(item);
            }
        }

        return majors;
    }
}
