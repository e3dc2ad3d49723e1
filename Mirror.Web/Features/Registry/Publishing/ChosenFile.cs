using Mirror.Core.Addresses;

namespace Mirror.Web.Features.Registry.Publishing;

/// <summary>A file that the user chose; its bytes stay in the browser.</summary>
/// <param name="Size">In bytes.</param>
public sealed record ChosenFile(string Name, long Size);

/// <summary>The part of a provider's release that a file is.</summary>
public enum ReleaseFileKind
{
    Package,
    Sums,
    Signature,
    Manifest,

    /// <summary>No part of it, such as a changelog.</summary>
    Other,
}

/// <summary>A file of a provider's release by its name, <c>terraform-provider-TYPE_VERSION_…</c>.</summary>
/// <param name="Type">Null for other files.</param>
/// <param name="Version">Null for other files.</param>
/// <param name="Platform">Of a package; otherwise null.</param>
public sealed record ReleaseFile(ChosenFile File, ReleaseFileKind Kind, string? Type, ProviderVersion? Version, Platform? Platform)
{
    private const string Prefix = "terraform-provider-";

    private static readonly (string End, ReleaseFileKind Kind)[] Ends =
    [
        ("_SHA256SUMS", ReleaseFileKind.Sums), ("_SHA256SUMS.sig", ReleaseFileKind.Signature), ("_manifest.json", ReleaseFileKind.Manifest),
    ];

    public static ReleaseFile Of(ChosenFile file)
    {
        if (PackageFileName.TryParse(file.Name, out var package))
        {
            return new ReleaseFile(file, ReleaseFileKind.Package, package.Type, package.Version, package.Platform);
        }

        foreach (var (end, kind) in Ends)
        {
            if (file.Name.StartsWith(Prefix, StringComparison.Ordinal)
                && file.Name.EndsWith(end, StringComparison.Ordinal)
                && file.Name.Length > Prefix.Length + end.Length
                && file.Name[Prefix.Length..^end.Length] is var stem
                && stem.LastIndexOf('_') is > 0 and var at
                && ProviderAddress.TryParse($"x/{stem[..at]}", out _)
                && ProviderVersion.TryParse(stem[(at + 1)..], out var version))
            {
                return new ReleaseFile(file, kind, stem[..at], version, null);
            }
        }

        return new ReleaseFile(file, ReleaseFileKind.Other, null, null, null);
    }
}
