using Xunit;

namespace Mirror.Tests.Importing;

/// <summary>The real hashicorp/aws 5.100.0 for linux_amd64 in a filesystem mirror on this machine; 700 MB unpacked.</summary>
internal static class RealAwsProvider
{
    /// <summary>The hash in lock files for this version.</summary>
    public const string PublishedHash = "h1:edXOJWE4ORX8Fm+dpVpICzMZJat4AX0VRCAy/xkcOc0=";

    private const string Package = "registry.terraform.io/hashicorp/aws/5.100.0/linux_amd64";

    /// <summary>The filesystem mirror, or null.</summary>
    public static string? Find() => Candidates().FirstOrDefault(directory => Directory.Exists(Path.Combine(directory, Package)));

    private static IEnumerable<string> Candidates()
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string?[] named =
            [Environment.GetEnvironmentVariable("MIRROR_TEST_PLUGINS"), Environment.GetEnvironmentVariable("TF_PLUGIN_CACHE_DIR")];
        return named.OfType<string>().Concat(
        [
            "/opt/tf-plugins", "/usr/share/terraform/plugins", "/usr/local/share/terraform/plugins",
            Path.Combine(home, ".terraform.d", "plugins"), Path.Combine(home, ".terraform.d", "plugin-cache"),
        ]);
    }
}

/// <summary>A test that is skipped by name if the real provider does not exist. In CI, it fails instead.</summary>
public sealed class RealAwsProviderFactAttribute : FactAttribute
{
    public RealAwsProviderFactAttribute()
    {
        if (RealAwsProvider.Find() is null && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")))
        {
            Skip = "hashicorp/aws 5.100.0 is in no filesystem mirror of this machine; name one in MIRROR_TEST_PLUGINS.";
        }
    }
}
