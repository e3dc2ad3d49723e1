using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace Mirror.Core.Catalog;

internal static class SqliteAssemblies
{
    // EF Core asks for a newer SQLitePCLRaw.core than can be restored (docs/dependencies.md); the older one serves as well.
    // Once the versions agree the runtime never asks.
    [ModuleInitializer]
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Usage", "CA2255", Justification = "It must run before the first use of SQLite, wherever that is.")]
    internal static void AcceptOlderCore() =>
        AssemblyLoadContext.Default.Resolving += static (context, name) =>
            name.Name == "SQLitePCLRaw.core" && name.Version is not null ? context.LoadFromAssemblyName(new AssemblyName(name.Name)) : null;
}
