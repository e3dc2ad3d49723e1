namespace Mirror.Core.Database;

// The rows of the database. Times are stored as UTC milliseconds, so that every database sorts and compares them in the same way. All
// mirrored data belongs to a root group. Root groups never see each other's rows; only package bytes, which are stored by digest, are
// shared.

/// <summary>A provider that was requested in a root group.</summary>
public sealed class ProviderRow
{
    public long Id { get; set; }

    public long RootGroupId { get; set; }

    public required string Hostname { get; set; }

    public required string Namespace { get; set; }

    public required string Type { get; set; }

    public List<VersionRow> Versions { get; } = [];
}

/// <summary>A version that is stored, or whose last package has been removed.</summary>
public sealed class VersionRow
{
    /// <summary>The hostname that <see cref="AddressKey"/> omits: a constant, so that queries can contain it.</summary>
    internal const string DefaultHostname = "registry.terraform.io";

    public long Id { get; set; }

    public long ProviderId { get; set; }

    public ProviderRow Provider { get; set; } = null!;

    public required string Version { get; set; }

    public required string SortKey { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public required string CreatedBy { get; set; }

    public PrincipalKind CreatedByKind { get; set; }

    // These columns repeat the provider and the totals of the packages, so that a list of 100,000 versions can be searched, sorted and
    // paged through an index. The context updates them on save (VersionFigures).

    public long RootGroupId { get; private set; }

    /// <summary>
    /// The provider as <c>namespace type</c> or <c>hostname namespace type</c>, for sorting by the displayed address: the default
    /// hostname is omitted.
    /// </summary>
    public string AddressKey { get; private set; } = "";

    /// <summary>The size of all its packages in bytes.</summary>
    public long Size { get; private set; }

    /// <summary>When one of its packages was last used.</summary>
    public DateTimeOffset? LastUsedAt { get; private set; }

    /// <summary>The number of its packages, one for each platform.</summary>
    public int PlatformCount { get; private set; }

    /// <summary>The lowest trust of its packages; null without packages.</summary>
    public TrustLevel? Trust { get; private set; }

    public List<PackageRow> Packages { get; } = [];

    internal void RepeatProvider()
    {
        RootGroupId = Provider.RootGroupId;
        AddressKey = KeyOf(Provider.Hostname, Provider.Namespace, Provider.Type);
    }

    internal static string KeyOf(string hostname, string @namespace, string type) =>
        $"{(hostname == DefaultHostname ? "" : hostname + " ")}{@namespace} {type}";
}

/// <summary>One platform's package of a version; the package store has its bytes under the digest.</summary>
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

    /// <summary>Why clients that installed the archive once reject it later, or cannot install it; null if neither is known.</summary>
    public string? ArchiveProblem { get; set; }

    public long Size { get; set; }

    public TrustLevel Trust { get; set; }

    /// <summary>The credential that fetched it: see <see cref="CredentialIdentity"/>.</summary>
    public required string Credential { get; set; }

    public DateTimeOffset CachedAt { get; set; }

    public required string CachedBy { get; set; }

    public PrincipalKind CachedByKind { get; set; }

    public DateTimeOffset? LastUsedAt { get; set; }

    public long Downloads { get; set; }
}
