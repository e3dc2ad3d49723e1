namespace Mirror.Tests.Origin;

/// <summary>What a request to the origin registry asks for.</summary>
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

    /// <summary>A file added by <see cref="FakeOrigin.AddFile"/>, or something that no client should ask for.</summary>
    Other,
}
