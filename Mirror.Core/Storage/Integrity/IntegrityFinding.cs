using Mirror.Core.Addresses;
using Mirror.Core.Database;

namespace Mirror.Core.Storage.Integrity;

/// <summary>What was done about it.</summary>
public enum IntegrityOutcome
{
    /// <summary>It is not served any more.</summary>
    OutOfService,

    /// <summary>It was fetched from its origin again and verified; an orphan was recorded again, or removed.</summary>
    Repaired,

    /// <summary>It is not served, and could not be fetched again.</summary>
    NotRepaired,

    /// <summary>Nothing: it does no harm, or only looking was asked for.</summary>
    None,
}

/// <summary>What a check found wrong with some stored bytes.</summary>
/// <param name="Fault">Damaged, missing, unproven, or orphan: bytes that no record names.</param>
/// <param name="Sha256">Of the bytes, as they should be.</param>
/// <param name="Group">The root group whose mirror it is in; null for an orphan, as are provider, version and platform.</param>
/// <param name="Outcome">outOfService, repaired, notRepaired, or none.</param>
/// <param name="Detail">What was found and expected, and why a repair failed.</param>
public sealed record IntegrityFinding(
    IntegrityFault Fault, Sha256Digest Sha256, NamespacePath? Group, ProviderAddress? Provider, ProviderVersion? Version,
    Platform? Platform,
    IntegrityOutcome Outcome, string Detail);

/// <summary>A check of everything that is stored, as it is at one moment.</summary>
/// <param name="Packages">How many are to be checked; those that several groups share count once.</param>
/// <param name="Size">Bytes of all of them.</param>
/// <param name="Ended">Nothing follows.</param>
public sealed record IntegrityStatus(
    int Checked, int Packages, long CheckedSize, long Size, IReadOnlyList<IntegrityFinding> Findings, bool Ended);

/// <summary>What a check does beside looking.</summary>
public enum IntegrityMode
{
    /// <summary>Nothing is changed.</summary>
    Look,

    /// <summary>What is wrong is taken out of service.</summary>
    TakeOut,

    /// <summary>It is fetched again as well, and so is what an earlier check took out.</summary>
    Repair,
}

/// <summary>What a check does with bytes that no record names.</summary>
public enum OrphanDecision
{
    /// <summary>They wait until their grace is over.</summary>
    Keep,

    /// <summary>Those that a kept proof names are recorded again; the others wait once more.</summary>
    Adopt,

    /// <summary>They are removed at once, however many there are.</summary>
    Remove,
}
