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

/// <param name="Provider">Null for an orphan, as are version, platform and group.</param>
/// <param name="Group">The root group whose mirror it is in.</param>
/// <param name="Detail">What was found and expected, and why a repair failed.</param>
public sealed record IntegrityFinding(
    IntegrityFault Fault, Sha256Digest Digest, NamespacePath? Group, ProviderAddress? Provider, ProviderVersion? Version, Platform? Platform,
    IntegrityOutcome Outcome, string Detail);

/// <summary>How far a check has come.</summary>
/// <param name="Packages">Distinct packages, by their bytes.</param>
/// <param name="Size">Bytes of all of them.</param>
public sealed record IntegrityStatus(int Checked, int Packages, long CheckedSize, long Size, IReadOnlyList<IntegrityFinding> Findings, bool Ended);

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
