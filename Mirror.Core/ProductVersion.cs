using System.Reflection;

namespace Mirror.Core;

public static class ProductVersion
{
    /// <summary>As <c>mirror --version</c> shows it, such as <c>0.2.0</c>.</summary>
    public static string Text { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
