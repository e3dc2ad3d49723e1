using System.Diagnostics.CodeAnalysis;
using Mirror.Core.Addresses;

namespace Mirror.Web.Protocols.Modules;

/// <summary>
/// A request of the module registry protocol, below <c>{namespace}/{name}/{system}/</c>: <c>versions</c>, <c>{version}/download</c>,
/// or the archive to which the latter links, <c>{version}/module.zip</c>.
/// </summary>
/// <param name="Version">Null for the list of versions.</param>
/// <param name="Format">The format of an archive; otherwise null.</param>
public sealed record ModuleRoute(ModuleAddress Module, ProviderVersion? Version = null, ArchiveFormat? Format = null)
{
    private const string FileStem = "module.";

    /// <summary>The file name of an archive, from which clients know how to unpack it.</summary>
    public static string FileName(ArchiveFormat format) => FileStem + format.Extension;

    /// <summary>Parses the segments after the protocol's base URL.</summary>
    public static bool TryParse(string? hostname, ReadOnlySpan<string> parts, [NotNullWhen(true)] out ModuleRoute? request)
    {
        request = null;
        if (parts.Length < 4 || !ModuleAddress.TryParseCanonical(hostname, parts[..3], out var module))
        {
            return false;
        }

        request = parts[3..] switch
        {
            ["versions"] => new ModuleRoute(module),
            [var version, "download"] when ProviderVersion.TryParseCanonical(version, out var parsed) => new ModuleRoute(module, parsed),
            [var version, var file] when ProviderVersion.TryParseCanonical(version, out var parsed)
                && ArchiveFormat.FromFileName(file) is { } format
                && file == FileName(format) =>
                new ModuleRoute(module, parsed, format),
            _ => null,
        };
        return request is not null;
    }
}
