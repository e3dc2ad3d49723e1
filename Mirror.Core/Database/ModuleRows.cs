namespace Mirror.Core.Database;

/// <summary>
/// The package of a module's version that a root group stores; its bytes are in the package store under the digest. The row
/// stays when the bytes are lost: what is fetched then must be the same.
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

    /// <summary>The kind of archive, as names of such end: <c>zip</c>, <c>tar.gz</c>.</summary>
    public required string Format { get; set; }

    /// <summary>Where in the archive the module is; empty: at its root.</summary>
    public required string Subdirectory { get; set; }

    /// <summary>What the origin told clients to check the archive against, as its <c>checksum</c> parameter says it.</summary>
    public string? Checksum { get; set; }

    /// <summary>Of the first package fetched of the version.</summary>
    public required string Sha256 { get; set; }

    public long Size { get; set; }

    /// <summary>Whose authority fetched it: see <see cref="CredentialIdentity"/>.</summary>
    public required string Credential { get; set; }

    public DateTimeOffset CachedAt { get; set; }

    public required string CachedBy { get; set; }

    public PrincipalKind CachedByKind { get; set; }
}
