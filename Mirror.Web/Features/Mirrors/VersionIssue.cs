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
        new(entry.Platform?.Display ?? "the whole version", entry.Reason, entry.FailedAt, entry.Until);

    public static VersionIssue From(DamagedPackage package) => new(
        package.Platform.Display,
        package.Fault switch
        {
            IntegrityFault.Damaged => "The stored content no longer matches its digest; the package was taken out of service.",
            IntegrityFault.Missing => "The stored content was missing; the package was taken out of service.",
            _ => "The package no longer matches its proof; it was taken out of service.",
        },
        package.FoundAt,
        null);
}
