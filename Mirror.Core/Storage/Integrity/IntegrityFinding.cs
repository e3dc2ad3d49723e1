using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Storage.Integrity;

/// <summary>The action taken for a finding.</summary>
public enum IntegrityOutcome
{
    /// <summary>The package was taken out of service.</summary>
    OutOfService,

    /// <summary>The package was fetched again and verified; an orphan was recorded again, or removed.</summary>
    Repaired,

    /// <summary>The package was taken out of service and could not be fetched again.</summary>
    NotRepaired,

    /// <summary>None: the finding is harmless, or the check is read-only.</summary>
    None,
}

/// <summary>A problem found in stored bytes.</summary>
/// <param name="Fault">Damaged, missing, unproven, or orphan (no record refers to the bytes).</param>
/// <param name="Sha256">The expected digest of the bytes.</param>
/// <param name="Group">The root group of the package; null for an orphan, as are provider, version and platform.</param>
/// <param name="Outcome">outOfService, repaired, notRepaired, or none.</param>
/// <param name="Detail">What was found and expected, and why a repair failed.</param>
public sealed record IntegrityFinding(
    IntegrityFault Fault, Sha256Digest Sha256, NamespacePath? Group, ProviderAddress? Provider, ProviderVersion? Version,
    Platform? Platform,
    IntegrityOutcome Outcome, string Detail);

/// <summary>The progress of a check of all stored packages.</summary>
/// <param name="Packages">The number of packages to check; packages shared by several groups count once.</param>
/// <param name="Size">Their size in bytes.</param>
/// <param name="Ended">This is the last status.</param>
public sealed record IntegrityStatus(
    int Checked, int Packages, long CheckedSize, long Size, IReadOnlyList<IntegrityFinding> Findings, bool Ended);

/// <summary>The actions of a check.</summary>
public enum IntegrityMode
{
    /// <summary>Change nothing.</summary>
    Look,

    /// <summary>Take damaged packages out of service.</summary>
    TakeOut,

    /// <summary>Also fetch them again, including those taken out by earlier checks.</summary>
    Repair,
}

/// <summary>How a check treats orphaned bytes.</summary>
public enum OrphanDecision
{
    /// <summary>Keep them until their grace period ends.</summary>
    Keep,

    /// <summary>Record those that a stored proof includes again; the grace period of the others starts again.</summary>
    Adopt,

    /// <summary>Remove all of them immediately.</summary>
    Remove,
}
