namespace Mirror.Core.Addresses;

/// <summary>Why something cannot be served; each kind has one HTTP status (DESIGN §5).</summary>
public enum FailureKind
{
    /// <summary>The origin does not have it, or it is not stored and the origin may not be asked.</summary>
    NotFound,

    /// <summary>The policy of the root group hides it.</summary>
    PolicyHides,

    /// <summary>No connection, a reset, 429 or 5xx.</summary>
    Unreachable,

    /// <summary>No answer in time.</summary>
    TooSlow,

    /// <summary>The origin wants other credentials than ours.</summary>
    CredentialsRefused,

    /// <summary>HTML, too large, malformed, or contradicting itself.</summary>
    InvalidAnswer,

    /// <summary>A URL or address that must not be asked.</summary>
    ForbiddenAddress,

    /// <summary>A signature or a hash does not match.</summary>
    VerificationFailed,

    /// <summary>This server's own disk or database failed.</summary>
    Storage,

    /// <summary>This server has more to do than it takes on.</summary>
    Busy,
}

/// <param name="Message">What happened and, where there is something, what to do; for the client and the log; no secrets.</param>
/// <param name="RetryAfter">What the origin asked for, if anything.</param>
public sealed record Failure(FailureKind Kind, string Message, TimeSpan? RetryAfter = null)
{
    // Origins' own words may be in it, and failures are remembered.
    private const int MaxMessage = 2000;

    public string Message { get; } = Message.Length <= MaxMessage ? Message : string.Concat(Message.AsSpan(0, MaxMessage), "…");

    /// <summary>The origin could not be asked or gave no usable answer: what is cached may be served in its place.</summary>
    public bool IsOutage => Kind is not (FailureKind.NotFound or FailureKind.PolicyHides);

    /// <summary>The namespace's list of versions names the version that was not found.</summary>
    public bool IsListed { get; init; }

    public override string ToString() => $"{Kind}: {Message}";
}
