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
}
