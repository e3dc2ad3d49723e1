namespace Mirror.Core.Database;

/// <summary>
/// A stored package of a module version; the package store has its bytes under the digest. The row is kept if the bytes are lost: a package
/// fetched later must be identical.
/// </summary>
public sealed class ModulePackageRow
{
    public long Id { get; set; }

    public long RootGroupId { get; set; }

    public required string Hostname { get; set; }

    public required string Namespace { get; set; }

    public required string Name { get; set; }

    public required string System { get; set; }

    public required string Version { get; set; }

    /// <summary>The archive format as a file extension: <c>zip</c>, <c>tar.gz</c>.</summary>
    public required string Format { get; set; }

    /// <summary>The module's directory in the archive; empty for the root.</summary>
    public required string Subdirectory { get; set; }

    /// <summary>The origin's checksum for clients, in the form of its <c>checksum</c> parameter.</summary>
    public string? Checksum { get; set; }

    /// <summary>The digest of the first package fetched of the version.</summary>
    public required string Sha256 { get; set; }

    public long Size { get; set; }

    /// <summary>The credential that fetched it: see <see cref="CredentialIdentity"/>.</summary>
    public required string Credential { get; set; }

    public DateTimeOffset CachedAt { get; set; }

    public required string CachedBy { get; set; }

    public PrincipalKind CachedByKind { get; set; }

    /// <summary>The Git repository that the archive was made of; null for other sources.</summary>
    public string? Repository { get; set; }

    /// <summary>The tag, branch or commit that the origin or the publisher named.</summary>
    public string? Revision { get; set; }

    /// <summary>The commit that the archive contains, in hexadecimal digits.</summary>
    public string? Commit { get; set; }

    /// <summary>The commit that <see cref="Revision"/> named when it was last checked, if that is no longer <see cref="Commit"/>.</summary>
    public string? MovedTo { get; set; }

    /// <summary>When <see cref="Revision"/> was last compared with the repository.</summary>
    public DateTimeOffset? CheckedAt { get; set; }

    /// <summary>Null until it has been read.</summary>
    public ModuleDocumentationRow? Documentation { get; set; }
}

/// <summary>The documentation of a stored module version, read from its archive once.</summary>
public sealed class ModuleDocumentationRow
{
    public long ModulePackageId { get; set; }

    /// <summary>JSON.</summary>
    public required string Body { get; set; }
}
