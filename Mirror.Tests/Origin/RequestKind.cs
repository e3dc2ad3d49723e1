namespace Mirror.Tests.Origin;

/// <summary>The kind of a request to the origin registry.</summary>
public enum RequestKind
{
    /// <summary><c>/.well-known/terraform.json</c></summary>
    Discovery,

    /// <summary><c>…/versions</c></summary>
    Versions,

    /// <summary><c>…/{version}/download/{os}/{arch}</c></summary>
    Download,

    /// <summary>The SHA256SUMS file.</summary>
    Sums,

    /// <summary>The detached signature of SHA256SUMS.</summary>
    Signature,

    /// <summary>A package (zip).</summary>
    Package,

    /// <summary><c>…/versions</c> of a module.</summary>
    ModuleVersions,

    /// <summary><c>…/{version}/download</c> of a module.</summary>
    ModuleDownload,

    /// <summary>A module's archive.</summary>
    ModuleArchive,

    /// <summary>A file added by <see cref="FakeOrigin.AddFile"/>, or an address that no client should request.</summary>
    Other,
}
