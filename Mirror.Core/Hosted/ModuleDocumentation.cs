using System.Text.Json.Serialization;

namespace Mirror.Core.Hosted;

/// <summary>The documentation of a module version, read from its files. Expressions are source text; nothing evaluates them.</summary>
/// <param name="Root">The module itself.</param>
/// <param name="Submodules">The directories below <c>modules</c>, by path.</param>
/// <param name="Examples">The directories below <c>examples</c>, by path.</param>
/// <param name="Problems">What could not be read, for display: <c>main.tf: line 3, column 1: …</c>.</param>
public sealed record ModuleDocumentation(
    ModulePart Root, IReadOnlyList<ModulePart> Submodules, IReadOnlyList<ModulePart> Examples, IReadOnlyList<string> Problems)
{
    /// <summary>The module calls that no registry can intercept. Clients do not install examples.</summary>
    [JsonIgnore]
    public IEnumerable<(ModulePart Part, ModuleDependency Dependency)> DirectSources =>
        from part in (IEnumerable<ModulePart>)[Root, .. Submodules]
        from dependency in part.Dependencies
        where dependency.Kind == ModuleSourceKind.Direct
        select (part, dependency);
}

/// <summary>A directory with configuration files.</summary>
/// <param name="Path">Relative to the module; empty for the module itself.</param>
/// <param name="Readme">Markdown; null if there is none.</param>
/// <param name="TerraformVersion">The constraint in <c>required_version</c>; null if there is none.</param>
public sealed record ModulePart(
    string Path,
    string? Readme,
    string? TerraformVersion,
    IReadOnlyList<ModuleInput> Inputs,
    IReadOnlyList<ModuleOutput> Outputs,
    IReadOnlyList<ModuleResource> Resources,
    IReadOnlyList<ModuleProvider> Providers,
    IReadOnlyList<ModuleDependency> Dependencies);

/// <param name="Type">The type constraint; null means any type.</param>
/// <param name="Default">Null if the input is required.</param>
public sealed record ModuleInput(string Name, string? Type, string? Description, string? Default, bool IsSensitive)
{
    public bool IsRequired => Default is null;
}

public sealed record ModuleOutput(string Name, string? Description, bool IsSensitive);

/// <param name="IsData">A data source.</param>
public sealed record ModuleResource(string Type, string Name, bool IsData);

/// <param name="Name">The local name.</param>
/// <param name="Source">The source address; null if the configuration gives none.</param>
public sealed record ModuleProvider(string Name, string? Source, string? Version);

/// <summary>A <c>module</c> block.</summary>
/// <param name="Kind">How clients fetch the source.</param>
public sealed record ModuleDependency(string Name, string Source, string? Version, ModuleSourceKind Kind);

/// <summary>How clients fetch the source of a module call.</summary>
public enum ModuleSourceKind
{
    /// <summary>A path in the same archive.</summary>
    Local,

    /// <summary>A registry: the client asks this instance if it is configured to.</summary>
    Registry,

    /// <summary>A Git repository, an archive or a bucket, which clients fetch directly: no registry can intercept it.</summary>
    Direct,
}
