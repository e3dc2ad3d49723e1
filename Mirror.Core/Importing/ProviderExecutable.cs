namespace Mirror.Core.Importing;

/// <summary>
/// The file that clients start: at the top of a package, named after the provider's type. The rule is Terraform's own,
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

    /// <summary>The name without the version that usually follows.</summary>
    public static string Expected(string type) => "terraform-provider-" + type;
}
