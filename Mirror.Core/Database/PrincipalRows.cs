namespace Mirror.Core.Database;

// Who may do something, and by what they are known.

/// <summary>A user, a service account or a job.</summary>
public sealed class PrincipalRow
{
    public long Id { get; set; }

    public PrincipalKind Kind { get; set; }

    /// <summary>
    /// Of users: unique among them. Of service accounts: unique in their namespace. Of jobs: their workspace and when they began.
    /// </summary>
    public required string Name { get; set; }

    /// <summary>Where a service account is managed; the workspace of a job; null for users.</summary>
    public long? NamespaceId { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public required string CreatedBy { get; set; }

    public UserRow? User { get; set; }

    public JobRow? Job { get; set; }
}

/// <summary>What is kept of a person.</summary>
public sealed class UserRow
{
    public long PrincipalId { get; set; }

    public PrincipalRow Principal { get; set; } = null!;

    /// <summary>Null: there is no local password.</summary>
    public string? PasswordHash { get; set; }

    /// <summary>Given by an administrator, so that it must be changed.</summary>
    public bool PasswordIsTemporary { get; set; }

    /// <summary>Wrong passwords in a row.</summary>
    public int FailedSignIns { get; set; }

    public DateTimeOffset? LockedUntil { get; set; }

    /// <summary>Administers the instance.</summary>
    public bool IsAdmin { get; set; }

    /// <summary>The OpenID provider that knows them under <see cref="OidcSubject"/>.</summary>
    public string? OidcIssuer { get; set; }

    public string? OidcSubject { get; set; }

    /// <summary>The groups that the OpenID provider named at the last sign-in, as a JSON array.</summary>
    public string? OidcGroups { get; set; }

    public DateTimeOffset? LastSignedInAt { get; set; }
}

/// <summary>One Terraform run in a workspace.</summary>
public sealed class JobRow
{
    public long PrincipalId { get; set; }

    public PrincipalRow Principal { get; set; } = null!;

    /// <summary>It ends then by itself.</summary>
    public DateTimeOffset ExpiresAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Who made it may read what was fetched with a credential; otherwise neither may the job.</summary>
    public bool ReadsProtected { get; set; }

    /// <summary>
    /// The user or service account that made it, without whom it reads nothing of that either; null: whoever held the admin token, or
    /// nobody in particular.
    /// </summary>
    public long? MadeById { get; set; }

    public List<JobPackageRow> Packages { get; } = [];
}

public enum JobPackageOutcome
{
    /// <summary>It was stored before.</summary>
    Used,
    Cached,
    Failed,
}

/// <summary>What became of a version that a job asked for.</summary>
public sealed class JobPackageRow
{
    public long Id { get; set; }

    public long JobId { get; set; }

    /// <summary>The address of a provider, or of a module, which has one part more; with the hostname.</summary>
    public required string Provider { get; set; }

    /// <summary>Empty where the list of versions could not be served.</summary>
    public required string Version { get; set; }

    public JobPackageOutcome Outcome { get; set; }

    /// <summary>Why it failed.</summary>
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

/// <summary>A role that everybody has in a namespace and below whom the OpenID provider counts to a group.</summary>
public sealed class GroupMappingRow
{
    public long Id { get; set; }

    public long NamespaceId { get; set; }

    /// <summary>As the groups claim has it.</summary>
    public required string OidcGroup { get; set; }

    public Role Role { get; set; }
}

/// <summary>A token of a principal; only its hash is kept.</summary>
public sealed class AccessTokenRow
{
    public long Id { get; set; }

    public long PrincipalId { get; set; }

    public PrincipalRow Principal { get; set; } = null!;

    public required string Name { get; set; }

    /// <summary>Its first characters, by which its owner knows it again.</summary>
    public required string Prefix { get; set; }

    /// <summary>SHA-256 in lower-case hex: a token is random enough not to be guessed from it.</summary>
    public required string Hash { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public required string CreatedBy { get; set; }

    /// <summary>Null: it does not end by itself.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    public DateTimeOffset? LastUsedAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }
}

/// <summary>A sign-in to the UI.</summary>
public sealed class SessionRow
{
    public long Id { get; set; }

    /// <summary>SHA-256 of what the cookie holds, in lower-case hex.</summary>
    public required string Hash { get; set; }

    /// <summary>Null: whoever holds the admin token.</summary>
    public long? PrincipalId { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }
}
