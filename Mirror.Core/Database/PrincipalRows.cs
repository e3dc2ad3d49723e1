namespace Mirror.Core.Database;

// Principals, their roles and their credentials.

/// <summary>A user, a service account or a job.</summary>
public sealed class PrincipalRow
{
    public long Id { get; set; }

    public PrincipalKind Kind { get; set; }

    /// <summary>
    /// For users, unique among users; for service accounts, unique in their namespace; for jobs, the workspace and the start time.
    /// </summary>
    public required string Name { get; set; }

    /// <summary>The namespace of a service account; the workspace of a job; null for users.</summary>
    public long? NamespaceId { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public required string CreatedBy { get; set; }

    public UserRow? User { get; set; }

    public JobRow? Job { get; set; }
}

/// <summary>The additional data of a user.</summary>
public sealed class UserRow
{
    public long PrincipalId { get; set; }

    public PrincipalRow Principal { get; set; } = null!;

    /// <summary>Null if the user has no local password.</summary>
    public string? PasswordHash { get; set; }

    /// <summary>The password was set by an administrator and must be changed.</summary>
    public bool PasswordIsTemporary { get; set; }

    /// <summary>Consecutive wrong passwords.</summary>
    public int FailedSignIns { get; set; }

    public DateTimeOffset? LockedUntil { get; set; }

    /// <summary>The user is an administrator of the instance.</summary>
    public bool IsAdmin { get; set; }

    /// <summary>The OpenID provider that identifies the user by <see cref="OidcSubject"/>.</summary>
    public string? OidcIssuer { get; set; }

    public string? OidcSubject { get; set; }

    /// <summary>The groups that the OpenID provider reported at the last sign-in, as a JSON array.</summary>
    public string? OidcGroups { get; set; }

    public DateTimeOffset? LastSignedInAt { get; set; }
}

/// <summary>One Terraform run in a workspace.</summary>
public sealed class JobRow
{
    /// <summary>The run in the audit log to which everything belongs that a job does.</summary>
    public static string RunOf(string name) => $"job/{name}";

    public long PrincipalId { get; set; }

    public PrincipalRow Principal { get; set; } = null!;

    /// <summary>When the job ends automatically.</summary>
    public DateTimeOffset ExpiresAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>The job may read content fetched with a credential, because its creator may.</summary>
    public bool ReadsProtected { get; set; }

    /// <summary>
    /// The user or service account that created the job and must still be able to read that content; null for the holder of the
    /// administrator token and for anonymous clients.
    /// </summary>
    public long? MadeById { get; set; }

    public List<JobPackageRow> Packages { get; } = [];
}

public enum JobPackageOutcome
{
    /// <summary>The version was already stored.</summary>
    Used,
    Cached,
    Failed,
}

/// <summary>The result of a version that a job requested.</summary>
public sealed class JobPackageRow
{
    public long Id { get; set; }

    public long JobId { get; set; }

    /// <summary>The full address, with hostname, of a provider or of a module, which has one more part.</summary>
    public required string Provider { get; set; }

    /// <summary>Empty if the version list could not be served.</summary>
    public required string Version { get; set; }

    public JobPackageOutcome Outcome { get; set; }

    /// <summary>The reason for a failure.</summary>
    public string? Reason { get; set; }

    public DateTimeOffset At { get; set; }
}

/// <summary>A role that a principal has in a namespace and below.</summary>
public sealed class MembershipRow
{
    public long Id { get; set; }

    public long NamespaceId { get; set; }

    public long PrincipalId { get; set; }

    public PrincipalRow Principal { get; set; } = null!;

    public Role Role { get; set; }
}

/// <summary>A role in a namespace and below, for all members of a group of the OpenID provider.</summary>
public sealed class GroupMappingRow
{
    public long Id { get; set; }

    public long NamespaceId { get; set; }

    /// <summary>The group as it appears in the groups claim.</summary>
    public required string OidcGroup { get; set; }

    public Role Role { get; set; }
}

/// <summary>A token of a principal; only its hash is stored.</summary>
public sealed class AccessTokenRow
{
    public long Id { get; set; }

    public long PrincipalId { get; set; }

    public PrincipalRow Principal { get; set; } = null!;

    public required string Name { get; set; }

    /// <summary>The first characters, by which its owner recognizes it.</summary>
    public required string Prefix { get; set; }

    /// <summary>SHA-256 in lower-case hex: tokens are random enough that a fast hash is safe.</summary>
    public required string Hash { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public required string CreatedBy { get; set; }

    /// <summary>Null if the token does not expire.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    public DateTimeOffset? LastUsedAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }
}

/// <summary>A sign-in to the UI.</summary>
public sealed class SessionRow
{
    public long Id { get; set; }

    /// <summary>The SHA-256 of the cookie's secret, in lower-case hex.</summary>
    public required string Hash { get; set; }

    /// <summary>Null for the holder of the administrator token.</summary>
    public long? PrincipalId { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }
}
