namespace Mirror.Core.Storage.Archives;

/// <summary>
/// The executable that clients start: a file at the root of a package, named after the provider type. Terraform defines the rule:
/// https://github.com/hashicorp/terraform/blob/main/internal/providercache/cached_provider.go.
/// </summary>
public static class ProviderExecutable
{
    public static bool IsNamed(string fileName, string type)
    {
        string prefix = Expected(type);
        return fileName.StartsWith(prefix, StringComparison.Ordinal)
            && !fileName.Contains('/', StringComparison.Ordinal)
            && (fileName.Length == prefix.Length || fileName[prefix.Length] is '_' or '.');
    }

    /// <summary>The file name without the version, which usually follows.</summary>
    public static string Expected(string type) => "terraform-provider-" + type;

    /// <summary>Hashes a package, and refuses one that clients could not install: no zip archive, or one without the executable.</summary>
    /// <param name="zip">Must be readable and seekable; its position changes.</param>
    /// <param name="type">The provider type.</param>
    /// <param name="maxUnpackedSize">In bytes; larger archives are refused.</param>
    /// <exception cref="IOException">Reading the stream itself failed.</exception>
    public static PackageHashResult Inspect(Stream zip, string type, long maxUnpackedSize, CancellationToken cancellationToken)
    {
        try
        {
            if (!ZipDirectory.Read(zip).Exists(entry => IsNamed(entry.DisplayName, type)))
            {
                return new PackageHashResult.Refused(
                    $"the zip archive contains no provider executable '{Expected(type)}' at its root");
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            return new PackageHashResult.Refused(e.Message);
        }

        return PackageHasher.HashZip(zip, maxUnpackedSize, cancellationToken: cancellationToken);
    }
}
