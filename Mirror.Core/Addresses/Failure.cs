namespace Mirror.Core.Addresses;

/// <summary>Why something cannot be served; each kind has one HTTP status.</summary>
public enum FailureKind
{
    /// <summary>The origin does not have it, or it is not stored and the origin may not be queried.</summary>
    NotFound,

    /// <summary>Hidden by the root group's policy.</summary>
    PolicyHides,

    /// <summary>Published here, and withheld because the key that signed it was revoked.</summary>
    KeyRevoked,

    /// <summary>No connection, a connection reset, 429 or 5xx.</summary>
    Unreachable,

    /// <summary>No response within the time limit.</summary>
    TooSlow,

    /// <summary>The origin rejects the configured credentials.</summary>
    CredentialsRefused,

    /// <summary>HTML, too large, malformed or inconsistent.</summary>
    InvalidAnswer,

    /// <summary>A URL or address that the server must not request.</summary>
    ForbiddenAddress,

    /// <summary>A signature or a hash does not match.</summary>
    VerificationFailed,

    /// <summary>This server's own disk or database failed.</summary>
    Storage,

    /// <summary>This server is overloaded.</summary>
    Busy,

    /// <summary>A publication or an upload breaks a rule.</summary>
    Rejected,

    /// <summary>It exists already, or belongs to another root group.</summary>
    Conflict,

    /// <summary>An upload exceeds a size limit.</summary>
    TooLarge,

    /// <summary>This server has no disk space for an upload.</summary>
    NoSpace,
}

/// <param name="Message">What happened and, if possible, what to do. Shown to clients and logged; contains no secrets.</param>
/// <param name="RetryAfter">The delay that the origin requested, if any.</param>
public sealed record Failure(FailureKind Kind, string Message, TimeSpan? RetryAfter = null)
{
    // Messages can quote the origin, and failures are cached.
    private const int MaxMessage = 2000;

    public string Message { get; } = Message.Length <= MaxMessage ? Message : string.Concat(Message.AsSpan(0, MaxMessage), "…");

    /// <summary>The origin could not be queried or gave no usable response, so cached content may be served instead.</summary>
    public bool IsOutage => Kind is not (FailureKind.NotFound or FailureKind.PolicyHides or FailureKind.KeyRevoked);

    /// <summary>The namespace's version list includes the version that was not found.</summary>
    public bool IsListed { get; init; }

    public override string ToString() => $"{Kind}: {Message}";
}
