using Mirror.Core.Hosted;
using Mirror.Web.Ui.Widgets;

namespace Mirror.Web.Features.Registry.Modules;

/// <summary>The tabs of a module's documentation, by their name in the URL.</summary>
internal static class ModuleTabs
{
    public const string Readme = "readme";
    public const string Inputs = "inputs";
    public const string Outputs = "outputs";
    public const string Resources = "resources";
    public const string Dependencies = "dependencies";
    public const string Submodules = "submodules";
    public const string Examples = "examples";

    /// <summary>The tabs of the module itself, or of one of its submodules or examples.</summary>
    public static IReadOnlyList<string> Of(ModuleDocumentation documentation, ModulePart part) =>
    [
        Readme, Inputs, Outputs, Resources, Dependencies,
        .. part.Path.Length == 0 && documentation.Submodules.Count > 0 ? [Submodules] : Array.Empty<string>(),
        .. part.Path.Length == 0 && documentation.Examples.Count > 0 ? [Examples] : Array.Empty<string>(),
    ];

    public static string Label(string tab, ModuleDocumentation documentation, ModulePart part) => tab switch
    {
        Inputs => Texts.InputsCount.With(part.Inputs.Count),
        Outputs => Texts.OutputsCount.With(part.Outputs.Count),
        Resources => Texts.ResourcesCount.With(part.Resources.Count),
        Dependencies => Texts.DependenciesCount.With(part.Dependencies.Count + part.Providers.Count),
        Submodules => Texts.SubmodulesCount.With(documentation.Submodules.Count),
        Examples => Texts.ExamplesCount.With(documentation.Examples.Count),
        _ => Texts.Readme,
    };
}
