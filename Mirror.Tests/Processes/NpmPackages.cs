using System.Diagnostics;

namespace Mirror.Tests.Processes;

/// <summary>
/// Packages from npm, outside the repository, because third-party code is not committed: in <c>MIRROR_E2E_CACHE</c>, by default
/// <c>~/.cache/mirror-e2e</c>.
/// </summary>
public static class NpmPackages
{
    public const string CacheVariable = "MIRROR_E2E_CACHE";

    public static string Cache => Environment.GetEnvironmentVariable(CacheVariable) is { Length: > 0 } named
        ? named
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "mirror-e2e");

    /// <summary>Where e2e/test installs a package.</summary>
    public static string PathOf(string package) => Path.Combine(Cache, "node_modules", package);

    /// <summary>Installs a package, unless an earlier test run has.</summary>
    /// <returns>The directory that contains <c>node_modules</c>.</returns>
    public static async Task<string> InstallAsync(string package, string version)
    {
        string installed = Path.Combine(Cache, $"{package}-{version}");
        if (Directory.Exists(installed))
        {
            return installed;
        }

        Directory.CreateDirectory(Cache);
        // Concurrent test runs may install it: the first complete one stays.
        string incomplete = $"{installed}.{Guid.NewGuid():N}";
        await InstallAsync($"{package}@{version}", incomplete, OperatingSystem.IsWindows() ? "npm.cmd" : "npm");
        try
        {
            Directory.Move(incomplete, installed);
        }
        catch (IOException) when (Directory.Exists(installed))
        {
            Directory.Delete(incomplete, recursive: true);
        }

        return installed;
    }

    private static async Task InstallAsync(string package, string directory, string npm)
    {
        Directory.CreateDirectory(directory);
        using var process = Process.Start(new ProcessStartInfo(
            npm,
            ["install", "--silent", "--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--prefix", directory, package])
        { RedirectStandardError = true, RedirectStandardOutput = true })!;
        string[] output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"npm could not install {package}: {string.Join('\n', output)}");
        }
    }
}
