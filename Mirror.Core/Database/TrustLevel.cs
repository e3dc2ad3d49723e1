namespace Mirror.Core.Database;

/// <summary>The trust in a package, from lowest to highest.</summary>
public enum TrustLevel
{
    /// <summary>No publisher signature was seen; an authorized user imported the package.</summary>
    Imported = 0,

    /// <summary>The hashes come from another mirror.</summary>
    Chained = 1,

    /// <summary>The origin offers no signing key, and the policy allows the provider as an exception.</summary>
    Unsigned = 2,

    /// <summary>Matches a checksum signed with a key from the bundle.</summary>
    Bundled = 3,

    /// <summary>Matches a checksum signed by the publisher.</summary>
    Verified = 4,
}
