using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace Mirror.Tests.Components;

/// <summary>bUnit names a newer AngleSharp.Diffing than can be restored (docs/dependencies.md); the older one answers for it.</summary>
internal static class AngleSharpAssemblies
{
    private const string Diffing = "AngleSharp.Diffing";

    [ModuleInitializer]
    internal static void Resolve() => AssemblyLoadContext.Default.Resolving += (context, name) =>
        name.Name == Diffing ? context.LoadFromAssemblyName(new AssemblyName(Diffing)) : null;
}
