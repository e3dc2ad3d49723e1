namespace Mirror.Core.Importing;

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
}
