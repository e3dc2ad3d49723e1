namespace Mirror.E2E.Importing;

/// <summary>
/// The real hashicorp/aws 5.100.0 for linux_amd64, unpacked in a filesystem mirror of this machine: in a directory where Terraform looks
/// for one by default (https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories), or below /opt.
/// </summary>
internal static class AwsProvider
{
    private const string Package = "registry.terraform.io/hashicorp/aws/5.100.0/linux_amd64";

    private static readonly Lazy<string?> LazyMirror = new(Find);

    /// <summary>The directory that contains <c>registry.terraform.io/…</c>; null if there is none.</summary>
    public static string? FilesystemMirror => LazyMirror.Value;

    private static string? Find()
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string[] usual = [
            Path.Combine(home, ".terraform.d", "plugins"),
            Path.Combine(home, ".local", "share", "terraform", "plugins"),
            "/usr/local/share/terraform/plugins",
            "/usr/share/terraform/plugins",
        ];
        string[] optional = Directory.Exists("/opt") ? Directory.GetDirectories("/opt") : [];
        return usual.Concat(optional).FirstOrDefault(directory => Directory.Exists(Path.Combine(directory, Package)));
    }
}

/// <summary>
/// A test that needs <see cref="AwsProvider"/>. Without it, the test is skipped by name, unless the environment variable CI is set.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RequiresAwsProviderFactAttribute : FactAttribute
{
    public RequiresAwsProviderFactAttribute()
    {
        if (AwsProvider.FilesystemMirror is null && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")))
        {
            Skip = "The provider hashicorp/aws 5.100.0 is in no filesystem mirror of this machine.";
        }
    }
}
