using Mirror.Core.Addresses;
using Mirror.Core.Configuration;
using Mirror.Core.Database;
using Mirror.Core.Upstream;

namespace Mirror.Core.Fetching.Documents;

/// <summary>
/// Learns when the newest versions were signed. Where policy sets a minimum release age, the first list that is ever fetched
/// would else offer a version that its proof then shows to be too young: a client takes it, and is refused.
/// </summary>
internal sealed class ReleaseAges(Releases releases, UpstreamRouter origins, MirrorOptions options, TimeProvider time)
{
    // What the constraints of clients lead to: the newest version of a major one.
    private const int MajorVersions = 3;
    private const int VersionsOfEach = 4;

    /// <summary>
    /// Asks for the proofs of the newest versions, going back until one is old enough; the list waits for half its time at most.
    /// </summary>
    /// <param name="remaining">What is left of its time.</param>
    public async Task LearnAsync(
        ProviderRequest request, CachedDocument<OriginVersionList> list, TimeSpan minimum, TimeSpan remaining, CancellationToken waiter)
    {
        // Other mirrors do not tell, and an origin that did not answer for the list is not waited for again.
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
            // They are still asked for, and known the next time.
        }

        async Task GoBackAsync(IEnumerable<OriginVersion> newest)
        {
            foreach (var item in newest)
            {
                var found = await releases.GetAsync(
                    new ReleaseQuestion(request, item.Version, item.Platforms, Principal.System),
                    CancellationToken.None).ConfigureAwait(false);
                bool isYoung = found.TryGet(out var proof) && proof.SignedAt + minimum > time.GetUtcNow();
                // One that failed verification is not offered either, so that the one before it counts.
                if (!isYoung && (found.IsSuccess || found.Failure.Kind != FailureKind.VerificationFailed))
                {
                    return;
                }
            }
        }
    }

    /// <summary>The newest releases of each of the newest major versions.</summary>
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
