using Mirror.Core.Catalog;
using Mirror.Core.Database;
using Mirror.Core.Fetching.Proofs;

namespace Mirror.Web.Features.Mirrors;

/// <summary>Why a version, or one platform of it, is refused, in a form that travels from the prerendered page to its circuit.</summary>
/// <param name="What">The platform as <c>os/arch</c>, or the whole version.</param>
/// <param name="Until">When it is tried anew; null: when a client asks for it.</param>
public sealed record VersionIssue(string What, string Reason, DateTimeOffset At, DateTimeOffset? Until)
{
    public static VersionIssue From(QuarantineEntry entry) =>
        new(entry.Platform?.Display ?? "the whole version", entry.Reason, entry.FailedAt, entry.Until);

    public static VersionIssue From(DamagedPackage package) => new(
        package.Platform.Display,
        package.Fault switch
        {
            IntegrityFault.Damaged => "The stored bytes did not have their digest any more; the package was taken out of service.",
            IntegrityFault.Missing => "The stored bytes were gone; the package was taken out of service.",
            _ => "What proved the package did not prove it any more; it was taken out of service.",
        },
        package.FoundAt,
        null);
}
