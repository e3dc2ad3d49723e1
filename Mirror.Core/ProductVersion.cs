using System.Reflection;
using Mirror.Core.Addresses;

namespace Mirror.Core;

/// <summary>
/// The version of this build: the tag <c>v0.3.0</c> of the commit, or a preview of the next version with the number of
/// commits since, <c>0.4.0-alpha.0.12</c>. See Directory.Build.props.
/// </summary>
public static class ProductVersion
{
    /// <summary>The version without build metadata; <c>mirror --version</c> adds the commit.</summary>
    public static string Text { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Whether a version of this product comes after this one; false if it is not a version.</summary>
    public static bool IsLater(string version) =>
        ProviderVersion.TryParse(version, out var other) && other.CompareTo(ProviderVersion.Parse(Text)) > 0;
}
