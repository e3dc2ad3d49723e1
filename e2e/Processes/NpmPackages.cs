namespace Mirror.E2E.Processes;

/// <summary>
/// Packages from npm, which e2e/test installs outside the repository, in <c>MIRROR_E2E_CACHE</c>, by default <c>~/.cache/mirror-e2e</c>.
/// </summary>
internal static class NpmPackages
{
    public const string CacheVariable = "MIRROR_E2E_CACHE";

    public static string Cache => Environment.GetEnvironmentVariable(CacheVariable) is { Length: > 0 } named
        ? named
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "mirror-e2e");

    public static string PathOf(string package) => Path.Combine(Cache, "node_modules", package);
}
