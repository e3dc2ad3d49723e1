using System.Diagnostics.CodeAnalysis;

namespace Mirror.Core.Addresses;

/// <summary>
/// The conventional file name of a package, <c>terraform-provider-TYPE_VERSION_OS_ARCH.zip</c>, used by registries, SHA256SUMS and
/// packed filesystem mirrors.
/// </summary>
public sealed record PackageFileName(string Type, ProviderVersion Version, Platform Platform)
{
    private const string Prefix = "terraform-provider-";
    private const string Suffix = ".zip";
    private const int MaxLength = 512;

    public static bool TryParse(string? text, [NotNullWhen(true)] out PackageFileName? name)
    {
        name = null;
        if (text is null or { Length: > MaxLength }
            || !text.StartsWith(Prefix, StringComparison.Ordinal) || !text.EndsWith(Suffix, StringComparison.Ordinal))
        {
            return false;
        }

        // Parsed from the right: a type may contain '_', a version and the parts of a platform cannot.
        // Prefix and suffix do not overlap: one ends with '-', the other starts with '.'.
        string[] parts = text[Prefix.Length..^Suffix.Length].Split('_');
        if (parts.Length < 4 || !Platform.TryCreate(parts[^2], parts[^1], out var platform)
            || !ProviderVersion.TryParse(parts[^3], out var version))
        {
            return false;
        }

        string type = string.Join('_', parts[..^3]);
        if (!ProviderAddress.HasOnlyPartCharacters(type))
        {
            return false;
        }

        name = new PackageFileName(type, version, platform);
        return true;
    }

    public override string ToString() => $"{Prefix}{Type}_{Version}_{Platform}{Suffix}";
}
