namespace Mirror.Core.Database;

// The rows of the database. Times are stored as UTC milliseconds, so that every database sorts and compares them alike.
// Everything that is mirrored hangs below a root group: two root groups never see each other's rows, only the bytes
// of a package, which are stored by digest, are shared.

public enum NamespaceKind
{
    Group,
    Workspace,
}

/// <summary>A group or workspace.</summary>
public sealed class NamespaceRow
{
    public long Id { get; set; }

    public long? ParentId { get; set; }

    /// <summary>The topmost group above it; its own id for a root group.</summary>
    public long RootGroupId { get; set; }

    public NamespaceKind Kind { get; set; }

    public required string Path { get; set; }

    /// <summary>Null: inherited from the nearest ancestor that sets it.</summary>
    public bool? AutomaticCaching { get; set; }

    /// <summary>Root groups only; null for <c>default</c>, which follows the configuration.</summary>
    public bool? AnonymousRead { get; set; }

    /// <summary>Root groups only: how old a version must be before it is listed.</summary>
    public TimeSpan? MinimumReleaseAge { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>A provider that a root group has asked for.</summary>
public sealed class ProviderRow
{
    public long Id { get; set; }

    public long RootGroupId { get; set; }

    public required string Hostname { get; set; }

    public required string Namespace { get; set; }

    public required string Type { get; set; }

    public List<VersionRow> Versions { get; } = [];
}

/// <summary>A version that is stored, or was until its last package went.</summary>
public sealed class VersionRow
{
    public long Id { get; set; }

    public long ProviderId { get; set; }

    public ProviderRow Provider { get; set; } = null!;

    public required string Version { get; set; }

    public required string SortKey { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public required string CreatedBy { get; set; }

    public PrincipalKind CreatedByKind { get; set; }

    // What follows repeats the provider and adds up the packages, so that a list of 100,000 versions is searched, sorted and
    // paged along an index. The context keeps it when it saves (VersionFigures).

    public long RootGroupId { get; private set; }

    /// <summary>The provider as <c>namespace type hostname</c>: what is searched, and in which order addresses are listed.</summary>
    public string AddressKey { get; private set; } = "";

    /// <summary>Bytes of all its packages.</summary>
    public long Size { get; private set; }

    /// <summary>When one of its packages was last used.</summary>
    public DateTimeOffset? LastUsedAt { get; private set; }

    public List<PackageRow> Packages { get; } = [];

    internal void RepeatProvider()
    {
        RootGroupId = Provider.RootGroupId;
        AddressKey = $"{Provider.Namespace} {Provider.Type} {Provider.Hostname}";
    }
}

/// <summary>One platform's package of a version; its bytes are in the package store under the digest.</summary>
public sealed class PackageRow
{
    public long Id { get; set; }

    public long VersionId { get; set; }

    public VersionRow Version { get; set; } = null!;

    public required string Os { get; set; }

    public required string Arch { get; set; }

    public required string Sha256 { get; set; }

    /// <summary>Null until it has been computed, after the commit.</summary>
    public string? ContentHash { get; set; }

    public long Size { get; set; }

    public TrustLevel Trust { get; set; }

    /// <summary>Whose authority fetched it: see <see cref="CredentialIdentity"/>.</summary>
    public required string Credential { get; set; }

    public DateTimeOffset CachedAt { get; set; }

    public required string CachedBy { get; set; }

    public PrincipalKind CachedByKind { get; set; }

    public DateTimeOffset? LastUsedAt { get; set; }

    public long Downloads { get; set; }
}

/// <summary>What proves a version: its SHA256SUMS, the signature and the keys, exactly as the origin gave them. Kept for ever.</summary>
public sealed class ProofRow
{
    public long Id { get; set; }

    public long ProviderId { get; set; }

    public ProviderRow Provider { get; set; } = null!;

    public required string Version { get; set; }

    public required string Credential { get; set; }

    public required byte[] Sha256Sums { get; set; }

    /// <summary>Null for an unsigned provider that policy lets pass.</summary>
    public byte[]? Signature { get; set; }

    /// <summary>The origin's <c>signing_keys.gpg_public_keys</c> as JSON.</summary>
    public required string SigningKeys { get; set; }

    /// <summary>The platforms, file names and protocols of the version, as JSON.</summary>
    public required string Release { get; set; }

    public TrustLevel Trust { get; set; }

    public string? KeyFingerprint { get; set; }

    public string? KeyOwner { get; set; }

    public bool KeyExpired { get; set; }

    public bool KeyPinned { get; set; }

    public DateTimeOffset VerifiedAt { get; set; }
}

/// <summary>A key that signed a provider, since when it is known.</summary>
public sealed class SeenKeyRow
{
    public long Id { get; set; }

    public long ProviderId { get; set; }

    public ProviderRow Provider { get; set; } = null!;

    public required string Fingerprint { get; set; }

    public string? Owner { get; set; }

    public DateTimeOffset FirstSeenAt { get; set; }
}

/// <summary>A version, or one platform of it, that failed verification; removed when an attempt succeeds.</summary>
public sealed class QuarantineRow
{
    public long Id { get; set; }

    public long ProviderId { get; set; }

    public ProviderRow Provider { get; set; } = null!;

    public required string Version { get; set; }

    /// <summary><c>os_arch</c>, or empty: the whole version.</summary>
    public required string Platform { get; set; }

    public required string Reason { get; set; }

    /// <summary>Of the last attempt.</summary>
    public DateTimeOffset FailedAt { get; set; }

    /// <summary>When the next attempt is due; <see cref="FailedAt"/> where it was asked for.</summary>
    public DateTimeOffset Until { get; set; }
}

/// <summary>What is wrong with a stored package.</summary>
public enum IntegrityFault
{
    /// <summary>Its bytes do not have the digest that they are stored under.</summary>
    Damaged,

    /// <summary>It is recorded, and its bytes are gone.</summary>
    Missing,

    /// <summary>It is recorded as verified, and what proved it does not, or no longer.</summary>
    Unproven,

    /// <summary>Bytes that no record names; they cannot be reached.</summary>
    Orphan,
}

/// <summary>A package that failed a check of the store and was taken out of service; gone once it is back.</summary>
public sealed class DamagedPackageRow
{
    public long Id { get; set; }

    public long ProviderId { get; set; }

    public ProviderRow Provider { get; set; } = null!;

    public required string Version { get; set; }

    /// <summary><c>os_arch</c></summary>
    public required string Platform { get; set; }

    /// <summary>What it was stored under.</summary>
    public required string Sha256 { get; set; }

    public IntegrityFault Fault { get; set; }

    public DateTimeOffset FoundAt { get; set; }
}

/// <summary>What is known of the bytes that the package store has under a digest, however many rows name them.</summary>
public sealed class BlobRow
{
    public required string Sha256 { get; set; }

    public long Size { get; set; }

    /// <summary>The identity that the stored bytes had when they were last hashed and were right; null: never since they are known.</summary>
    public string? Identity { get; set; }

    /// <summary>Since when it is known that no row names them; null: one does.</summary>
    public DateTimeOffset? OrphanedAt { get; set; }
}

/// <summary>A document of an origin as it was last fetched.</summary>
public sealed class OriginDocumentRow
{
    public long Id { get; set; }

    /// <summary>Which origin, which document, fetched with which credential.</summary>
    public required string Key { get; set; }

    public required byte[] Body { get; set; }

    public string? ETag { get; set; }

    public DateTimeOffset FetchedAt { get; set; }
}

/// <summary>When documents were to be asked for anew in a namespace and below it.</summary>
public sealed class DocumentRefreshRow
{
    public long Id { get; set; }

    public long NamespaceId { get; set; }

    /// <summary>The provider or module they are about; empty: all of both.</summary>
    public required string Source { get; set; }

    public DateTimeOffset At { get; set; }
}

public enum PolicyRuleKind
{
    Allow,
    Deny,
    AllowUnsigned,
}

/// <summary>A policy rule of a root group.</summary>
public sealed class PolicyRuleRow
{
    public long Id { get; set; }

    public long RootGroupId { get; set; }

    public PolicyRuleKind Kind { get; set; }

    /// <summary><c>hostname/namespace/type</c>, each a name or <c>*</c>.</summary>
    public required string Provider { get; set; }

    /// <summary>A version constraint; null: every version.</summary>
    public string? Versions { get; set; }

    public string? Comment { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public required string CreatedBy { get; set; }
}

/// <summary>A small value of this instance, such as the hash of its admin token.</summary>
public sealed class SettingRow
{
    public required string Name { get; set; }

    public required string Value { get; set; }
}
