using System.Diagnostics.CodeAnalysis;
using Mirror.Core.Addresses;
using Mirror.Core.Upstream.Git;

namespace Mirror.Core.Hosted.Publishing;

/// <summary>A Git tag that names a version of a module: a prefix and a version, such as <c>v1.2.3</c> or <c>vpc/v1.2.3</c>.</summary>
public sealed record ModuleTag
{
    /// <summary>In characters.</summary>
    public const int MaxLength = NewModuleSource.MaxTagPrefix + ProviderVersion.MaxLength;

    private ModuleTag(string name, ProviderVersion version) => (Name, Version) = (name, version);

    public string Name { get; }

    public ProviderVersion Version { get; }

    /// <summary>The full name of the reference.</summary>
    public string Reference => ReferencePrefix + Name;

    internal const string ReferencePrefix = "refs/tags/";

    /// <summary>
    /// Accepts only complete versions: tags such as <c>v1</c> move with every release, and a published version does not change.
    /// </summary>
    public static bool TryParse(string prefix, string name, [NotNullWhen(true)] out ModuleTag? tag)
    {
        tag = name.Length <= MaxLength
            && name.StartsWith(prefix, StringComparison.Ordinal)
            && ProviderVersion.TryParseCanonical(name[prefix.Length..], out var version)
            ? new ModuleTag(name, version)
            : null;
        return tag is not null;
    }

    /// <summary>Whether a prefix and a version form a valid name of a tag.</summary>
    public static bool IsPrefix(string text) => GitSource.IsRevision(text + "1.0.0");

    public override string ToString() => Name;
}
