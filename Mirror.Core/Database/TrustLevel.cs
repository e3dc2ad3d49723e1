namespace Mirror.Core.Database;

/// <summary>How far a package is trusted, from least to most.</summary>
public enum TrustLevel
{
    /// <summary>No publisher signature was seen; a person with the right to do so vouched for it.</summary>
    Imported = 0,

    /// <summary>Another mirror's hashes.</summary>
    Chained = 1,

    /// <summary>The origin offers no signing key, and policy names the provider as an exception.</summary>
    Unsigned = 2,

    /// <summary>Matches a sum signed with a key that came in the bundle.</summary>
    Bundled = 3,

    /// <summary>Matches a sum that the publisher signed.</summary>
    Verified = 4,
}
