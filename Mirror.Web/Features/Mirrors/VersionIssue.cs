using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Proofs;

namespace Mirror.Web.Features.Mirrors;

/// <summary>Why a version or platform is quarantined, in a form that passes from the prerendered page to its circuit.</summary>
/// <param name="What">The platform as <c>os/arch</c>, or the whole version.</param>
/// <param name="Until">The time of the next retry; null if the next request retries.</param>
public sealed record VersionIssue(string What, string Reason, DateTimeOffset At, DateTimeOffset? Until)
{
    public static VersionIssue From(QuarantineEntry entry) =>
        new(entry.Platform?.Display ?? Texts.WholeVersion, entry.Reason, entry.FailedAt, entry.Until);

    public static VersionIssue From(DamagedPackage package) => new(
        package.Platform.Display,
        package.Fault switch
        {
            IntegrityFault.Damaged => Texts.FaultDamaged,
            IntegrityFault.Missing => Texts.FaultMissing,
            _ => Texts.FaultUnproven,
        },
        package.FoundAt,
        null);
}
