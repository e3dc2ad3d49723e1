using Mirror.Core.Addresses;
using Mirror.Core.Catalog;

namespace Mirror.Core.Integrity;

/// <summary>What was done about it.</summary>
public enum IntegrityOutcome
{
    /// <summary>It is not served any more.</summary>
    OutOfService,

    /// <summary>It was fetched from its origin anew and verified, or removed where nothing needs it.</summary>
    Repaired,

    /// <summary>It is not served, and could not be fetched anew.</summary>
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

    /// <summary>It is fetched anew as well, and so is what an earlier check took out; orphans are removed.</summary>
    Repair,
}
