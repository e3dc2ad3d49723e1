using Mirror.Core.Database;
using Mirror.Core.Storage.Integrity;

namespace Mirror.Web.Features.Maintenance;

/// <summary>A check of everything that is stored, as it is at one moment.</summary>
/// <param name="Packages">How many are to be checked; those that several groups share count once.</param>
/// <param name="Size">Bytes of all of them.</param>
/// <param name="Ended">The last of its documents.</param>
public sealed record IntegrityDocument(int Checked, int Packages, long CheckedSize, long Size, IReadOnlyList<IntegrityFindingDocument> Findings, bool Ended)
{
    internal static IntegrityDocument From(IntegrityStatus status) => new(
        status.Checked, status.Packages, status.CheckedSize, status.Size, [.. status.Findings.Select(IntegrityFindingDocument.From)], status.Ended);
}

/// <param name="Fault">damaged, missing, unproven, or orphan: bytes that no record names, which therefore have no group, provider, version or platform.</param>
/// <param name="Outcome">outOfService, repaired, notRepaired, or none.</param>
public sealed record IntegrityFindingDocument(
    IntegrityFault Fault, string Sha256, string? Group, string? Provider, string? Version, string? Platform, IntegrityOutcome Outcome, string Detail)
{
    internal static IntegrityFindingDocument From(IntegrityFinding finding) => new(
        finding.Fault, finding.Digest.Hex, finding.Group?.Value, finding.Provider?.ToString(), finding.Version?.Value, finding.Platform?.Value, finding.Outcome, finding.Detail);
}
